// chunk: the state of one pass over a capture: each record to its packet, its flow and its chunk, each flow that ends to its rows.

import type { CaptureReader } from '../capture/capture-reader.ts';
import { linktypeName } from '../capture/linktypes.ts';
import type { RecordBatch } from '../capture/record-batch.ts';
import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { decodePacket } from '../decode/decode-packet.ts';
import { createPacket } from '../decode/packet.ts';
import { Reassembler } from '../decode/reassembler.ts';
import { addCounts, type Counts } from '../dump/ledger.ts';
import { ArpHosts } from '../flow/arp-hosts.ts';
import { CELL } from '../flow/flow-cells.ts';
import { FlowRow, writeFlowRow } from '../flow/flow-row.ts';
import { FlowTable } from '../flow/flow-table.ts';
import { ChunkBuilder } from './chunk-builder.ts';
import { writeFlowFacts } from './flow-facts.ts';
import type { SplitOptions } from './split-options.ts';
import type { SplitProgress, SplitTotals } from './split-output.ts';
import { SplitTally } from './split-tally.ts';

/** Records come batch by batch; whoever adds them takes the outputs of `chunks` in between. */
export class SplitPass {
  readonly chunks: ChunkBuilder;
  readonly arpHosts = new ArpHosts();
  readonly #reader: CaptureReader;
  readonly #tally = new SplitTally();
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
  /** Where the pass that this one goes on from paused: chunks cut, records added, offset in the stream. */
  #pausedAt = { chunks: 0, records: 0, offset: 0 };
  isPacked = false;

  constructor(reader: CaptureReader, options: SplitOptions) {
    this.#reader = reader;
    this.#options = options;
    this.#flows = createFlowTable(options);
    this.chunks = new ChunkBuilder(reader.interfaces, options.chunks ?? {});
  }

  /** True for the first batch of another capture of the dump: after `endMember` its flows begin anew. */
  isNextMember(batch: RecordBatch): boolean {
    this.isPacked = this.#reader.container !== undefined;
    if (this.isPacked) this.chunks.keepRaw();
    if (this.firstNewRecord(batch) >= batch.count) return false;
    if (batch.member === this.#member) return false;
    this.#member = batch.member;
    return true;
  }

  /** Index of the first record that the pass this one goes on from has not added. */
  firstNewRecord(batch: RecordBatch): number {
    return Math.max(0, this.#pausedAt.records - batch.firstRecord);
  }

  /** All of the batch's records were added by the pass that this one goes on from. */
  isPassedOver(batch: RecordBatch): boolean {
    return batch.count > 0 && this.firstNewRecord(batch) >= batch.count;
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
    this.#tally.beginMember();
  }

  #memberWarnings(): Counts {
    const fragments: Counts = Object.fromEntries(this.#reassembler.warnings);
    return addCounts(addCounts(this.#earlierWarnings, fragments), Object.fromEntries(this.#flows.warnings));
  }

  totals(): SplitTotals {
    const { interfaces, warnings, gaps } = this.#reader;
    const { overLimit } = this.arpHosts;
    const ownWarnings = {
      ...this.#tally.warnings(),
      ...(overLimit > 0 && { 'arp-hosts-over-limit': overLimit }),
      ...(this.chunks.count === 0 && gaps.length === 0 && { 'no-records': 1 }),
    };
    return this.#tally.totals({
      bytes: this.#reader.streamBytes,
      chunks: this.chunks.count,
      flows: this.#earlierFlows + this.#flows.flowCount,
      warnings: addCounts(addCounts(Object.fromEntries(warnings), this.#memberWarnings()), ownWarnings),
      gaps: [...gaps],
      linktypes: [...new Set(interfaces.map(({ linktype }) => linktypeName(linktype)))],
    });
  }

  /** How far the pass has come. */
  get progress(): SplitProgress {
    return { recordsSoFar: this.#reader.recordCount, bytesSoFar: this.#reader.resumeOffset };
  }

  /**
   * A chunk was cut since the pass was begun or gone on with; or, where a plain capture has no records for long, as many
   * bytes were passed over. Who pauses only then comes to the end.
   */
  get hasProgressed(): boolean {
    if (this.chunks.cutCount > this.#pausedAt.chunks) return true;
    return !this.isPacked && this.#reader.resumeOffset - this.#pausedAt.offset >= this.chunks.targetBytes;
  }

  /** Saves the state between two batches, when all outputs were taken; or restores it into a new pass. */
  async exchange(state: StateExchange): Promise<void> {
    this.isPacked = (await state.number(Number(this.isPacked))) === 1;
    const records = await state.number(this.#reader.recordCount);
    if (!this.isPacked) await this.#reader.exchange(state);
    await this.chunks.exchange(state);
    await this.#tally.exchange(state);
    await this.#flows.exchange(state);
    await this.#reassembler.exchange(state);
    await this.arpHosts.exchange(state);
    this.#member = await state.number(this.#member);
    this.#earlierFlows = await state.number(this.#earlierFlows);
    this.#earlierWarnings = await state.json(this.#earlierWarnings);
    if (state.isRestoring) {
      this.#pausedAt = { chunks: this.chunks.cutCount, records, offset: this.#reader.resumeOffset };
    }
  }
}

function createFlowTable({ flows, applicationFacts }: SplitOptions): FlowTable {
  return new FlowTable(applicationFacts === undefined ? flows : { ...flows, applicationFacts });
}
