import { describe, expect, test } from '@jest/globals';
import { describeProgress } from '../../../src/output/progress/describe-progress.ts';
import { PaceMeter } from '../../../src/output/progress/pace.ts';

const progress = { phase: 'backing up', table: 'T', items: 1_000, bytes: 2_000_000, expectedItems: 10_000 } as const;

describe('the pace of a work', () => {
  test('counts from its first report, so that what an interrupted run had done does not make it look fast', () => {
    const meter = new PaceMeter();
    meter.measure(progress, 0);
    const pace = meter.measure({ ...progress, items: 2_000, bytes: 4_000_000 }, 2_000);
    expect(pace).toEqual({ seconds: 2, itemsPerSecond: 500, bytesPerSecond: 1_000_000, secondsLeft: 16 });
  });

  test('starts again with each phase and table', () => {
    const meter = new PaceMeter();
    meter.measure(progress, 0);
    expect(meter.measure({ ...progress, phase: 'comparing', items: 9_000 }, 1_000).itemsPerSecond).toBe(0);
    expect(meter.measure({ ...progress, table: 'U', items: 9_000 }, 2_000).itemsPerSecond).toBe(0);
  });

  test('starts again where the items are counted from zero again', () => {
    const meter = new PaceMeter();
    meter.measure(progress, 0);
    expect(meter.measure({ ...progress, items: 0 }, 1_000).itemsPerSecond).toBe(0);
    expect(meter.measure({ ...progress, items: 50 }, 2_000).itemsPerSecond).toBe(50);
  });

  test('of a wait is the time that it has lasted', () => {
    const meter = new PaceMeter();
    const waiting = { phase: 'waiting for', table: 'T', state: 'CREATING' } as const;
    meter.measure(waiting, 0);
    expect(describeProgress(waiting, meter.measure(waiting, 200_000))).toBe('CREATING, 3 min 20 s');
  });

  test('is shown with items, MB, rate and time left', () => {
    const pace = { seconds: 10, itemsPerSecond: 4_321, bytesPerSecond: 9_500_000, secondsLeft: 200 };
    expect(describeProgress(progress, pace)).toBe('1,000 items, 2.0 MB, 4,321 items/s, 9.5 MB/s, 3 min 20 s left');
  });
});
