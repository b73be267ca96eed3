import { describe, expect, it } from 'vitest';
import {
  judgedPowerSource,
  powerSourceOf,
  upsPowerSource,
  worstPowerSource,
} from '../../../src/domain/power-source.ts';
import { Watched } from '../../support/watched.ts';

describe('the power source of a UPS, by its status', () => {
  it.each([
    ['OL', 'mains'],
    ['OL CHRG', 'mains'],
    ['OL LB', 'mains'],
    ['OL OFF', 'off'],
    ['OFF', 'off'],
    ['OL BYPASS', 'bypass'],
    ['OB', 'battery'],
    ['OB DISCHRG BYPASS', 'battery'],
    ['DISCHRG LB OB', 'low'],
    ['OB LB', 'low'],
    ['OL FSD', 'low'],
    ['LB', 'unknown'],
    ['WAIT', 'unknown'],
    ['', 'unknown'],
    ['SOMETHING NEW', 'unknown'],
  ])('%j is %s', (status, source) => {
    expect(upsPowerSource(status)).toBe(source);
    expect(powerSourceOf('ups', { 'ups.status': status })).toBe(source);
  });

  it.each([{}, { 'ups.status': 1 }])('without a status in %j is unknown', (values) => {
    expect(powerSourceOf('ups', values)).toBe('unknown');
  });
});

describe('the power source of a supply', () => {
  it.each([
    [{ 'ats.position': 'generator', 'mains.present': true }, 'generator'],
    [{ 'ats.position': 'off', 'mains.present': true }, 'off'],
    [{ 'ats.position': 'mains', 'mains.present': false }, 'off'],
    [{ 'mains.present': false }, 'off'],
    [{ 'mains.present': true }, 'mains'],
    [{ 'ats.position': 'mains' }, 'mains'],
    [{ 'mains.voltage': 230 }, 'unknown'],
    [{}, 'unknown'],
  ])('with %j is %s', (values, source) => {
    expect(powerSourceOf('power', values)).toBe(source);
  });
});

it('is no matter of a scanner itself', () => {
  expect(powerSourceOf('scanner', { 'ups.status': 'OL' })).toBeUndefined();
});

describe('the worst of several power sources', () => {
  const worstFirst = ['low', 'battery', 'off', 'generator', 'bypass', 'unknown', 'mains'] as const;

  it.each(worstFirst.slice(0, -1).map((source, index) => [source, worstFirst[index + 1]] as const))(
    '%s comes before %s',
    (worse, better) => {
      expect(worstPowerSource([better ?? 'mains', worse])).toBe(worse);
    },
  );

  it('is unknown where there is none', () => {
    expect(worstPowerSource([])).toBe('unknown');
  });
});

describe('the power source with the verdict on what is said', () => {
  const powerOf = ({ watch, values }: Watched) => judgedPowerSource(watch, values);
  const ups = (status: string) => new Watched('ups').say(status);

  it.each([
    ['OL', 'mains'],
    ['OL BYPASS', 'bypass'],
    ['OB CAL', 'battery'],
    ['OB LB', 'low'],
    ['OL FSD', 'low'],
    ['OB OFF', 'off'],
    ['OL OFF', 'mains'],
    ['OFF', 'unknown'],
    ['WAIT', 'unknown'],
  ])('%j is %s', (status, source) => {
    expect(powerOf(ups(status))).toBe(source);
  });

  it('leaves a UPS on battery while its return is not believed', () => {
    const watched = ups('OB').pass(5).say({ 'ups.status': 'OL', 'input.voltage': 0 });
    expect(powerOf(watched)).toBe('battery');
    expect(powerOf(watched.say('OL LB'))).toBe('low');
    expect(powerOf(watched.say({ 'ups.status': 'OL OFF' }))).toBe('battery');
  });

  it('is off when OFF has lasted', () => {
    expect(powerOf(ups('OL OFF').go(30, 'OL OFF'))).toBe('off');
  });

  it('is as said of others, and of a UPS without a status', () => {
    expect(powerOf(new Watched('power').say({ 'mains.present': false }))).toBe('off');
    expect(powerOf(new Watched('scanner').say({ state: 'ready' }))).toBeUndefined();
    expect(powerOf(new Watched('ups').say({ 'ups.load': 1 }))).toBe('unknown');
  });
});
