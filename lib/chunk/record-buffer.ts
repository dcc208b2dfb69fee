// chunk: the record columns of the chunk being filled.

import type { RecordBatch } from '../capture/record-batch.ts';
import type { StateExchange } from '../checkpoint/state-exchange.ts';
import type { Columns } from '../flow/flow-fields.ts';
import type { RECORD_FIELDS } from './record-fields.ts';

const INITIAL_RECORDS = 1024;
/** `direction` and `flow` of a record in no flow. */
export const NO_DIRECTION = 2;
export const NO_FLOW = -1;

/** Filled again and again. */
export interface RecordPlace {
  dataOffset: number;
  flow: number;
  direction: number;
  reason: number;
}

type RecordColumns = Columns<typeof RECORD_FIELDS>;

function createColumns(length: number): RecordColumns {
  return {
    offset: new Uint32Array(length),
    recordLength: new Uint32Array(length),
    dataOffset: new Uint16Array(length),
    capturedLength: new Uint32Array(length),
    originalLength: new Uint32Array(length),
    seconds: new Float64Array(length),
    nanoseconds: new Uint32Array(length),
    interfaceId: new Uint32Array(length),
    direction: new Uint8Array(length),
    flow: new Float64Array(length),
    reason: new Uint8Array(length),
  };
}

/** Grows with use and is filled anew for each chunk. */
export class RecordBuffer {
  count = 0;
  columns = createColumns(INITIAL_RECORDS);
  #capacity = INITIAL_RECORDS;

  clear(): void {
    this.count = 0;
  }

  /** Record `i` of the batch; `place` is what the batch does not say of it. */
  append(batch: RecordBatch, i: number, chunkOffset: number, place: RecordPlace): void {
    if (this.count === this.#capacity) this.#grow();
    const { columns } = this;
    const at = this.count++;
    const offset = batch.offset[i] ?? 0;
    columns.offset[at] = offset - chunkOffset;
    columns.recordLength[at] = batch.recordLength[i] ?? 0;
    columns.dataOffset[at] = place.dataOffset;
    columns.capturedLength[at] = batch.capturedLength[i] ?? 0;
    columns.originalLength[at] = batch.originalLength[i] ?? 0;
    columns.seconds[at] = batch.seconds[i] ?? 0;
    columns.nanoseconds[at] = batch.nanoseconds[i] ?? 0;
    columns.interfaceId[at] = batch.interfaceId[i] ?? 0;
    columns.direction[at] = place.direction;
    columns.flow[at] = place.flow;
    columns.reason[at] = place.reason;
  }

  #grow(): void {
    const before = this.columns;
    this.#capacity *= 2;
    this.columns = createColumns(this.#capacity);
    const names = Object.keys(before) as (keyof RecordColumns)[]; // the keys of the literal above
    for (const name of names) this.columns[name].set(before[name]);
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    const used = this.count;
    this.count = await state.number(this.count);
    this.#capacity = await state.number(this.#capacity);
    const { columns } = this;
    this.columns = {
      offset: await state.array(columns.offset, used),
      recordLength: await state.array(columns.recordLength, used),
      dataOffset: await state.array(columns.dataOffset, used),
      capturedLength: await state.array(columns.capturedLength, used),
      originalLength: await state.array(columns.originalLength, used),
      seconds: await state.array(columns.seconds, used),
      nanoseconds: await state.array(columns.nanoseconds, used),
      interfaceId: await state.array(columns.interfaceId, used),
      direction: await state.array(columns.direction, used),
      flow: await state.array(columns.flow, used),
      reason: await state.array(columns.reason, used),
    };
  }
}
