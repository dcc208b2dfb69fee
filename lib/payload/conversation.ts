// payload: what the two sides of a flow sent, in the order in which it could be read.

import type { Packet } from '../decode/packet.ts';
import { createHeadPayload, readHeadPayload } from '../flow/head-payload.ts';
import { ACK, FIN, SYN } from '../flow/tcp-state.ts';
import { NO_PLACE, type Piece, StreamOrder, type StreamPlace } from './stream-order.ts';

export type Direction = 0 | 1;
export type DirectedPiece = Piece & { readonly direction: Direction };

/** Where and when a packet stands, and whether it is read for the first time. */
export interface PacketPlace {
  readonly direction: Direction;
  readonly record: number;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly isNew: boolean;
}

/** What is known of both directions between two pages. */
export type ConversationPlace = readonly [StreamPlace, StreamPlace];

/** TCP is put in order, all else is one piece a packet. */
export class Conversation {
  readonly streams: readonly [StreamOrder, StreamOrder];
  readonly #isTcp: boolean;
  readonly #payload = createHeadPayload();
  readonly #datagrams: DirectedPiece[] = [];
  readonly #offsets: [number, number];

  constructor(isTcp: boolean, [source, destination]: ConversationPlace = [NO_PLACE, NO_PLACE]) {
    this.#isTcp = isTcp;
    this.streams = [new StreamOrder(source), new StreamOrder(destination)];
    this.#offsets = [source.offset, destination.offset];
  }

  /** Where it goes on when the record `next` is the first that was not read; those before `counted` were read before. */
  placeAt(next: number, counted: number): ConversationPlace {
    const [source, destination] = this.streams;
    if (this.#isTcp) return [source.placeAt(next, counted), destination.placeAt(next, counted)];
    const [first, second] = this.#offsets;
    return [
      { ...NO_PLACE, offset: first },
      { ...NO_PLACE, offset: second },
    ];
  }

  /** The record to go on from: what waits has to be read again. */
  restartAt(next: number): number {
    return Math.min(next, ...this.streams.map(({ earliestRecord }) => earliestRecord ?? next));
  }

  /** Copies what it keeps of the packet. */
  add(packet: Packet, at: PacketPlace): void {
    if (packet.reason !== 0) return;
    const payload = this.#payload;
    readHeadPayload(packet, payload);
    const isOwn = packet.datagram === undefined && !packet.isDatagramAwaited && packet.fragmentOffset === 0;
    const bytes = payload.bytes.slice(payload.start, payload.start + payload.length);
    const length = isOwn ? packet.payloadLength : bytes.length;
    const { direction, record, seconds, nanoseconds } = at;
    const [own, other] = direction === 0 ? this.streams : [this.streams[1], this.streams[0]];
    if (!this.#isTcp) {
      // One that was read before was given then.
      if (length === 0 || !at.isNew) return;
      const offset = this.#offsets[direction];
      this.#offsets[direction] += length;
      this.#datagrams.push({ direction, bytes, offset, missingBefore: 0, record, seconds, nanoseconds });
      own.counts.missingBytes += length - bytes.length;
      return;
    }
    if (at.isNew && packet.fragmentOffset === 0) {
      if ((packet.tcpFlags & SYN) !== 0) own.open(packet.tcpSequence);
      if ((packet.tcpFlags & ACK) !== 0) other.acknowledge(packet.tcpAcknowledgement);
      if ((packet.tcpFlags & FIN) !== 0) own.close(packet.tcpSequence + packet.payloadLength);
    }
    own.add({ sequence: payload.sequence >>> 0, bytes, length, record, seconds, nanoseconds }, at.isNew);
  }

  /** Both directions' holes are gaps now. */
  end(): void {
    for (const stream of this.streams) stream.end();
  }

  /** What can be read now; `preferred` is who sent the packet that was added last. */
  take(preferred: Direction): DirectedPiece | undefined {
    if (!this.#isTcp) return this.#datagrams.shift();
    // What the other side's packet has acknowledged was there before it.
    const other: Direction = preferred === 0 ? 1 : 0;
    for (const direction of [other, preferred] as const) {
      const piece = this.streams[direction].take();
      if (piece !== undefined) return { ...piece, direction };
    }
    return undefined;
  }
}
