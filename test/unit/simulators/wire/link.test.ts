import { describe, expect, it } from 'vitest';
import { decodeMessage } from '../../../../collectors/mqtt/decode.ts';
import { createRandom } from '../../../../simulators/random.ts';
import {
  INDIFFERENT,
  type Transmission,
  type WireFault,
  type Witness,
} from '../../../../simulators/truth/witness.ts';
import { wrongTime } from '../../../../simulators/wire/clock-error.ts';
import { garble } from '../../../../simulators/wire/garbage.ts';
import { Link, type Loss } from '../../../../simulators/wire/link.ts';
import type { FleetOutput } from '../../../../simulators/wire/output.ts';

const NOW = Date.UTC(2026, 0, 16, 9);
const ROOT = 'svitlo-sim/v1';
const TOPIC = `${ROOT}/reni/ups/ups-1/telemetry`;

function createLink() {
  const sent: Transmission[] = [];
  const faults: WireFault[] = [];
  const witness: Witness = {
    ...INDIFFERENT,
    fault: (fault) => faults.push(fault),
    transmitted: (one) => sent.push(one),
  };
  const out: FleetOutput[] = [];
  const link = new Link({
    device: 'reni/ups-1',
    kind: 'ups',
    root: ROOT,
    random: createRandom(1, 'link'),
    witnesses: [witness],
    send: (output) => out.push(output),
  });
  const say = (now: number) =>
    link.telemetry({ 'battery.charge': 90 }, { state: 'mains', value: 90 }, now);
  const payloads = () =>
    out.flatMap((one) =>
      'payload' in one && one.topic === TOPIC ? [JSON.parse(`${one.payload}`)] : [],
    );
  return { link, out, sent, faults, say, payloads };
}

const silent: Loss = { lost: 'silent', stored: 3, replay: 2, isMarked: true };

