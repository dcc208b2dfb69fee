// generate: what each link type puts before the IP packet, https://www.tcpdump.org/linktypes.html.
import { writeUint16, writeUint32 } from './ip.ts';

export type LinkKind = 'ethernet' | 'ethernet-vlan' | 'linux-sll' | 'linux-sll2' | 'null' | 'loop' | 'raw';

export const linktypes: Readonly<Record<LinkKind, number>> = {
  ethernet: 1,
  'ethernet-vlan': 1,
  'linux-sll': 113,
  'linux-sll2': 276,
  null: 0,
  loop: 108,
  raw: 101,
};

export const etherTypes = { ipv4: 0x0800, arp: 0x0806, vlan: 0x8100, ipv6: 0x86dd } as const;

export interface LinkOptions {
  readonly link: LinkKind;
  /** 802.1Q identifier of `ethernet-vlan`; 100 where left out. */
  readonly vlanId?: number;
  /** Pad Ethernet frames to 60 bytes, as a receiving card shows them. */
  readonly padded?: boolean;
}

export interface LinkPayload {
  readonly bytes: Uint8Array;
  readonly etherType: number;
  readonly sourceMac: Uint8Array;
  readonly destinationMac: Uint8Array;
}

/** The frame, or `undefined` where the link cannot carry the payload (ARP has no place on a raw IP link). */
export function encodeFrame(payload: LinkPayload, options: LinkOptions): Uint8Array | undefined {
  const isIp = payload.etherType === etherTypes.ipv4 || payload.etherType === etherTypes.ipv6;
  switch (options.link) {
    case 'ethernet':
    case 'ethernet-vlan':
      return encodeEthernet(payload, options);
    case 'linux-sll':
      return encodeLinuxSll(payload);
    case 'linux-sll2':
      return encodeLinuxSll2(payload);
    case 'null':
      return isIp ? encodeFamily(payload, true) : undefined;
    case 'loop':
      return isIp ? encodeFamily(payload, false) : undefined;
    case 'raw':
      return isIp ? payload.bytes : undefined;
  }
}

function encodeEthernet(payload: LinkPayload, options: LinkOptions): Uint8Array {
  const tagged = options.link === 'ethernet-vlan';
  const header = tagged ? 18 : 14;
  const length = header + payload.bytes.length;
  const frame = new Uint8Array(options.padded === true ? Math.max(60, length) : length);
  frame.set(payload.destinationMac, 0);
  frame.set(payload.sourceMac, 6);
  if (tagged) {
    writeUint16(frame, 12, etherTypes.vlan);
    writeUint16(frame, 14, options.vlanId ?? 100);
  }
  writeUint16(frame, header - 2, payload.etherType);
  frame.set(payload.bytes, header);
  return frame;
}

/** LINKTYPE_LINUX_SLL: packet type, ARPHRD, address length, address, protocol. */
function encodeLinuxSll(payload: LinkPayload): Uint8Array {
  const frame = new Uint8Array(16 + payload.bytes.length);
  writeUint16(frame, 0, packetType(payload));
  writeUint16(frame, 2, 1);
  writeUint16(frame, 4, 6);
  frame.set(payload.sourceMac, 6);
  writeUint16(frame, 14, payload.etherType);
  frame.set(payload.bytes, 16);
  return frame;
}

/** LINKTYPE_LINUX_SLL2: protocol, reserved, interface index, ARPHRD, packet type, address length, address. */
function encodeLinuxSll2(payload: LinkPayload): Uint8Array {
  const frame = new Uint8Array(20 + payload.bytes.length);
  writeUint16(frame, 0, payload.etherType);
  writeUint32(frame, 4, 2);
  writeUint16(frame, 8, 1);
  frame[10] = packetType(payload);
  frame[11] = 6;
  frame.set(payload.sourceMac, 12);
  frame.set(payload.bytes, 20);
  return frame;
}

/** 0 to us, 1 broadcast, 2 multicast, 4 sent by us; the lower MAC of a pair is taken to be ours. */
function packetType({ sourceMac, destinationMac }: LinkPayload): number {
  const first = destinationMac[0] ?? 0;
  if (first === 0xff) return 1;
  if ((first & 1) === 1) return 2;
  const difference = sourceMac.findIndex((byte, at) => byte !== destinationMac[at]);
  return (sourceMac[difference] ?? 0) < (destinationMac[difference] ?? 0) ? 4 : 0;
}

/** LINKTYPE_NULL has the family in the capturing host's byte order (here little-endian), LINKTYPE_LOOP in network order. */
function encodeFamily(payload: LinkPayload, littleEndian: boolean): Uint8Array {
  const frame = new Uint8Array(4 + payload.bytes.length);
  frame[littleEndian ? 0 : 3] = payload.etherType === etherTypes.ipv4 ? 2 : 30;
  frame.set(payload.bytes, 4);
  return frame;
}
