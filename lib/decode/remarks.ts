// decode: what is odd about a packet that can be used all the same, as bits, so that it is counted.
import type { Packet } from './packet.ts';

/** The ledger's warnings, by bit. */
export const PACKET_REMARKS = [
  /** The IP header says 0: the sender's network card was to cut the packet; the record knows its length. */
  'ip-length-zero',
  /** More than was on the wire: what there was counts. */
  'ip-length-beyond-record',
  /** No Ethernet has frames as long, jumbo frames included: segmentation left to the network card, or a loopback. */
  'ip-length-beyond-frames',
  /** The datagram claims to be longer than the IP packet that carries it. */
  'udp-length-beyond-packet',
] as const;

export const LENGTH_ZERO = 1;
export const LENGTH_BEYOND_RECORD = 2;
export const LENGTH_BEYOND_FRAMES = 4;
export const UDP_LENGTH_BEYOND_PACKET = 8;

/** Bytes of IP in a jumbo frame, as switches are sold. */
export const LONGEST_FRAME = 9216;

export function remark(packet: Packet, bit: number): void {
  packet.hasRareFields = true;
  packet.remarks |= bit;
}
