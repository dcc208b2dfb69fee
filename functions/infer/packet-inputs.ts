// infer: the packets that the packet model is asked about, wherever they lie, as its token ids.

import type { ChunkManifest } from '../../lib/chunk/manifest.ts';
import type { ChunkMessage } from '../../lib/chunk/message.ts';
import type { ChunkRecords } from '../../lib/chunk/record-fields.ts';
import type { Packet } from '../../lib/decode/packet.ts';
import { DECODED } from '../../lib/decode/reasons.ts';
import type { FlowRows } from '../../lib/flow/flow-fields.ts';
import { type FlowRates, flowRates } from '../../lib/flow/flow-rates.ts';
import { type NotScoredReason, packetOutOfScope } from '../../lib/model/packet-scope.ts';
import type { PacketTokens } from '../../lib/model/packet-tokens.ts';
import { readChunkRecords } from '../../lib/records/read-chunk-records.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';
import { readChunkPackets } from './chunk-packets.ts';
import { type ChunkPlace, chunkPlaces } from './chunk-place.ts';
import { SequenceList } from './sequence-list.ts';
import type { WantedPacket } from './wanted-packets.ts';

export interface PacketInputs {
  /** Of the packets without a reason, in their order. */
  readonly sequences: SequenceList;
  /** By packet: why it has no sequence. */
  readonly reasons: readonly (NotScoredReason | undefined)[];
}

/** Reads packets of one chunk's flows, which ascend by record. */
export type PacketInputReader = (
  rows: FlowRows,
  wanted: readonly WantedPacket[],
  tokens: PacketTokens,
) => Promise<PacketInputs>;

export function createPacketInputReader(
  store: ObjectStore,
  message: ChunkMessage,
  manifest: ChunkManifest,
  signal: AbortSignal,
): PacketInputReader {
  const places = chunkPlaces(message, manifest);
  /** Those of the chunk itself, where most packets lie. */
  let ownRecords: ChunkRecords | undefined;

  async function recordsOf(place: ChunkPlace): Promise<ChunkRecords> {
    if (place.chunk !== message.chunk) return readChunkRecords(store, place.recordObject, signal);
    ownRecords ??= await readChunkRecords(store, place.recordObject, signal);
    return ownRecords;
  }

  return async (rows, wanted, tokens) => {
    const sequences = new SequenceList();
    const reasons: (NotScoredReason | undefined)[] = wanted.map(() => 'not-found');
    const buffer = tokens.createBuffer();
    const ratesOf = createRates(rows);
    for (const { place, from, packets } of byPlace(places, wanted)) {
      const records = await recordsOf(place);
      const source = { store, dump: message, place, records, interfaces: manifest.interfaces };
      const chunkRows = packets.map(({ record }) => record - place.firstRecord);
      let k = 0;
      for await (const { row, packet } of readChunkPackets(source, chunkRows, signal)) {
        const one = packets[k];
        if (one === undefined) break;
        const isOfFlow = records.columns.flow[row] === rows.columns.record[one.row];
        const reason = isOfFlow ? reasonOf(packet) : 'not-found';
        reasons[from + k] = reason;
        if (reason === undefined) sequences.add(buffer, tokens.encode(packet, ratesOf(one.row), buffer), one.rank);
        k += 1;
      }
    }
    return { sequences, reasons };
  };
}

function reasonOf(packet: Packet): NotScoredReason | undefined {
  // A later fragment alone is not decoded, and a fragment all the same.
  const isRead = packet.reason === DECODED || packet.fragmentOffset > 0;
  return isRead && packet.ipVersion === 4 ? packetOutOfScope(packet) : 'not-found';
}

/** A flow's packets share its rates, and the tokens made of them. */
function createRates(rows: FlowRows): (row: number) => FlowRates | undefined {
  const known = new Map<number, FlowRates | undefined>();
  return (row) => {
    if (!known.has(row)) known.set(row, flowRates(rows, row));
    return known.get(row);
  };
}

interface PlacedPackets {
  readonly place: ChunkPlace;
  /** Of the first one among all. */
  readonly from: number;
  readonly packets: readonly WantedPacket[];
}

/** The packets chunk by chunk: a chunk's records end where those of the next place begin. */
function* byPlace(places: readonly ChunkPlace[], wanted: readonly WantedPacket[]): Generator<PlacedPackets> {
  let from = 0;
  for (const [at, place] of places.entries()) {
    const end = places[at + 1]?.firstRecord ?? Number.POSITIVE_INFINITY;
    const next = wanted.findIndex(({ record }, k) => k >= from && record >= end);
    const to = next < 0 ? wanted.length : next;
    if (to > from) yield { place, from, packets: wanted.slice(from, to) };
    from = to;
  }
}
