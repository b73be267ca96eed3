import { describe, expect, it } from 'vitest';
import { readSimulatorOptions, UsageError } from '../../../simulators/options.ts';

describe('simulator options', () => {
  it('default to a calm fleet on the local broker under the simulators’ root', () => {
    expect(readSimulatorOptions([])).toEqual({
      url: 'mqtt://127.0.0.1:1883',
      scenario: 'calm',
      blackoutAfterSeconds: 120,
      speed: 1,
      seed: 1,
      connections: 1,
      root: 'svitlo-sim/v1',
      isHelp: false,
    });
  });

  it('read numbers, durations and names', () => {
    const args = '--scenario blackout --blackout-after 30s --devices 60 --duration 2m --speed 0.5';
    expect(readSimulatorOptions(args.split(' '))).toMatchObject({
      scenario: 'blackout',
      blackoutAfterSeconds: 30,
      devices: 60,
      durationSeconds: 120,
      speed: 0.5,
    });
  });

  it.each([
    ['--nonsense', '--nonsense'],
    ['--scenario storm', 'calm, blackout'],
    ['--devices 0', 'whole number'],
    ['--devices 1.5', 'whole number'],
    ['--duration soon', 'duration'],
    ['--speed -1', '--speed'],
    ['--speed fast', 'above 0'],
    ['--url http://localhost', 'mqtt://'],
    ['--url nowhere', 'mqtt://'],
    ['--root a/#', '--root'],
    ['stray', 'stray'],
  ])('refuse %s and say what was expected', (line, expected) => {
    const read = () => readSimulatorOptions(line.split(' '));
    expect(read).toThrow(UsageError);
    expect(read).toThrow(expected);
  });
});
