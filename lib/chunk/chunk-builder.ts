// chunk: cuts a dump's records into chunks, gives each the rows of the flows that touch it, and tells when it is complete.

import type { CaptureInterface, RecordBatch } from '../capture/record-batch.ts';
import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { FLOW_FIELDS } from '../flow/flow-fields.ts';
import { type FlowRow, fieldPosition } from '../flow/flow-row.ts';
import { ChunkTouches } from './chunk-touches.ts';
import { FLOW_METADATA, RECORD_METADATA } from './column-metadata.ts';
import { encodeColumns } from './columns.ts';
import { dataOffset } from './data-offset.ts';
import {
  CHUNK_MAX_RECORDS,
  CHUNK_TARGET_BYTES,
  MAX_BUFFERED_ROW_BYTES,
  MAX_PENDING_OUTPUT_BYTES,
  SPILL_ROWS,
} from './limits.ts';
import { OutputQueue } from './output-queue.ts';
import { RawBuffer } from './raw-buffer.ts';
import { NO_DIRECTION, NO_FLOW, RecordBuffer } from './record-buffer.ts';
import { RECORD_FIELDS } from './record-fields.ts';
import { RowBuffer } from './row-buffer.ts';
import type { LaterChunk } from './split-output.ts';

/** Bytes of one record's columns. */
const RECORD_BYTES = 47;
const MAX_SPARE_BUFFERS = 4;
const NONE = -1;

/** Where a row has the numbers of its flow's first payload packets. */
const PAYLOAD_RECORDS = (['source', 'destination'] as const).flatMap((side) =>
  ([0, 1, 2] as const).map((k) => fieldPosition(`${side}PayloadRecord${k}`)),
);

export interface ChunkOptions {
  readonly targetBytes?: number | undefined;
  readonly maxRecords?: number | undefined;
  readonly spillRows?: number | undefined;
  readonly maxBufferedRowBytes?: number | undefined;
}

interface OpenChunk {
  readonly number: number;
  readonly offset: number;
  readonly firstRecord: number;
  end: number;
  records: number;
  isCut: boolean;
  openFlows: number;
  flows: number;
  ownFlows: number;
  spills: number;
  /** Of flows that ended since the last spill; a buffer is lent to the chunk while there are any. */
  rows: RowBuffer | undefined;
  /** Of the chunk's records, and of first payload packets in later chunks. */
  readonly interfaces: Set<number>;
  /** Later chunks that hold first payload packets of its own flows. */
  readonly later: Map<number, LaterChunk>;
  /** The latest chunk that one of its ended flows touches. */
  lastTouched: number;
}

/** What is cut depends on the records' offsets and lengths alone; what is spilled, on the rows alone. */
export class ChunkBuilder {
  readonly outputs = new OutputQueue(MAX_PENDING_OUTPUT_BYTES);
  /** Chunks begun so far, and those of them that were cut. */
  count = 0;
  cutCount = 0;
  readonly targetBytes: number;
  readonly #interfaces: readonly CaptureInterface[];
  readonly #maxRecords: number;
  readonly #spillRows: number;
  readonly #maxBufferedRowBytes: number;
  readonly #open = new Map<number, OpenChunk>();
  readonly #touches = new ChunkTouches();
  readonly #records = new RecordBuffer();
  readonly #place = { dataOffset: 0, flow: NO_FLOW, direction: NO_DIRECTION, reason: 0 };
  readonly #touched: number[] = [];
  /** Buffers that were spilled, for the chunks that need one next. */
  readonly #spareRows: RowBuffer[] = [];
  #current: OpenChunk | undefined;
  #raw: RawBuffer | undefined;
  #lastInterface = -1;
  #rowBytes = 0;

  constructor(interfaces: readonly CaptureInterface[], options: ChunkOptions) {
    this.#interfaces = interfaces;
    this.targetBytes = options.targetBytes ?? CHUNK_TARGET_BYTES;
    this.#maxRecords = options.maxRecords ?? CHUNK_MAX_RECORDS;
    this.#spillRows = options.spillRows ?? SPILL_ROWS;
    this.#maxBufferedRowBytes = options.maxBufferedRowBytes ?? MAX_BUFFERED_ROW_BYTES;
  }

  /** From the next record on, chunks carry their records' bytes: the dump has them only packed. */
  keepRaw(): void {
    this.#raw ??= new RawBuffer();
  }

