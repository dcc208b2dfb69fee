// flow: what the first bytes of each packet say, past the three whose bytes are kept: signs and counts of its side.

import type { Packet } from '../decode/packet.ts';
import { cell, SIDE } from './flow-cells.ts';
import { PAYLOAD_BYTES, PAYLOAD_PACKETS } from './flow-fields.ts';
import { frameSigns } from './frame-signs.ts';
import { heartbeatSigns } from './heartbeat-signs.ts';
import { SAID_PACKETS } from './limits.ts';
import { isRpcRequest, rpcSigns } from './rpc-signs.ts';
import { byteAt } from './said-bytes.ts';
import { SOURCE_SAID } from './said-counts.ts';
import { SIGN } from './signs.ts';
import { smbSigns } from './smb-signs.ts';
import { destinationTextCounts, sourceTextCounts } from './text-counts.ts';
import { destinationTextSigns, sourceTextSigns, textSigns } from './text-signs.ts';

const PROTOCOL_TCP = 6;
const PROTOCOL_UDP = 17;

/** What a packet's first byte may begin; most begin nothing. */
const NOTHING = 0;
const FRAME = 1;
const RPC = 2;
const HEARTBEAT = 3;
const SMB = 4;
const TEXT = 5;
const LINE = 6;
/** A longer packet is no answer to a command: only what stands at its start is looked at. */
const MAX_LINE_BYTES = 512;
/** First bytes of what is looked for at the start of any packet: methods, replies, shells, programs. */
const TEXT_BEGINNINGS = new Set(Buffer.from('\r-/45ACDGHJLMNOPRTUbpsu'));
const BEGINNINGS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0) return FRAME;
  if (byte === 5) return RPC;
  if (byte === 0x18) return HEARTBEAT;
  if (byte === 0xfe || byte === 0xff) return SMB;
  if (TEXT_BEGINNINGS.has(byte)) return TEXT;
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x0a ? LINE : NOTHING;
});

/**
 * A packet with payload that begins in it, counted in its side already. Reads no more than its first PAYLOAD_BYTES:
 * what a capture cut to 256 bytes a packet has, where no stream can be put together.
 */
export function updateSaid(page: Float64Array, side: number, direction: number, packet: Packet): void {
  const packets = cell(page, side + SIDE.payloadPackets);
  if (packets > SAID_PACKETS) return;
  const { bytes, payloadStart, protocol } = packet;
  if (protocol !== PROTOCOL_TCP && protocol !== PROTOCOL_UDP) return;
  const end = payloadStart + Math.min(packet.payloadCaptured, PAYLOAD_BYTES);
  if (packets <= PAYLOAD_PACKETS && hasSled(bytes, payloadStart, end)) sign(page, side, SIGN.noOperationSled);
  if (protocol === PROTOCOL_UDP) return;
  const beginning = BEGINNINGS[byteAt(bytes, payloadStart, end)];
  if (beginning === NOTHING) return;
  const isShort = packet.payloadLength <= MAX_LINE_BYTES;
  if (beginning === LINE && !isShort) return;
  if (beginning === TEXT || beginning === LINE) updateText(page, side, direction, bytes, payloadStart, end, isShort);
  else if (beginning === FRAME) sign(page, side, frameSigns(bytes, payloadStart, end, direction));
  else if (beginning === SMB) sign(page, side, smbSigns(bytes, payloadStart, end, 0));
  else if (beginning === HEARTBEAT) sign(page, side, heartbeatSigns(bytes, payloadStart, end, direction));
  else {
    sign(page, side, rpcSigns(bytes, payloadStart, end));
    if (direction === 0 && isRpcRequest(bytes, payloadStart, end)) count(page, side, SOURCE_SAID.rpcRequests);
  }
}

function updateText(
  page: Float64Array,
  side: number,
  direction: number,
  bytes: Uint8Array,
  at: number,
  end: number,
  isShort: boolean,
): void {
  if (direction === 0) {
    count(page, side, sourceTextCounts(bytes, at, end, isShort));
    sign(page, side, sourceTextSigns(bytes, at, end) | textSigns(bytes, at, end, isShort));
  } else {
    count(page, side, destinationTextCounts(bytes, at, end, isShort));
    sign(page, side, destinationTextSigns(bytes, at, end) | textSigns(bytes, at, end, isShort));
  }
}

function sign(page: Float64Array, side: number, signs: number): void {
  if (signs !== 0) page[side + SIDE.signs] = cell(page, side + SIDE.signs) | signs;
}

function count(page: Float64Array, side: number, counts: number): void {
  if (counts !== 0) page[side + SIDE.said] = cell(page, side + SIDE.said) + counts;
}

const NO_OPERATION = 0x90;
const SLED_BYTES = 16;

/** Every run of so many bytes holds one of these positions. */
function hasSled(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start + SLED_BYTES - 1; at < end; at += SLED_BYTES) {
    if (bytes[at] !== NO_OPERATION) continue;
    let first = at;
    let behind = at + 1;
    while (first > start && bytes[first - 1] === NO_OPERATION) first--;
    while (behind < end && bytes[behind] === NO_OPERATION) behind++;
    if (behind - first >= SLED_BYTES) return true;
  }
  return false;
}
