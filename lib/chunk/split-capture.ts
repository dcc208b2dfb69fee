// chunk: one pass over a capture: records to packets to flows to chunks, a pure function of the bytes.

import { type CaptureReader, createCaptureReader, readCapture } from '../capture/capture-reader.ts';
import type { DecompressionLimits } from '../capture/container/decompression-guard.ts';
import { linktypeName } from '../capture/linktypes.ts';
import type { RecordBatch } from '../capture/record-batch.ts';
import { decodePacket } from '../decode/decode-packet.ts';
import { createPacket } from '../decode/packet.ts';
import { Reassembler } from '../decode/reassembler.ts';
import { addCounts, type Counts } from '../dump/ledger.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { ArpHosts } from '../flow/arp-hosts.ts';
import { CELL } from '../flow/flow-cells.ts';
import { FlowRow, writeFlowRow } from '../flow/flow-row.ts';
import { FlowTable, type FlowTableOptions } from '../flow/flow-table.ts';
import { ChunkBuilder, type ChunkOptions } from './chunk-builder.ts';
import { writeFlowFacts } from './flow-facts.ts';
import type { SplitOutput, SplitTotals } from './split-output.ts';
import { SplitTally } from './split-tally.ts';

export interface SplitOptions {
  readonly chunks?: ChunkOptions;
  readonly flows?: FlowTableOptions;
  /** False = rows say nothing of the application layer. */
  readonly applicationFacts?: boolean | undefined;
  readonly decompression?: DecompressionLimits;
  /** Fires when the time is up: what was given out stays valid, the rest is for another try. */
  readonly signal?: AbortSignal;
}

/**
 * Splits a capture. Outputs come in the order they must be stored: a chunk's objects before its manifest, totals last.
 * The same bytes give the same outputs, however `source` is cut; pulling slowly holds the reading back.
 * @throws PipelineError of the reader where the bytes are no capture; `deadline-exceeded` when the signal fires.
 */
export async function* splitCapture(
  source: AsyncIterable<Uint8Array>,
  options: SplitOptions = {},
): AsyncGenerator<SplitOutput> {
  const reader = createCaptureReader();
  const tally = new SplitTally();
  const pass = new SplitPass(reader, tally, options);
  for await (const batch of readCapture(source, reader, options.decompression)) {
    throwIfAborted(options.signal);
    if (pass.isNextMember(batch)) {
      yield* endMember(pass);
      pass.beginMember();
    }
    for (let i = 0; i < batch.count; ) {
      i = pass.addRecords(batch, i);
      yield* pass.chunks.outputs.take(KEEP_PENDING_BYTES);
    }
  }
  yield* endMember(pass);
  yield* pass.chunks.outputs.take(0);
  yield { kind: 'hosts', arp: pass.arpHosts.hosts() };
  yield pass.totals();
}

/** Cuts the chunk and ends all flows: the dump is over, or a capture in it. */
async function* endMember(pass: SplitPass): AsyncGenerator<SplitOutput> {
  pass.finish();
  while (!pass.endFlows()) yield* pass.chunks.outputs.take(KEEP_PENDING_BYTES);
}

/** Outputs up to this size may be compressed while reading goes on. */
const KEEP_PENDING_BYTES = 16 * 1024 * 1024;

/** The state of one pass. */
class SplitPass {
  readonly chunks: ChunkBuilder;
  readonly arpHosts = new ArpHosts();
  readonly #reader: CaptureReader;
  readonly #tally: SplitTally;
  readonly #options: SplitOptions;
  #flows: FlowTable;
  #reassembler = new Reassembler();
  #member = 0;
  /** Of the captures before the present one. */
  #earlierFlows = 0;
  #earlierWarnings: Counts = {};
  readonly #packet = createPacket();
  readonly #row = new FlowRow();
  /** True while the present record waits for flows to end before it. */
  #isAdmitted = false;

  constructor(reader: CaptureReader, tally: SplitTally, options: SplitOptions) {
    this.#reader = reader;
    this.#tally = tally;
    this.#options = options;
    this.#flows = createFlowTable(options);
    this.chunks = new ChunkBuilder(reader.interfaces, options.chunks ?? {});
  }

