// decode: one record's bytes to one packet: link layer, IP, transport, tunnels, or the reason why not.
import { LINKTYPE_ETHERNET } from '../capture/linktypes.ts';
import { decodeEthernet } from './ethernet.ts';
import { decodeInternet } from './internet.ts';
import { decodeLink } from './link.ts';
import type { Packet } from './packet.ts';
import { clearNetwork, clearPayload, clearRareFields, clearTransport } from './packet-state.ts';
import { DECODED } from './reasons.ts';
import type { Reassembler } from './reassembler.ts';

/**
 * Decodes the record whose captured bytes are `bytes[start, start + capturedLength)`; reads nothing outside them.
 * Every field of the packet is set anew. A packet that was cut by a snaplen is decoded as far as its headers are whole:
 * lengths come from the headers, or from the original length where they say 0 or more than was on the wire.
 * With a reassembler, which remembers fragments from record to record, the record that completes a fragmented packet has
 * its `datagram`, and where that is a tunnel's, the packet in it.
 */
export function decodePacket(
  bytes: Uint8Array,
  start: number,
  capturedLength: number,
  originalLength: number,
  linktype: number,
  packet: Packet,
  reassembler?: Reassembler,
): void {
  packet.reason = DECODED;
  if (packet.bytes !== bytes) packet.bytes = bytes;
  if (packet.hasRareFields) clearRareFields(packet);
  reassembler?.nextRecord();
  const end = start + capturedLength;
  const networkStart =
    linktype === LINKTYPE_ETHERNET
      ? decodeEthernet(bytes, start, end, packet)
      : decodeLink(bytes, start, end, linktype, packet);
  if (networkStart < 0) {
    clearNetwork(packet);
    clearTransport(packet);
    clearPayload(packet);
    return;
  }
  const wireEnd = start + Math.max(capturedLength, originalLength);
  decodeInternet(bytes, networkStart, end, wireEnd, packet, reassembler);
}
