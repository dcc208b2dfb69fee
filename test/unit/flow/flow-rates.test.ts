// flow: the three rates that the packet model was trained with.
import { describe, expect, test } from 'vitest';
import { flowRates } from '../../../lib/flow/flow-rates.ts';
import { flowRows } from '../../support/flow-rows.ts';

const COUNTS = { sourcePackets: 30, destinationPackets: 15, sourcePayloadBytes: 900, destinationPayloadBytes: 100 };

describe('the rates of a flow', () => {
  test('are packets each way and payload bytes both ways by its duration', () => {
    const rows = flowRows([
      { ...COUNTS, startSeconds: 100, startNanoseconds: 5e8, endSeconds: 103, endNanoseconds: 0 },
    ]);
    expect(flowRates(rows, 0)).toEqual({
      sourcePacketsPerSecond: 12,
      destinationPacketsPerSecond: 6,
      payloadBytesPerSecond: 400,
    });
  });

  test('count in whole microseconds, as timestamps of the tool that defined them', () => {
    const rows = flowRows([{ ...COUNTS, startSeconds: 1, startNanoseconds: 999, endSeconds: 1, endNanoseconds: 2001 }]);
    expect(flowRates(rows, 0)?.sourcePacketsPerSecond).toBeCloseTo(15e6, 3);
  });

  test('are absent where no time passes: the tool says infinity or nothing there', () => {
    const rows = flowRows([{ ...COUNTS, startSeconds: 7, endSeconds: 7, startNanoseconds: 100, endNanoseconds: 900 }]);
    expect(flowRates(rows, 0)).toBeUndefined();
  });
});
