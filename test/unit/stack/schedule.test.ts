// stack: scheduled work: again and again, never twice at a time, and over when it is stopped.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSchedule } from '../../../local/stack/schedule.ts';
import { createRecordingLog } from '../../support/recording-log.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a schedule', () => {
  it('begins no second piece of work while the first goes on, and tells it to stop', async () => {
    let begun = 0;
    const schedule = startSchedule({
      everyMs: 1000,
      log: createRecordingLog(),
      work: (signal) => {
        begun += 1;
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    });
    await vi.advanceTimersByTimeAsync(5000);
    expect(begun).toBe(1);
    await schedule.stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(begun).toBe(1);
  });

  it('goes on after a failure, which it logs', async () => {
    const log = createRecordingLog();
    let begun = 0;
    const schedule = startSchedule({
      everyMs: 1000,
      log,
      work: async () => {
        begun += 1;
        throw new Error('the index is away');
      },
    });
    await vi.advanceTimersByTimeAsync(3000);
    expect(begun).toBe(3);
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'error', 'error']);
    await schedule.stop();
  });
});
