// flow: what one more packet changes in its flow's cells.

import type { Packet } from '../decode/packet.ts';
import { CELL, cell, SIDE } from './flow-cells.ts';
import { ACK, CWR, ECE, FIN, PSH, RST, SYN, URG } from './tcp-state.ts';

const PROTOCOL_TCP = 6;
const THOUSANDTH = 1000;

/**
 * Counts and gaps of both directions together. `time` is the packet's own time on the flow clock.
 * Returns the gap since the flow's latest packet, -1 for a first packet.
 */
export function updateFlow(page: Float64Array, base: number, record: number, time: number): number {
  const records = cell(page, base + CELL.records) + 1;
  page[base + CELL.records] = records;
  page[base + CELL.lastRecord] = record;
  if (records === THOUSANDTH) page[base + CELL.thousandthRecord] = record;
  const lastTime = cell(page, base + CELL.lastTime);
  if (time > lastTime) page[base + CELL.lastTime] = time;
  if (records === 1) return -1;
  const gap = Math.max(time - lastTime, 0);
  addGap(page, base + CELL.gapMin, gap, records - 1);
  return gap;
}

/** Counts, sizes and gaps of the packet's direction. */
export function updateSide(
  page: Float64Array,
  side: number,
  packet: Packet,
  originalLength: number,
  time: number,
): void {
  const packets = cell(page, side + SIDE.packets) + 1;
  page[side + SIDE.packets] = packets;
  page[side + SIDE.bytes] = cell(page, side + SIDE.bytes) + originalLength;
  const size = packet.ipLength;
  if (packets === 1) {
    page[side + SIDE.sizeMin] = size;
    page[side + SIDE.sizeMax] = size;
    page[side + SIDE.firstTtl] = packet.ttl;
    page[side + SIDE.firstTos] = packet.tos;
    page[side + SIDE.firstWindow] =
      packet.protocol === PROTOCOL_TCP && packet.fragmentOffset === 0 ? packet.tcpWindow : -1;
    page[side + SIDE.lastTime] = time;
  } else {
    if (size < cell(page, side + SIDE.sizeMin)) page[side + SIDE.sizeMin] = size;
    if (size > cell(page, side + SIDE.sizeMax)) page[side + SIDE.sizeMax] = size;
    const lastTime = cell(page, side + SIDE.lastTime);
    addGap(page, side + SIDE.gapMin, Math.max(time - lastTime, 0), packets - 1);
    if (time > lastTime) page[side + SIDE.lastTime] = time;
  }
  page[side + SIDE.sizeSum] = cell(page, side + SIDE.sizeSum) + size;
  page[side + SIDE.sizeSquares] = cell(page, side + SIDE.sizeSquares) + size * size;
  if (packet.payloadLength > 0) {
    page[side + SIDE.payloadPackets] = cell(page, side + SIDE.payloadPackets) + 1;
    page[side + SIDE.payloadBytes] = cell(page, side + SIDE.payloadBytes) + packet.payloadLength;
  }
}

/** Flags and sequence numbers of a TCP packet's direction. */
export function updateTcpSide(page: Float64Array, side: number, packet: Packet): void {
  const flags = packet.tcpFlags;
  if ((flags & FIN) !== 0) count(page, side + SIDE.fin);
  if ((flags & SYN) !== 0) count(page, side + SIDE.syn);
  if ((flags & RST) !== 0) count(page, side + SIDE.rst);
  if ((flags & PSH) !== 0) count(page, side + SIDE.psh);
  if ((flags & ACK) !== 0) count(page, side + SIDE.ack);
  if ((flags & URG) !== 0) count(page, side + SIDE.urg);
  if ((flags & ECE) !== 0) count(page, side + SIDE.ece);
  if ((flags & CWR) !== 0) count(page, side + SIDE.cwr);
  if ((flags & SYN) !== 0 && cell(page, side + SIDE.firstSequence) < 0) {
    page[side + SIDE.firstSequence] = packet.tcpSequence;
  }
  const length = packet.payloadLength + ((flags & SYN) === 0 ? 0 : 1) + ((flags & FIN) === 0 ? 0 : 1);
  if (length === 0 || (flags & RST) !== 0) return;
  const next = cell(page, side + SIDE.nextSequence);
  // Serial number arithmetic (RFC 1982): what ends at or before the highest byte seen was sent before.
  const ahead = (packet.tcpSequence + length - next) | 0;
  if (next >= 0 && ahead <= 0) {
    if (!isKeepAlive(packet, length, next)) count(page, side + SIDE.retransmissions);
    return;
  }
  page[side + SIDE.nextSequence] = (packet.tcpSequence + length) >>> 0;
}

/** One byte before the next one (RFC 9293 §3.8.4). */
function isKeepAlive(packet: Packet, length: number, next: number): boolean {
  return length === 1 && packet.payloadLength === 1 && ((packet.tcpSequence + 1 - next) | 0) === 0;
}

function count(page: Float64Array, at: number): void {
  page[at] = cell(page, at) + 1;
}

/** Minimum, maximum, mean and squared deviations (Welford) in four cells from `at` on; `gaps` counts this one. */
function addGap(page: Float64Array, at: number, gap: number, gaps: number): void {
  if (gaps === 1 || gap < cell(page, at)) page[at] = gap;
  if (gaps === 1 || gap > cell(page, at + 1)) page[at + 1] = gap;
  const mean = cell(page, at + 2);
  const delta = gap - mean;
  const newMean = mean + delta / gaps;
  page[at + 2] = newMean;
  page[at + 3] = cell(page, at + 3) + delta * (gap - newMean);
}
