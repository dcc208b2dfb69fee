import { describe, expect, it } from 'vitest';
import { FlowClock } from '../../../lib/flow/flow-clock.ts';

const START = 1_700_000_000;
const HOUR = 3600;

/** The clock's seconds after each record, whose times are seconds after the first. */
function clockAfter(times: readonly number[]): readonly number[] {
  const clock = new FlowClock();
  return times.map((time, record) => {
    clock.take(record, START + time, 0);
    return clock.now / 1e9;
  });
}

describe('flow clock', () => {
  it('is the largest time seen', () => {
    expect(clockAfter([0, 5, 3, 4, 9])).toEqual([0, 5, 5, 5, 9]);
  });

  it('follows a step of an hour, but not a larger one', () => {
    expect(clockAfter([0, HOUR])).toEqual([0, HOUR]);
    expect(clockAfter([0, HOUR + 1, 2])).toEqual([0, 0, 2]);
  });

  it('follows a larger step once three successive records agree on it', () => {
    expect(clockAfter([0, 90_000, 90_001, 90_002, 90_003])).toEqual([0, 0, 0, 90_002, 90_003]);
  });

  it('begins to count again after a record of the present', () => {
    expect(clockAfter([0, 90_000, 90_001, 1, 90_002, 90_003])).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it('goes to the earliest of the three and what lies within an hour of it, and waits with the wild ones', () => {
    expect(clockAfter([0, 1e9, 90_000, 99_000])).toEqual([0, 0, 0, 90_000]);
    expect(clockAfter([0, 1e9, 90_000, 90_001])).toEqual([0, 0, 0, 90_001]);
  });

  it('forgets a wild record before one it followed', () => {
    expect(clockAfter([0, 1e9, 90_000, 90_001, 1e9, 1e9, 90_002])).toEqual([0, 0, 0, 90_001, 90_001, 90_001, 90_002]);
  });

  it('lags two records behind a capture of one packet every two hours', () => {
    expect(clockAfter([0, 7200, 14_400, 21_600, 28_800])).toEqual([0, 0, 0, 7200, 14_400]);
  });

  it('lets no time pass where a capture begins anew in the past, and counts on from there', () => {
    expect(clockAfter([0, 50, -90_000, -89_999, -89_998, -89_990])).toEqual([0, 50, 50, 50, 50, 58]);
  });

  it('takes a stray at the present time, and tells where it is once it is followed', () => {
    const clock = new FlowClock();
    clock.take(0, START, 5);
    clock.take(1, START + 90_000, 7);
    expect(clock).toMatchObject({ isStray: true, time: 0, seconds: START, nanoseconds: 5 });
    clock.take(2, START + 90_001, 0);
    clock.take(3, START + 90_002, 0);
    expect(clock).toMatchObject({ isStray: false, seconds: START + 90_002 });
    expect(clock.restamped.slice(0, 2)).toEqual([
      { record: 1, time: 90_000 * 1e9 + 2, seconds: START + 90_000, nanoseconds: 7 },
      { record: 2, time: 90_001 * 1e9 - 5, seconds: START + 90_001, nanoseconds: 0 },
    ]);
  });

  it('never goes back and never stops being a number, whatever the times', () => {
    const clock = new FlowClock();
    let before = 0;
    const times = [0, 1e15, -1e15, 1e15, 1e15, 1e15, -1e15, -1e15, -1e15, 5, 5, 5, 2 ** 53, 2 ** 53, 2 ** 53];
    for (const [record, time] of times.entries()) {
      clock.take(record, time, 999_999_999);
      expect(clock.now).toBeGreaterThanOrEqual(before);
      expect(Number.isFinite(clock.time)).toBe(true);
      before = clock.now;
    }
  });
});
