// local: a time to live drawn for each packet, and other MAC addresses, the same for a card as long as the capture lasts.

import { LINKTYPE_ETHERNET } from '../../../lib/capture/linktypes.ts';
import { DECODED } from '../../../lib/decode/reasons.ts';
import { patchChecksum } from '../../generate/bytes/checksum.ts';
import type { Random } from '../../generate/random.ts';
import type { Perturbation } from './perturbation.ts';

const MAC_LENGTH = 6;
const ETHERNET_HEADER = 14;
const ETHERTYPE_ARP = 0x0806;
const ARP_SENDER = ETHERNET_HEADER + 8;
const ARP_TARGET = ETHERNET_HEADER + 18;
const ARP_LENGTH = 28;

export function strangeTtlAndMac(random: Random): Perturbation {
  const cards = new Map<string, Uint8Array>();

  function renameCard(bytes: Uint8Array, at: number): void {
    const mac = bytes.subarray(at, at + MAC_LENGTH);
    // Broadcast and multicast say whom a frame is for, and nobody says a target he asks after.
    if (((mac[0] ?? 1) & 1) === 1 || mac.every((byte) => byte === 0)) return;
    const key = mac.join('.');
    const renamed = cards.get(key) ?? random.bytes(MAC_LENGTH);
    renamed[0] = ((renamed[0] ?? 0) & 0xfc) | 2; // locally administered, one card's
    cards.set(key, renamed);
    mac.set(renamed);
  }

  return (record) => {
    const { bytes, packet, linktype } = record;
    if (linktype === LINKTYPE_ETHERNET && bytes.length >= ETHERNET_HEADER) {
      renameCard(bytes, 0);
      renameCard(bytes, MAC_LENGTH);
      const etherType = ((bytes[12] ?? 0) << 8) | (bytes[13] ?? 0);
      if (etherType === ETHERTYPE_ARP && bytes.length >= ETHERNET_HEADER + ARP_LENGTH) {
        renameCard(bytes, ARP_SENDER);
        renameCard(bytes, ARP_TARGET);
      }
    }
    if (packet.reason !== DECODED || packet.bytes !== bytes) return [record];
    const ttl = random.integer(1, 255);
    if (packet.ipVersion === 4) {
      const view = new DataView(bytes.buffer, bytes.byteOffset + packet.networkStart);
      const before = view.getUint16(8);
      view.setUint8(8, ttl);
      view.setUint16(10, patchChecksum(view.getUint16(10), before, view.getUint16(8)));
    } else {
      bytes[packet.networkStart + 7] = ttl;
    }
    return [record];
  };
}
