import { beforeEach, expect, it } from 'vitest';
import { ReceiptTimes } from '../../../collectors/mqtt/receipt-times.ts';
import type { Sample } from '../../../src/contract/sample.ts';
import { START, sampleOf } from '../../support/sample.ts';

const HOUR_MS = 3_600_000;
let times: ReceiptTimes;

beforeEach(() => {
  times = new ReceiptTimes();
});

function apart(changes: Partial<Sample> = {}): Sample | undefined {
  const sample = sampleOf({ ts: START, hasOwnTime: false, quality: 'uncertain', ...changes });
  return times.apart({ sample, rejects: [] }).sample;
}

it('a lone message keeps its time of receipt', () => {
  expect(apart()?.ts).toBe(START);
});

it('messages of one millisecond are stored one after the other', () => {
  expect([apart(), apart(), apart()].map((sample) => sample?.ts)).toEqual([
    START,
    START + 1,
    START + 2,
  ]);
  expect(apart({ ts: START + 1 })?.ts).toBe(START + 3);
  expect(apart({ ts: START + 10 })?.ts).toBe(START + 10);
});

it('when it was received stays as it was', () => {
  apart();
  expect(apart()?.receivedAt).toBe(START);
});

it('time and clock offset lead back to what the device said', () => {
  const metrics = { 'ups.status': 'OL', 'clock.offset': HOUR_MS };
  apart({ metrics });
  const second = apart({ metrics });
  expect(second?.metrics).toEqual({ 'ups.status': 'OL', 'clock.offset': HOUR_MS - 1 });
  expect((second?.ts ?? 0) + Number(second?.metrics['clock.offset'])).toBe(START + HOUR_MS);
});

it('devices do not wait for each other', () => {
  apart();
  expect(apart({ device: 'ups-2' })?.ts).toBe(START);
  expect(apart({ site: 'shehyni' })?.ts).toBe(START);
});

it('a time of its own is kept, though it comes again', () => {
  apart({ hasOwnTime: true });
  expect(apart({ hasOwnTime: true })?.ts).toBe(START);
});

it('a clock of ours that was set back is followed', () => {
  apart();
  expect(apart({ ts: START - HOUR_MS })?.ts).toBe(START - HOUR_MS);
});

it('a message without a sample passes', () => {
  expect(times.apart({ rejects: [] })).toEqual({ rejects: [] });
});
