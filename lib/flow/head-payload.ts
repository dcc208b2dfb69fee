// flow: what a packet adds to its side's head: its payload, or of a fragmented packet all its data once it is whole.

import type { Packet } from '../decode/packet.ts';
import { PSH, SYN } from './tcp-state.ts';

const NO_BYTES = new Uint8Array(0);

/** `bytes[start, start + length)`, the packet's; one value is filled in again and again. */
export interface HeadPayload {
  bytes: Uint8Array;
  start: number;
  length: number;
  /** Of a TCP segment: the sequence number of the first byte, and whether it is one byte that nobody is asked to hand on. */
  sequence: number;
  isLikeKeepAlive: boolean;
}

export function createHeadPayload(): HeadPayload {
  return { bytes: NO_BYTES, start: 0, length: 0, sequence: 0, isLikeKeepAlive: false };
}

/** Nothing of a fragment whose data will come with the whole packet; a first fragment's own where they never can. */
export function readHeadPayload(packet: Packet, payload: HeadPayload): void {
  const { datagram } = packet;
  payload.length = 0;
  if (datagram !== undefined) {
    payload.bytes = datagram;
    payload.start = packet.datagramDataStart;
    payload.length = datagram.length - packet.datagramDataStart;
    payload.sequence = packet.datagramSequence;
    payload.isLikeKeepAlive = false;
  } else if (!packet.isDatagramAwaited && packet.fragmentOffset === 0) {
    const isSyn = (packet.tcpFlags & SYN) !== 0;
    payload.bytes = packet.bytes;
    payload.start = packet.payloadStart;
    payload.length = packet.payloadCaptured;
    payload.sequence = packet.tcpSequence + (isSyn ? 1 : 0);
    payload.isLikeKeepAlive = packet.payloadLength === 1 && !isSyn && (packet.tcpFlags & PSH) === 0;
  }
}
