// support: a dump of Ethernet frames as split leaves it, with a model that calls every unanswered SYN a port scan.

import { createFlowModel } from '../../../functions/infer/flow-models.ts';
import { FLOW_METADATA, RECORD_METADATA } from '../../../lib/chunk/column-metadata.ts';
import { encodeColumns } from '../../../lib/chunk/columns.ts';
import { manifestKey, recordObjectKey, rowObjectKey } from '../../../lib/chunk/keys.ts';
import type { ChunkManifest } from '../../../lib/chunk/manifest.ts';
import type { ChunkMessage } from '../../../lib/chunk/message.ts';
import { RECORD_FIELDS } from '../../../lib/chunk/record-fields.ts';
import { LABELS } from '../../../lib/detection/labels.ts';
import type { Dump } from '../../../lib/dump/dump.ts';
import { EMPTY_LEDGER } from '../../../lib/dump/ledger.ts';
import { FLOW_FIELDS, FLOW_SCHEMA_VERSION } from '../../../lib/flow/flow-fields.ts';
import type { InvocationContext } from '../../../lib/lambda/sqs-event.ts';
import { FLOW_NET_FEATURES } from '../../../lib/model/flow-net-features.ts';
import type { ModelServer } from '../../../lib/model/model-server.ts';
import { type FlowValues, flowRows } from '../../support/flow-rows.ts';
import { createMemoryDumpRegister } from '../../support/memory-dump-register.ts';
import { createMemoryObjectStore, type MemoryObjectStore } from '../../support/memory-object-store.ts';
import { createRecordingLog } from '../../support/recording-log.ts';
import { sampleMetadata } from '../detection/flow-net-metadata-sample.ts';

export const DUMP_ID = '0a0b0c0d-0000-4000-8000-000000000001';
export const ATTEMPT = '0a0b0c0d-0000-4000-8000-0000000000aa';
const DUMP_KEY = `dumps/${DUMP_ID}/lab.pcap`;
const PCAP_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const FRAME_BYTES = 54;
const ETHERNET = 1;

/** A SYN over Ethernet and IPv4, port 1000 + n to 80. */
export function synFrame(n: number): Uint8Array {
  const frame = Buffer.alloc(FRAME_BYTES);
  frame.writeUInt16BE(0x0800, 12);
  frame.set([0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2], 14);
  frame.writeUInt16BE(1000 + n, 34);
  frame.writeUInt16BE(80, 36);
  frame.set([0x50, 0x02], 46);
  return frame;
}

export interface FixtureChunk {
  readonly chunk: number;
  readonly firstRecord: number;
  /** The flow of each record, by the number of its first record, or -1. */
  readonly flowOfRecord: readonly number[];
  /** Row objects in the order they were spilled. */
  readonly rows: readonly (readonly FlowValues[])[];
}

/** Calls what has TCP state S0 a port scan, all else Normal. */
function syncModel(): ModelServer {
  const s0 = FLOW_NET_FEATURES.indexOf('tcpStateS0');
  return {
    metadata: async () => ({ name: 'flow_net', version: '1', inputs: [], outputs: [] }),
    ready: async () => ({ ready: true }),
    infer: async ({ inputs }) => {
      const [input] = inputs;
      const flows = input?.shape[0] ?? 0;
      const probabilities = new Float32Array(flows * LABELS.length);
      for (let row = 0; row < flows; row += 1) {
        const isScan = Number(input?.data[row * FLOW_NET_FEATURES.length + s0]) === 1;
        probabilities[row * LABELS.length + LABELS.indexOf(isScan ? 'Port Scan' : 'Normal')] = 1;
      }
      const anomaly = new Float32Array(flows);
      return {
        outputs: [
          { name: 'probabilities', datatype: 'FP32', shape: [flows, LABELS.length], data: probabilities },
          { name: 'anomaly', datatype: 'FP32', shape: [flows, 1], data: anomaly },
        ],
      };
    },
    close: async () => {},
  };
}