  /** True for the first batch of another capture of the dump: after `endMember` its flows begin anew. */
  isNextMember(batch: RecordBatch): boolean {
    if (this.#reader.container !== undefined) this.chunks.keepRaw();
    if (batch.member === this.#member) return false;
    this.#member = batch.member;
    return true;
  }

  /** Adds records from `i` on until the batch ends or outputs must be taken; returns the index to go on with. */
  addRecords(batch: RecordBatch, i: number): number {
    const packet = this.#packet;
    const flows = this.#flows;
    for (let next = i; next < batch.count; next++) {
      const linktype = this.#reader.interfaces[batch.interfaceId[next] ?? 0]?.linktype ?? -1;
      if (!this.#isAdmitted) {
        const start = batch.start[next] ?? 0;
        const originalLength = batch.originalLength[next] ?? 0;
        const capturedLength = batch.capturedLength[next] ?? 0;
        decodePacket(batch.bytes, start, capturedLength, originalLength, linktype, packet, this.#reassembler);
        flows.admit(batch, next, packet);
        this.#isAdmitted = true;
      }
      if (!this.endFlows()) return next;
      this.#isAdmitted = false;
      const slot = flows.add(batch, next, packet);
      const flow = slot < 0 ? -1 : flows.cells.get(slot, CELL.record);
      this.chunks.addRecord(batch, next, packet.reason, slot, flow, flows.direction);
      if (packet.arpOperation !== 0) this.#learnHost(batch, next);
      this.#tally.add(batch, next, packet, linktype);
    }
    return batch.count;
  }

  #learnHost(batch: RecordBatch, i: number): void {
    this.arpHosts.learn(this.#packet, batch.firstRecord + i, batch.seconds[i] ?? 0, batch.nanoseconds[i] ?? 0);
  }

  /** The dump, or a capture in it, is over: what is open ends, by `endFlows`. */
  finish(): void {
    this.chunks.finish();
    this.#flows.endAll();
  }

  /** Writes the rows of flows that end; false when outputs must be taken before it can go on. */
  endFlows(): boolean {
    const flows = this.#flows;
    for (;;) {
      if (this.chunks.outputs.isFull) return false;
      const slot = flows.takeEnding();
      if (slot < 0) return true;
      writeFlowRow(this.#row, flows, slot);
      writeFlowFacts(this.#row, flows, slot);
      flows.release(slot);
      this.chunks.endFlow(slot, this.#row);
    }
  }

  /** The next capture has a flow table, a clock and fragments of its own. */
  beginMember(): void {
    this.#earlierFlows += this.#flows.flowCount;
    this.#earlierWarnings = this.#memberWarnings();
    this.#flows = createFlowTable(this.#options);
    this.#reassembler = new Reassembler();
  }

  #memberWarnings(): Counts {
    const fragments: Counts = Object.fromEntries(this.#reassembler.warnings);
    return addCounts(addCounts(this.#earlierWarnings, fragments), Object.fromEntries(this.#flows.warnings));
  }

  totals(): SplitTotals {
    const { interfaces, warnings, gaps } = this.#reader;
    const { overLimit } = this.arpHosts;
    const ownWarnings = { ...this.#tally.remarks(), ...(overLimit > 0 && { 'arp-hosts-over-limit': overLimit }) };
    return this.#tally.totals({
      bytes: this.#reader.streamBytes,
      chunks: this.chunks.count,
      flows: this.#earlierFlows + this.#flows.flowCount,
      warnings: addCounts(addCounts(Object.fromEntries(warnings), this.#memberWarnings()), ownWarnings),
      gaps: [...gaps],
      linktypes: [...new Set(interfaces.map(({ linktype }) => linktypeName(linktype)))],
    });
  }
}

function createFlowTable({ flows, applicationFacts }: SplitOptions): FlowTable {
  return new FlowTable(applicationFacts === undefined ? flows : { ...flows, applicationFacts });
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new PipelineError('deadline-exceeded', 'the time was up before the capture was read to its end', {
    permanent: false,
    cause: signal.reason,
  });
}