describe('a link', () => {
  it('sends what it is given, numbered, and tells its witnesses', () => {
    const { say, payloads, sent } = createLink();
    say(NOW);
    say(NOW + 5000);
    expect(payloads()).toEqual([
      { ts: NOW, seq: 0, 'battery.charge': 90 },
      { ts: NOW + 5000, seq: 1, 'battery.charge': 90 },
    ]);
    expect(sent[1]).toMatchObject({
      at: NOW + 5000,
      ts: NOW + 5000,
      seq: 1,
      state: 'mains',
      value: 90,
    });
  });

  it('keeps the newest while it is cut, and sends them later, marked, beside what is new', () => {
    const { link, say, payloads, faults } = createLink();
    link.cut('gap', silent, NOW);
    for (let index = 0; index < 5; index++) say(NOW + index * 1000);
    expect(payloads()).toEqual([]);
    link.mend('gap', NOW + 5000);
    say(NOW + 5000);
    link.step(NOW + 6000, 1);
    link.step(NOW + 7000, 1);
    expect(payloads().map(({ seq, backfill = false }) => [seq, backfill])).toEqual([
      [5, false],
      [2, true],
      [3, true],
      [4, true],
    ]);
    expect(faults.map(({ fault, detail }) => [fault, detail])).toEqual([
      ['discarded', 2],
      ['stored', 3],
    ]);
    expect(link.isBusy).toBe(false);
  });

  it('sends an unmarked backlog in its order, the new behind the old', () => {
    const { link, say, payloads } = createLink();
    link.cut('gap', { ...silent, isMarked: false }, NOW);
    say(NOW);
    say(NOW + 1000);
    link.mend('gap', NOW + 2000);
    say(NOW + 2000);
    link.step(NOW + 3000, 1);
    link.step(NOW + 4000, 1);
    expect(payloads().map(({ seq }) => seq)).toEqual([0, 1, 2]);
    expect(payloads().some(({ backfill }) => backfill)).toBe(false);
  });

  it('is up again only when every reason for its loss is gone', () => {
    const { link } = createLink();
    link.cut('mast', silent, NOW);
    link.cut('gap', silent, NOW);
    link.mend('gap', NOW);
    expect(link.isUp).toBe(false);
    link.mend('mast', NOW);
    expect(link.isUp).toBe(true);
  });

  it('drops at once for a will, and after the broker’s patience for a half-open connection', () => {
    const will = createLink();
    will.link.cut('gap', { ...silent, lost: 'will' }, NOW);
    expect(will.out).toMatchObject([{ connection: 'drop' }]);
    expect(will.sent).toMatchObject([{ isOnline: false, at: NOW }]);
    const half = createLink();
    half.link.cut('gap', { ...silent, lost: 'half_open' }, NOW);
    half.link.step(NOW + 44_000, 1);
    expect(half.out).toEqual([]);
    half.link.step(NOW + 45_000, 1);
    expect(half.out).toMatchObject([{ connection: 'drop' }]);
    half.link.mend('gap', NOW + 60_000);
    expect(half.out.slice(1)).toMatchObject([{ connection: 'connect' }, { retain: true }]);
  });

  it('doubles, swaps and delays as the line is bad, and loses nothing', () => {
    const { link, say, payloads, faults } = createLink();
    link.quality = { duplicate: 0.3, disorder: 0.3 };
    for (let index = 0; index < 200; index++) say(NOW + index * 1000);
    link.quality = { delay: { low: 1, high: 5 } };
    for (let index = 200; index < 300; index++) say(NOW + index * 1000);
    link.quality = {};
    say(NOW + 300_000);
    link.step(NOW + 310_000, 1);
    const seqs = payloads().map(({ seq }) => seq);
    expect(new Set(seqs).size).toBe(301);
    expect(seqs.length).toBeGreaterThan(330);
    expect(seqs).not.toEqual(seqs.toSorted((a, b) => a - b));
    const kinds = new Set(faults.map(({ fault }) => fault));
    expect(kinds).toEqual(new Set(['duplicate', 'disorder', 'delay']));
  });

  it('sends garbage that the monitor rejects whole, and tells its witnesses of no message', () => {
    const { link, out, say, sent, faults } = createLink();
    link.quality = { garbage: 1 };
    for (let index = 0; index < 300; index++) say(NOW + index);
    expect(sent.every(({ ts, value }) => ts === undefined && value === undefined)).toBe(true);
    expect(faults).toHaveLength(300);
    const reasons = new Set<string>();
    for (const one of out) {
      if (!('payload' in one)) continue;
      const payload = Buffer.from(one.payload);
      const decoded = decodeMessage({
        root: ROOT,
        topic: one.topic,
        payload,
        receivedAt: NOW,
        isRetained: false,
      });
      expect(decoded.sample).toBeUndefined();
      for (const { reason } of decoded.rejects) reasons.add(reason);
    }
    expect([...reasons].sort()).toEqual([
      'bad_ts',
      'not_json',
      'not_object',
      'not_utf8',
      'too_large',
    ]);
  });

  it('begins to count anew after a restart', () => {
    const { link, say, payloads } = createLink();
    say(NOW);
    link.restart(NOW);
    say(NOW + 1000);
    expect(payloads().map(({ seq }) => seq)).toEqual([0, 0]);
  });
});

describe('a wrong clock', () => {
  it('is off by an hour, drifts, or counts from 1970', () => {
    expect(wrongTime(NOW, undefined)).toBe(NOW);
    expect(wrongTime(NOW, { kind: 'offset', seconds: 3600 })).toBe(NOW + 3_600_000);
    const drift = { kind: 'drift', seconds: -90, overSeconds: 600, sinceMs: NOW } as const;
    expect(wrongTime(NOW + 300_000, drift)).toBe(NOW + 300_000 - 45_000);
    expect(wrongTime(NOW + 900_000, drift)).toBe(NOW + 900_000 - 90_000);
    expect(wrongTime(NOW + 5000, { kind: 'reset', sinceMs: NOW })).toBe(5000);
  });
});

describe('garbage', () => {
  it('is the same for the same seed', () => {
    const payload = JSON.stringify({ ts: NOW, a: 1 });
    const of = () => {
      const random = createRandom(9, 'garbage');
      return Array.from({ length: 40 }, () => garble(payload, random).toString('base64'));
    };
    expect(of()).toEqual(of());
  });
});
