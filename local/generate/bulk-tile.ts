// generate: a tile is a stretch of finished pcap records; copies of it get other addresses, identifiers and times in place.
import { patchChecksum } from './bytes/checksum.ts';
import { protocols } from './bytes/ip.ts';
import { joinBytes } from './bytes/text.ts';
import { encodePcap } from './file/pcap.ts';
import type { CaptureRecord } from './file/record.ts';
import { defaultStartNs } from './scenario.ts';

export interface Tile {
  /** Records without a file header. */
  readonly bytes: Uint8Array;
  /** Where each record begins. */
  readonly offsets: Int32Array;
  /** Each record's time since the tile's start. */
  readonly timesNs: Float64Array;
  readonly durationNs: number;
}

export interface TilePatch {
  readonly round: number;
  /** Microseconds since 1970. */
  readonly startMicroseconds: number;
  readonly stretch: number;
}

const fileHeaderBytes = 24;
const recordHeaderBytes = 16;
const ethernetBytes = 14;

export function tileFrom(packets: Iterable<CaptureRecord>, durationNs: number): Tile {
  const offsets: number[] = [];
  const timesNs: number[] = [];
  let length = 0;
  function* noted(): Generator<CaptureRecord> {
    for (const packet of packets) {
      offsets.push(length);
      timesNs.push(Number(packet.timestampNs - defaultStartNs));
      length += recordHeaderBytes + packet.bytes.length;
      yield packet;
    }
  }
  const file = joinBytes([...encodePcap(noted(), { linktype: 1 })]);
  return {
    bytes: file.subarray(fileHeaderBytes),
    offsets: Int32Array.from(offsets),
    timesNs: Float64Array.from(timesNs),
    durationNs,
  };
}

/** A copy of the tile as its `round`-th repetition; the receiver owns it. */
export function patchTile(tile: Tile, patch: TilePatch): Uint8Array {
  const bytes = tile.bytes.slice();
  const view = new DataView(bytes.buffer);
  for (let number = 0; number < tile.offsets.length; number++) {
    const at = tile.offsets[number] ?? 0;
    const microseconds = Math.floor(patch.startMicroseconds + ((tile.timesNs[number] ?? 0) * patch.stretch) / 1000);
    const second = Math.floor(microseconds / 1e6);
    view.setUint32(at, second, true);
    view.setUint32(at + 4, microseconds - second * 1e6, true);
    const frame = at + recordHeaderBytes;
    if (view.getUint16(frame + 12) === 0x0800) patchIpv4(view, frame + ethernetBytes, patch.round);
  }
  return bytes;
}

/** Give the packet's inside hosts this round's subnet and its TLS random or DNS identifier this round's value. */
function patchIpv4(view: DataView, ip: number, round: number): void {
  const delta = { before: 0, after: 0 };
  patchAddress(view, ip + 12, round, delta);
  patchAddress(view, ip + 16, round, delta);
  view.setUint16(ip + 10, patchChecksum(view.getUint16(ip + 10), delta.before, delta.after));

  const protocol = view.getUint8(ip + 9);
  const transport = ip + 20;
  if (protocol === protocols.tcp) {
    patchClientHello(view, ip, transport, round, delta);
    view.setUint16(transport + 16, patchChecksum(view.getUint16(transport + 16), delta.before, delta.after));
  } else if (protocol === protocols.udp) {
    const isDns = view.getUint16(transport) === 53 || view.getUint16(transport + 2) === 53;
    if (isDns) mixWord(view, transport + 8, round, delta);
    const patched = patchChecksum(view.getUint16(transport + 6), delta.before, delta.after);
    view.setUint16(transport + 6, patched === 0 ? 0xffff : patched);
  }
}

interface Delta {
  before: number;
  after: number;
}

/** Private addresses move to 10.x.y of the round and keep their last byte; everything else stays. */
function patchAddress(view: DataView, at: number, round: number, delta: Delta): void {
  const high = view.getUint16(at);
  const isPrivate = high >>> 8 === 10 || high === 0xc0a8 || high >>> 4 === 0xac1;
  if (!isPrivate) return;
  const low = view.getUint16(at + 2);
  const newHigh = 0x0a00 | ((round >>> 8) & 0xff);
  const newLow = ((round & 0xff) << 8) | (low & 0xff);
  view.setUint16(at, newHigh);
  view.setUint16(at + 2, newLow);
  delta.before += high + low;
  delta.after += newHigh + newLow;
}

/** A ClientHello's random differs in every copy; its bytes 12 to 19 of the payload lie within it. */
function patchClientHello(view: DataView, ip: number, transport: number, round: number, delta: Delta): void {
  const payload = transport + (view.getUint8(transport + 12) >>> 4) * 4;
  const end = ip + view.getUint16(ip + 2);
  if (end - payload < 44 || view.getUint16(payload) !== 0x1603 || view.getUint8(payload + 5) !== 1) return;
  for (let at = payload + 12; at < payload + 20; at += 2) mixWord(view, at, round + at - payload, delta);
}

function mixWord(view: DataView, at: number, round: number, delta: Delta): void {
  const word = view.getUint16(at);
  const mixed = word ^ (Math.imul(round, 0x9e3b) & 0xffff);
  view.setUint16(at, mixed);
  delta.before += word;
  delta.after += mixed;
}
