// carve: many flows, chunk by chunk: each chunk is visited once, for all flows that touch it.

/** Where a flow's records are. */
export interface FlowPlace {
  /** Number of its first record. */
  readonly flow: number;
  readonly firstChunk: number;
  readonly lastChunk: number;
}

export interface ChunkFlows {
  readonly chunk: number;
  readonly flows: ReadonlySet<number>;
}

/**
 * `places` come by first record, so by first chunk. Held at a time are the flows that touch the present chunk, which are
 * never more than split's flow table holds and a chunk has records; chunks that no flow touches are passed over.
 */
export async function* walkFlows(places: AsyncIterable<FlowPlace>): AsyncGenerator<ChunkFlows> {
  const source = places[Symbol.asyncIterator]();
  const active = new Map<number, number>();
  try {
    let next = await source.next();
    for (let chunk = 0; next.done !== true || active.size > 0; chunk += 1) {
      if (active.size === 0 && next.done !== true) chunk = Math.max(chunk, next.value.firstChunk);
      while (next.done !== true && next.value.firstChunk <= chunk) {
        const { flow, lastChunk } = next.value;
        if (lastChunk >= chunk) active.set(flow, lastChunk);
        next = await source.next();
      }
      if (active.size > 0) yield { chunk, flows: new Set(active.keys()) };
      for (const [flow, lastChunk] of active) if (lastChunk <= chunk) active.delete(flow);
    }
  } finally {
    await source.return?.();
  }
}
