// infer: documents of the chunk's packets that were selected, decoded from the dump's own bytes.

import { chunkBytes } from '../../lib/chunk/chunk-bytes.ts';
import type { ChunkManifest } from '../../lib/chunk/manifest.ts';
import type { ChunkMessage } from '../../lib/chunk/message.ts';
import { decodePacket } from '../../lib/decode/decode-packet.ts';
import { createPacket } from '../../lib/decode/packet.ts';
import type { DocumentContext } from '../../lib/document/document-context.ts';
import { type PacketDocument, packetDocument } from '../../lib/document/packet-document.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';
import { readRecords } from './chunk-flows.ts';
import type { PacketSelection } from './packet-selection.ts';

/** Bytes of the dump in memory at once; a record that is longer is fetched whole. */
const WINDOW_BYTES = 4 * 1024 * 1024;

const DECODED = 0;
const DIRECTIONS = ['source', 'destination'] as const;

interface Window {
  readonly start: number;
  readonly bytes: Uint8Array;
}

const NO_WINDOW: Window = { start: 0, bytes: new Uint8Array(0) };

/** Only the parts of the chunk around selected records are fetched, under the dump's etag. */
export async function* packetDocuments(
  store: ObjectStore,
  message: ChunkMessage,
  manifest: ChunkManifest,
  selection: PacketSelection,
  context: DocumentContext,
  signal: AbortSignal,
): AsyncGenerator<PacketDocument> {
  if (selection.size === 0) return;
  const { count, columns } = await readRecords(store, manifest, signal);
  const linktypes = new Map(manifest.interfaces.map(({ id, linktype }) => [id, linktype]));
  const packet = createPacket();
  let window = NO_WINDOW;

  for (let i = 0; i < count; i += 1) {
    const record = manifest.firstRecord + i;
    const flow = columns.flow[i] ?? -1;
    const selected = selection.get(flow);
    if (selected === undefined || record > selected.lastRecord) continue;

    const start = columns.offset[i] ?? 0;
    const length = columns.recordLength[i] ?? 0;
    if (start < window.start || start + length > window.start + window.bytes.length) {
      window = await readWindow(store, message, manifest, start, Math.max(length, WINDOW_BYTES), signal);
    }
    const interfaceId = columns.interfaceId[i] ?? 0;
    const capturedLength = columns.capturedLength[i] ?? 0;
    const originalLength = columns.originalLength[i] ?? 0;
    const dataStart = start - window.start + (columns.dataOffset[i] ?? 0);
    if (dataStart + capturedLength > window.bytes.length) {
      throw new PipelineError('invalid-object', `record ${record} ends behind its chunk's bytes`, { permanent: true });
    }
    decodePacket(window.bytes, dataStart, capturedLength, originalLength, linktypes.get(interfaceId) ?? -1, packet);
    if (packet.reason !== DECODED) continue;
    const place = {
      record,
      interfaceId,
      capturedLength,
      originalLength,
      seconds: columns.seconds[i] ?? 0,
      nanoseconds: columns.nanoseconds[i] ?? 0,
      direction: DIRECTIONS[columns.direction[i] ?? 0] ?? 'source',
      flow,
    };
    yield packetDocument(packet, place, context, selected);
  }
}

async function readWindow(
  store: ObjectStore,
  message: ChunkMessage,
  manifest: ChunkManifest,
  start: number,
  wanted: number,
  signal: AbortSignal,
): Promise<Window> {
  const length = Math.min(wanted, manifest.length - start);
  const { key, range, ...match } = chunkBytes(manifest, message, start, length);
  const bytes = await store.getRange(key, range, { ...match, signal });
  return { start, bytes };
}