  /** Adds record `i`, cutting the chunk before it where it is full. `slot` and `flow` are -1 for a record in no flow. */
  addRecord(batch: RecordBatch, i: number, reason: number, slot: number, flow: number, direction: number): void {
    const chunk = this.#chunkFor(batch, i);
    const place = this.#place;
    const interfaceId = batch.interfaceId[i] ?? 0;
    const captureInterface = this.#interfaces[interfaceId];
    place.dataOffset = captureInterface === undefined ? 0 : dataOffset(batch, i, captureInterface);
    place.reason = reason;
    place.flow = slot < 0 ? NO_FLOW : flow;
    place.direction = slot < 0 ? NO_DIRECTION : direction;
    this.#records.append(batch, i, chunk.offset, place);
    this.#raw?.append(batch, i, place.dataOffset, chunk.offset);
    chunk.end = (batch.offset[i] ?? 0) + (batch.recordLength[i] ?? 0);
    chunk.records++;
    if (interfaceId !== this.#lastInterface) {
      chunk.interfaces.add(interfaceId);
      this.#lastInterface = interfaceId;
    }
    if (slot >= 0 && this.#touches.touch(slot, chunk.number)) {
      chunk.openFlows++;
      chunk.flows++;
      if (flow >= chunk.firstRecord) chunk.ownFlows++;
    }
  }

