// property: however many flows touch however many chunks, a walk visits each of them for exactly these.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FlowPlace, walkFlows } from '../../lib/carve/walk-flows.ts';

const flow = fc.record({ step: fc.nat(3), chunks: fc.nat(5) });

describe('a walk over flows', () => {
  it('visits every chunk that a flow may touch once, in order, with all flows that do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(flow, { maxLength: 40 }), async (list) => {
        let firstChunk = 0;
        const places = list.map(({ step, chunks }, number): FlowPlace => {
          firstChunk += step;
          return { flow: number * 10, firstChunk, lastChunk: firstChunk + chunks };
        });
        const visits = await Array.fromAsync(walkFlows(fromAll(places)));
        const expected = Array.from({ length: firstChunk + 7 }, (_, chunk) => ({
          chunk,
          flows: places.filter((one) => one.firstChunk <= chunk && chunk <= one.lastChunk).map((one) => one.flow),
        })).filter(({ flows }) => flows.length > 0);
        expect(visits.map(({ chunk, flows }) => ({ chunk, flows: [...flows] }))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

async function* fromAll(places: readonly FlowPlace[]): AsyncGenerator<FlowPlace> {
  yield* places;
}
