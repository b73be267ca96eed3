import { describe, expect, it } from 'vitest';
import { readSimulatorOptions, UsageError } from '../../../simulators/options.ts';

describe('simulator options', () => {
  it('default to a calm fleet on the local broker under the simulators’ root', () => {
    expect(readSimulatorOptions([])).toEqual({
      monitorUrl: 'http://127.0.0.1:8080',
      scenario: 'calm',
      seed: 1,
      connections: 64,
      root: 'svitlo-sim/v1',
      language: 'uk',
      isAssert: false,
      isList: false,
      isHelp: false,
    });
  });

  it('read numbers, durations and names', () => {
    const args =
      '--scenario blackout --start 2026-01-16T06:00:00+02:00 --devices 60 --duration 2m --speed 0.5';
    expect(readSimulatorOptions(args.split(' '))).toMatchObject({
      scenario: 'blackout',
      startMs: Date.UTC(2026, 0, 16, 4),
      devices: 60,
      durationSeconds: 120,
      speed: 0.5,
    });
  });

  it.each([
    ['--nonsense', '--nonsense'],
    ['--start today', 'zone'],
    ['--start 2026-01-16T06:00:00', 'zone'],
    ['--start 1999-01-16T06:00:00Z', 'zone'],
    ['--duration 0s', 'duration'],
    ['--lang de', 'uk or en'],
    ['--monitor mqtt://localhost', 'http://'],
    ['--report a.html', '--assert'],
    ['--monitor http://127.0.0.1:8080', '--url'],
    ['--assert --monitor http://127.0.0.1:8080', '--url'],
    ['--devices 0', 'whole number'],
    ['--devices 1.5', 'whole number'],
    ['--duration soon', 'duration'],
    ['--speed -1', '--speed'],
    ['--speed fast', 'above 0'],
    ['--url http://localhost', 'mqtt://'],
    ['--url nowhere', 'mqtt://'],
    ['--root a/#', '--root'],
    ['--root svitlo/v1', 'production'],
    ['stray', 'stray'],
  ])('refuse %s and say what was expected', (line, expected) => {
    const read = () => readSimulatorOptions(line.split(' '));
    expect(read).toThrow(UsageError);
    expect(read).toThrow(expected);
  });

  it('take the page’s language from the environment unless told', () => {
    expect(readSimulatorOptions([], { SVITLO_LANG: 'en' }).language).toBe('en');
    expect(readSimulatorOptions(['--lang', 'uk'], { SVITLO_LANG: 'en' }).language).toBe('uk');
  });
});