export async function createFixture(chunks: readonly FixtureChunk[]) {
  const store: MemoryObjectStore = createMemoryObjectStore();
  const dumps = createMemoryDumpRegister();
  const metadata = sampleMetadata();
  const records = Math.max(...chunks.map(({ firstRecord, flowOfRecord }) => firstRecord + flowOfRecord.length));
  const frames = Array.from({ length: records }, (_, n) => [Buffer.alloc(RECORD_HEADER_BYTES), synFrame(n)]).flat();
  const { etag } = await store.put(DUMP_KEY, Buffer.concat([Buffer.alloc(PCAP_HEADER_BYTES), ...frames]));
  const dump: Dump = {
    id: DUMP_ID,
    bucket: store.bucket,
    key: DUMP_KEY,
    name: 'lab',
    details: '',
    fileName: 'lab.pcap',
    createdAt: '2026-11-23T00:00:00Z',
    updatedAt: '2026-11-23T00:00:00Z',
    state: 'splitting',
    etag,
    attempt: ATTEMPT,
    run: 1,
    generation: '000001',
    ledger: EMPTY_LEDGER,
    linktypes: ['EN10MB'],
  };
  await dumps.create(dump);
  for (const chunk of chunks) await putChunk(store, etag, chunk);

  const log = createRecordingLog();
  const sent: { readonly queue: string; readonly body: string }[] = [];
  const deps = {
    store,
    dumps,
    queue: {
      send: async (queue: string, body: string) => {
        sent.push({ queue, body });
      },
    },
    models: syncModel(),
    flowModels: () => createFlowModel(metadata),
    packetModels: () => 'not-installed' as const,
    packetBudget: { packets: 3, seconds: 60, lanes: 2 },
    packetDocuments: 'detections' as const,
    log,
    clock: () => new Date('2026-11-23T12:00:00Z'),
  };
  const message = (chunk: number, run = 1): ChunkMessage => {
    const { offset, length } = place(chunks[chunk]);
    const { key } = dump;
    return {
      ...{ version: 1, bucket: store.bucket, key, etag, dumpId: DUMP_ID, attempt: ATTEMPT },
      ...{ run, generation: '000001', chunk, offset, length },
    };
  };
  return { store, dumps, dump, etag, log, sent, deps, message };
}

function place(chunk: FixtureChunk | undefined) {
  const stride = RECORD_HEADER_BYTES + FRAME_BYTES;
  const { firstRecord, flowOfRecord } = chunk ?? { firstRecord: 0, flowOfRecord: [] };
  return { stride, offset: PCAP_HEADER_BYTES + firstRecord * stride, length: flowOfRecord.length * stride };
}

async function putChunk(store: MemoryObjectStore, etag: string, fixture: FixtureChunk): Promise<void> {
  const { chunk, firstRecord, flowOfRecord, rows } = fixture;
  const { stride, offset, length } = place(fixture);
  const count = flowOfRecord.length;
  const recordObject = recordObjectKey(DUMP_ID, etag, chunk);
  const columns = {
    offset: Uint32Array.from({ length: count }, (_, i) => i * stride),
    recordLength: new Uint32Array(count).fill(stride),
    dataOffset: new Uint16Array(count).fill(RECORD_HEADER_BYTES),
    capturedLength: new Uint32Array(count).fill(FRAME_BYTES),
    originalLength: new Uint32Array(count).fill(FRAME_BYTES),
    seconds: new Float64Array(count).fill(1_700_000_000),
    nanoseconds: new Uint32Array(count),
    interfaceId: new Uint32Array(count),
    direction: new Uint8Array(count),
    flow: Float64Array.from(flowOfRecord),
    reason: new Uint8Array(count),
  };
  await store.put(recordObject, await encodeColumns(RECORD_FIELDS, columns, count, RECORD_METADATA));
  const rowObjects = rows.map((_, spill) => rowObjectKey(DUMP_ID, etag, chunk, spill));
  for (const [spill, values] of rows.entries()) {
    const { columns: flowColumns } = flowRows(values);
    const bytes = await encodeColumns(FLOW_FIELDS, flowColumns, values.length, FLOW_METADATA);
    await store.put(rowObjects[spill] ?? '', bytes);
  }
  const flows = rows.flat();
  const manifest: ChunkManifest = {
    version: 1,
    flowSchemaVersion: FLOW_SCHEMA_VERSION,
    chunk,
    offset,
    length,
    firstRecord,
    records: count,
    recordObject,
    rowObjects,
    flows: flows.length,
    ownFlows: flows.filter((row) => row.firstChunk === chunk).length,
    later: [],
    interfaces: [
      {
        id: 0,
        format: 'pcap',
        byteOrder: 'little',
        linktype: ETHERNET,
        snaplen: 65_535,
        unitsPerSecond: 1e6,
        offsetSeconds: 0,
      },
    ],
  };
  await store.put(manifestKey(DUMP_ID, etag, chunk), JSON.stringify(manifest));
}

/** One message as the runtime hands it over. */
export function event(message: ChunkMessage, receiveCount = 1) {
  const attributes = { ApproximateReceiveCount: String(receiveCount) };
  return { Records: [{ messageId: 'm1', body: JSON.stringify(message), attributes }] };
}

export function invocation(signal = new AbortController().signal): InvocationContext {
  return { requestId: 'r1', remainingMs: () => 60_000, signal, maxReceiveCount: 5 };
}
