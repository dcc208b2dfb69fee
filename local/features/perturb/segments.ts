// local: a smaller MTU: long TCP packets as several segments, each with the headers of the one it was part of.

import type { Packet } from '../../../lib/decode/packet.ts';
import { DECODED } from '../../../lib/decode/reasons.ts';
import { foldChecksum, sumWords } from '../../generate/bytes/checksum.ts';
import type { CaptureRecord } from '../../generate/file/record.ts';
import type { OriginalRecord, Perturbation } from './perturbation.ts';

const TCP = 6;
const FIN_AND_PSH = 1 | 8;
const BETWEEN_SEGMENTS_NS = 1000n;
const IPV6_HEADER = 40;

/**
 * TCP packets with more than `longest` bytes of payload become segments of at most `size`. What the capture did not
 * keep of the payload, no segment has; FIN and PSH stand on the last; TCP's checksum, of which bytes are missing, is left
 * as it was. Tunnels and fragments stay as they are.
 */
export function segmented(longest: number, size: number): Perturbation {
  return (record) => {
    const { packet, bytes } = record;
    const isWhole = packet.reason === DECODED && packet.tunnelDepth === 0 && packet.bytes === bytes;
    const isFragment = packet.moreFragments || packet.fragmentOffset > 0;
    if (!isWhole || isFragment || packet.protocol !== TCP || packet.payloadLength <= longest) return [record];
    const count = Math.ceil(packet.payloadLength / size);
    return Array.from({ length: count }, (_, k) => segment(record, packet, k, size));
  };
}

function segment(record: OriginalRecord, packet: Packet, k: number, size: number): CaptureRecord {
  const { payloadStart, payloadLength, payloadCaptured, networkStart, ipHeaderLength } = packet;
  const from = k * size;
  const length = Math.min(size, payloadLength - from);
  const captured = Math.max(0, Math.min(length, payloadCaptured - from));
  const headerEnd = networkStart + ipHeaderLength + packet.tcpDataOffset * 4;
  const bytes = new Uint8Array(headerEnd + captured);
  bytes.set(record.bytes.subarray(0, headerEnd));
  bytes.set(record.bytes.subarray(payloadStart + from, payloadStart + from + captured), headerEnd);
  const view = new DataView(bytes.buffer);
  const ipLength = headerEnd - networkStart + length;
  if (packet.ipVersion === 4) {
    view.setUint16(networkStart + 2, ipLength);
    view.setUint16(networkStart + 4, (packet.identification + k) & 0xffff);
    view.setUint16(networkStart + 10, 0);
    view.setUint16(networkStart + 10, foldChecksum(sumWords(bytes, networkStart, networkStart + ipHeaderLength)));
  } else {
    view.setUint16(networkStart + 4, ipLength - IPV6_HEADER);
  }
  const transport = networkStart + ipHeaderLength;
  view.setUint32(transport + 4, (packet.tcpSequence + from) >>> 0);
  if (from + length < payloadLength) view.setUint8(transport + 13, packet.tcpFlags & ~FIN_AND_PSH);
  return {
    timestampNs: record.timestampNs + BigInt(k) * BETWEEN_SEGMENTS_NS,
    bytes,
    originalLength: headerEnd + length,
    interfaceId: record.interfaceId,
  };
}
