// payload: a page of a flow's conversation out of its records, and where the next page goes on.

import { contradiction, interfaceOf } from '../carve/capture-encoder.ts';
import type { RecordPiece } from '../carve/record-piece.ts';
import { decodePacket } from '../decode/decode-packet.ts';
import { createPacket } from '../decode/packet.ts';
import { Reassembler } from '../decode/reassembler.ts';
import { Conversation, type ConversationPlace, type DirectedPiece } from './conversation.ts';
import type { StreamCounts } from './stream-order.ts';

/** Where a page begins. */
export interface ConversationStart {
  /** The record to read from, and the first one that no page before has counted. */
  readonly record: number;
  readonly counted: number;
  readonly place: ConversationPlace;
}

export interface ConversationPage {
  readonly pieces: readonly DirectedPiece[];
  /** Of this page, of source and destination. */
  readonly counts: readonly [StreamCounts, StreamCounts];
  /** Undefined at the conversation's end. */
  readonly next: ConversationStart | undefined;
}

export interface ConversationRequest {
  readonly isTcp: boolean;
  readonly start: ConversationStart | undefined;
  /** Payload bytes after which the page ends; its last packet may go beyond. */
  readonly maxBytes: number;
  /** Records after which it ends, and a point in time: an elephant's acknowledgements bring nothing. */
  readonly maxRecords: number;
  readonly isLate: () => boolean;
}

/** `pieces` are the records of one flow, both directions, from `start.record` on. */
export async function readConversation(
  pieces: AsyncIterable<RecordPiece>,
  { isTcp, start, maxBytes, maxRecords, isLate }: ConversationRequest,
): Promise<ConversationPage> {
  const conversation = new Conversation(isTcp, start?.place);
  const counted = start?.counted ?? 0;
  const reassembler = new Reassembler();
  const packet = createPacket();
  const taken: DirectedPiece[] = [];
  let bytes = 0;
  let records = 0;
  let fragmentsSince = -1;
  let next: ConversationStart | undefined;

  for await (const piece of pieces) {
    if (next !== undefined) break;
    const { selection, first, end } = piece;
    const { columns } = selection.records;
    for (const row of selection.rows.subarray(first, end)) {
      const record = selection.place.firstRecord + row;
      // Only here is the reading known to go on: a page that ends with the last record is the last page.
      if (bytes >= maxBytes || records >= maxRecords || (records > 0 && isLate())) {
        const from = conversation.restartAt(fragmentsSince < 0 ? record : Math.min(record, fragmentsSince));
        next = { record: from, counted: Math.max(counted, record), place: conversation.placeAt(record, counted) };
        break;
      }
      const at = (columns.offset[row] ?? 0) - piece.offset + (columns.dataOffset[row] ?? 0);
      const captured = columns.capturedLength[row] ?? 0;
      if (at + captured > piece.bytes.length) throw contradiction(selection, row);
      const { linktype } = interfaceOf(selection, columns.interfaceId[row] ?? 0);
      decodePacket(piece.bytes, at, captured, columns.originalLength[row] ?? 0, linktype, packet, reassembler);
      if (reassembler.bytes === 0) fragmentsSince = -1;
      else if (fragmentsSince < 0) fragmentsSince = record;
      const direction = columns.direction[row] === 1 ? 1 : 0;
      const isNew = record >= counted;
      if (isNew) records += 1;
      const [seconds, nanoseconds] = [columns.seconds[row] ?? 0, columns.nanoseconds[row] ?? 0];
      conversation.add(packet, { direction, record, seconds, nanoseconds, isNew });
      while (bytes < maxBytes) {
        const readable = conversation.take(direction);
        if (readable === undefined) break;
        taken.push(readable);
        bytes += readable.bytes.length;
      }
    }
  }
  if (next === undefined) {
    // What is left waited behind holes; it is bounded, and ends the last page.
    conversation.end();
    for (let left = conversation.take(0); left !== undefined; left = conversation.take(0)) taken.push(left);
  }
  const [source, destination] = conversation.streams;
  return { pieces: taken, counts: [source.counts, destination.counts], next };
}
