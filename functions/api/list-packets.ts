// api: a page of a dump's packets, decoded from the bucket by byte ranges: the same whether packets are indexed or not.

import type { ChunkManifest } from '../../lib/chunk/manifest.ts';
import { createPacket } from '../../lib/decode/packet.ts';
import type { Dump } from '../../lib/dump/dump.ts';
import type { DumpObjects } from '../../lib/records/dump-version.ts';
import { findChunk } from '../../lib/records/find-chunk.ts';
import { readChunkRecords } from '../../lib/records/read-chunk-records.ts';
import { findManifest } from '../../lib/records/read-manifest.ts';
import { readSelections } from '../../lib/records/read-selections.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';
import { ProblemError } from './http/problem.ts';
import { packetView } from './packet-view.ts';
import type { PacketView } from './schema/packet-schema.ts';

/** Bytes of the dump read for one page; a page of huge records ends early and its cursor goes on. */
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

export interface PacketPage {
  readonly packets: readonly PacketView[];
  /** Record that the next page begins with; undefined at the end of what is known. */
  readonly next: number | undefined;
}

/** @throws ProblemError `conflict` while split has not come that far. */
export async function listPackets(
  store: ObjectStore,
  dump: Dump & { readonly etag: string },
  range: { readonly from: number; readonly size: number },
  signal: AbortSignal,
): Promise<PacketPage> {
  const objects: DumpObjects = { dumpId: dump.id, key: dump.key, etag: dump.etag, chunks: dump.chunks };
  const isWhole = dump.chunks !== undefined;
  if (isWhole && range.from >= dump.ledger.records) return { packets: [], next: undefined };

  const packets: PacketView[] = [];
  let budget = MAX_PAGE_BYTES;
  let manifest = await findChunk(store, objects, range.from, signal);
  while (manifest !== undefined && packets.length < range.size && budget > 0) {
    const first = range.from + packets.length - manifest.firstRecord;
    const wanted = range.size - packets.length;
    const part = await readPart(store, objects, manifest, { first, wanted, budget }, signal);
    packets.push(...part.packets);
    budget -= part.bytes;
    if (first + part.packets.length < manifest.records) break;
    manifest = await nextManifest(store, objects, manifest, signal);
  }
  if (packets.length === 0 && !isWhole) {
    throw new ProblemError('conflict', `Record ${range.from} has not been read yet: the dump is being split.`, {
      headers: { 'Retry-After': '2' },
    });
  }
  const next = range.from + packets.length;
  return { packets, next: packets.length > 0 && (!isWhole || next < dump.ledger.records) ? next : undefined };
}

async function nextManifest(store: ObjectStore, objects: DumpObjects, { chunk }: ChunkManifest, signal: AbortSignal) {
  if (objects.chunks !== undefined && chunk + 1 >= objects.chunks) return undefined;
  return findManifest(store, objects, chunk + 1, signal);
}

interface Wanted {
  /** Row in the chunk, number of rows, and bytes at most (but at least one record). */
  readonly first: number;
  readonly wanted: number;
  readonly budget: number;
}

async function readPart(
  store: ObjectStore,
  dump: DumpObjects,
  manifest: ChunkManifest,
  { first, wanted, budget }: Wanted,
  signal: AbortSignal,
): Promise<{ readonly packets: readonly PacketView[]; readonly bytes: number }> {
  const records = await readChunkRecords(store, manifest.recordObject, signal);
  const { offset, recordLength, dataOffset } = records.columns;
  const begin = offset[first] ?? 0;
  const endOf = (row: number) => (offset[row] ?? 0) + (recordLength[row] ?? 0);
  let end = Math.min(first + wanted, records.count);
  while (end - first > 1 && endOf(end - 1) - begin > budget) end = first + ((end - first) >>> 1);

  const interfaces = new Map(manifest.interfaces.map((one) => [one.id, one]));
  const place = { version: dump, interfaces, firstRecord: manifest.firstRecord };
  const packet = createPacket();
  const packets: PacketView[] = [];
  const rows = Uint32Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
  const selection = { dump, place: manifest, interfaces: manifest.interfaces, records, rows };
  for await (const piece of readSelections(store, [selection], signal)) {
    const { bytes } = piece;
    for (const row of rows.subarray(piece.first, piece.end)) {
      const start = (offset[row] ?? 0) - piece.offset + (dataOffset[row] ?? 0);
      packets.push(packetView(records, row, { ...place, bytes, start }, packet));
    }
  }
  return { packets, bytes: Math.max(0, endOf(end - 1) - begin) };
}