  /** Gives an ended flow's row to every chunk it touches. */
  endFlow(slot: number, row: FlowRow): void {
    const touched = this.#touched;
    this.#touches.release(slot, touched);
    const lastChunk = touched[0] ?? 0;
    const firstChunk = touched.at(-1) ?? 0;
    for (let k = touched.length - 1; k >= 0; k--) {
      const chunk = this.#open.get(touched[k] ?? 0);
      if (chunk === undefined) continue;
      chunk.rows ??= this.#spareRows.pop() ?? new RowBuffer();
      const { rows } = chunk;
      const before = rows.size;
      rows.append(row, firstChunk, lastChunk);
      this.#rowBytes += rows.size - before;
      chunk.openFlows--;
      chunk.lastTouched = Math.max(chunk.lastTouched, lastChunk);
      if (k === touched.length - 1 && touched.length > 1) this.#noteLater(chunk, row, touched);
      if (rows.count >= this.#spillRows) this.#spill(chunk, rows);
      this.#completeIfDone(chunk);
    }
    if (this.#rowBytes > this.#maxBufferedRowBytes) this.#spillLargest();
  }

  /** Where the flow's first payload packets lie in chunks behind its own: infer reads them for the chunk that documents the flow. */
  #noteLater(chunk: OpenChunk, row: FlowRow, touched: readonly number[]): void {
    for (const position of PAYLOAD_RECORDS) {
      const record = row.values[position] ?? NONE;
      // Latest first: the one that holds the record is the first that does not begin behind it.
      const holder =
        record < 0 ? undefined : touched.find((number) => (this.#open.get(number)?.firstRecord ?? 0) <= record);
      const later = holder === undefined || holder === chunk.number ? undefined : this.#open.get(holder);
      if (later === undefined) continue;
      chunk.later.set(later.number, { chunk: later.number, offset: later.offset, firstRecord: later.firstRecord });
      for (const id of later.interfaces) chunk.interfaces.add(id);
    }
  }

  /** The dump, or a capture in it, is over: the chunk is cut. Flows end afterwards. */
  finish(): void {
    if (this.#current !== undefined) this.#cut(this.#current);
    this.#current = undefined;
  }

  #chunkFor(batch: RecordBatch, i: number): OpenChunk {
    const offset = batch.offset[i] ?? 0;
    const current = this.#current;
    if (current !== undefined) {
      const isFull =
        current.records >= this.#maxRecords ||
        offset + (batch.recordLength[i] ?? 0) - current.offset > this.targetBytes;
      if (!isFull) return current;
      this.#cut(current);
    }
    const chunk = createChunk(this.count++, offset, batch.firstRecord + i);
    this.#open.set(chunk.number, chunk);
    this.#current = chunk;
    this.#lastInterface = -1;
    return chunk;
  }

  #cut(chunk: OpenChunk): void {
    chunk.isCut = true;
    this.cutCount++;
    const { columns, count } = this.#records;
    const bytes = encodeColumns(RECORD_FIELDS, columns, count, RECORD_METADATA);
    const soFar = { recordsSoFar: chunk.firstRecord + chunk.records, bytesSoFar: chunk.end };
    this.outputs.add(
      bytes.then((encoded) => ({ kind: 'record-object', chunk: chunk.number, bytes: encoded, ...soFar })),
      count * RECORD_BYTES,
    );
    this.#records.clear();
    if (this.#raw !== undefined) {
      const raw = this.#raw.take();
      this.outputs.add(Promise.resolve({ kind: 'raw-object', chunk: chunk.number, bytes: raw }), raw.length);
    }
    for (const open of this.#open.values()) {
      if (open.number === chunk.number || open.lastTouched === chunk.number) this.#completeIfDone(open);
    }
  }

  /** When its flows have ended and all chunks that they touch are cut: what infer reads of those is stored by then. */
  #completeIfDone(chunk: OpenChunk): void {
    if (!chunk.isCut || chunk.openFlows > 0 || chunk.lastTouched >= this.cutCount) return;
    if (chunk.rows !== undefined) this.#spill(chunk, chunk.rows);
    this.#open.delete(chunk.number);
    const interfaces = [...chunk.interfaces].sort((a, b) => a - b);
    this.outputs.add(
      Promise.resolve({
        kind: 'manifest',
        chunk: chunk.number,
        offset: chunk.offset,
        length: chunk.end - chunk.offset,
        firstRecord: chunk.firstRecord,
        records: chunk.records,
        hasRaw: this.#raw !== undefined,
        rowObjects: chunk.spills,
        flows: chunk.flows,
        ownFlows: chunk.ownFlows,
        later: [...chunk.later.values()].sort((a, b) => a.chunk - b.chunk),
        interfaces: interfaces.flatMap((id) => this.#interfaces[id] ?? []),
      }),
      0,
    );
  }

  /** A chunk may stay open for long: its buffer, which has grown, goes to the next that needs one. */
  #spill(chunk: OpenChunk, rows: RowBuffer): void {
    const { size } = rows;
    const spill = chunk.spills++;
    const { columns, count } = rows.take();
    this.#rowBytes -= size;
    const bytes = encodeColumns(FLOW_FIELDS, columns, count, FLOW_METADATA);
    chunk.rows = undefined;
    if (this.#spareRows.length < MAX_SPARE_BUFFERS) this.#spareRows.push(rows);
    this.outputs.add(
      bytes.then((encoded) => ({ kind: 'row-object', chunk: chunk.number, spill, bytes: encoded })),
      size,
    );
  }

  #spillLargest(): void {
    let largest: OpenChunk | undefined;
    for (const chunk of this.#open.values()) {
      if ((chunk.rows?.size ?? 0) > (largest?.rows?.size ?? 0)) largest = chunk;
    }
    if (largest?.rows !== undefined) this.#spill(largest, largest.rows);
  }

  /** Saves the state, or restores it into a builder made with the same options; all outputs must have been taken. */
  async exchange(state: StateExchange): Promise<void> {
    this.count = await state.number(this.count);
    this.cutCount = await state.number(this.cutCount);
    this.#lastInterface = await state.number(this.#lastInterface);
    this.#rowBytes = await state.number(this.#rowBytes);
    const current = await state.number(this.#current?.number ?? NONE);
    const numbers = await state.numbers([...this.#open.keys()]);
    for (const number of numbers) {
      const chunk = this.#open.get(number) ?? createChunk(number, 0, 0);
      this.#open.set(number, await exchangeChunk(state, chunk));
    }
    this.#current = this.#open.get(current);
    await this.#touches.exchange(state);
    await this.#records.exchange(state);
    if ((await state.number(Number(this.#raw !== undefined))) === 1) this.keepRaw();
    await this.#raw?.exchange(state);
  }
}

function createChunk(number: number, offset: number, firstRecord: number): OpenChunk {
  const counts = { records: 0, openFlows: 0, flows: 0, ownFlows: 0, spills: 0 };
  return {
    ...{ number, offset, firstRecord, end: offset, isCut: false, ...counts, lastTouched: NONE },
    ...{ rows: undefined, interfaces: new Set(), later: new Map() },
  };
}

/** Saves an open chunk, or restores it. */
async function exchangeChunk(state: StateExchange, chunk: OpenChunk): Promise<OpenChunk> {
  const restored = {
    number: await state.number(chunk.number),
    offset: await state.number(chunk.offset),
    firstRecord: await state.number(chunk.firstRecord),
    end: await state.number(chunk.end),
    records: await state.number(chunk.records),
    isCut: (await state.number(Number(chunk.isCut))) === 1,
    openFlows: await state.number(chunk.openFlows),
    flows: await state.number(chunk.flows),
    ownFlows: await state.number(chunk.ownFlows),
    spills: await state.number(chunk.spills),
    lastTouched: await state.number(chunk.lastTouched),
    interfaces: new Set(await state.numbers([...chunk.interfaces])),
    later: new Map((await state.json([...chunk.later.values()])).map((later) => [later.chunk, later])),
  };
  const hasRows = (await state.number(Number(chunk.rows !== undefined))) === 1;
  const rows = hasRows ? (chunk.rows ?? new RowBuffer()) : undefined;
  await rows?.exchange(state);
  return { ...restored, rows };
}
