// support: the slow, obvious reader of one Ethernet frame: addresses, ports, flags, and whether every checksum holds.

export interface NaivePacket {
  readonly ipVersion: 4 | 6;
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly flags: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly payload: Buffer;
  readonly checksumsHold: boolean;
}

/** Undefined for anything but IP over Ethernet. */
export function readEthernetNaively(frame: Uint8Array): NaivePacket | undefined {
  const bytes = Buffer.from(frame);
  const etherType = bytes.readUInt16BE(12);
  if (etherType === 0x0800) return readIpv4(bytes.subarray(14));
  return etherType === 0x86dd ? readIpv6(bytes.subarray(14)) : undefined;
}

function readIpv4(ip: Buffer): NaivePacket {
  const headerBytes = ((ip[0] ?? 0) & 15) * 4;
  const body = ip.subarray(headerBytes, ip.readUInt16BE(2));
  const headerHolds = onesSum(ip.subarray(0, headerBytes)) === 0xffff;
  const addresses = ip.subarray(12, 20);
  const packet = readTransport(body, ip[9] ?? 0, addresses);
  const text = (at: number): string => [...ip.subarray(at, at + 4)].join('.');
  return {
    ...packet,
    ipVersion: 4,
    source: text(12),
    destination: text(16),
    checksumsHold: headerHolds && packet.checksumsHold,
  };
}

function readIpv6(ip: Buffer): NaivePacket {
  const body = ip.subarray(40, 40 + ip.readUInt16BE(4));
  const packet = readTransport(body, ip[6] ?? 0, ip.subarray(8, 40));
  return { ...packet, ipVersion: 6, source: ip.toString('hex', 8, 24), destination: ip.toString('hex', 24, 40) };
}

function readTransport(body: Buffer, protocol: number, addresses: Buffer): NaivePacket {
  const pseudo = Buffer.alloc(addresses.length + 4);
  addresses.copy(pseudo);
  pseudo.writeUInt16BE(protocol, addresses.length);
  pseudo.writeUInt16BE(body.length, addresses.length + 2);
  const even = Buffer.concat([pseudo, body]);
  const holds = onesSum(protocol === 1 ? body : even) === 0xffff;
  const hasPorts = protocol === 6 || protocol === 17;
  const headerBytes = protocol === 6 ? ((body[12] ?? 0) >>> 4) * 4 : 8;
  return {
    ipVersion: 4,
    source: '',
    destination: '',
    protocol,
    sourcePort: hasPorts ? body.readUInt16BE(0) : 0,
    destinationPort: hasPorts ? body.readUInt16BE(2) : 0,
    flags: protocol === 6 ? (body[13] ?? 0) : 0,
    sequence: protocol === 6 ? body.readUInt32BE(4) : 0,
    acknowledgement: protocol === 6 ? body.readUInt32BE(8) : 0,
    payload: body.subarray(headerBytes),
    checksumsHold: holds,
  };
}

/** One's complement sum: 0xffff over data that carries its own right checksum. */
function onesSum(data: Buffer): number {
  let sum = 0;
  for (let at = 0; at < data.length; at += 2) {
    sum += ((data[at] ?? 0) << 8) + (data[at + 1] ?? 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}

/** The same text for both directions of a conversation. */
export function conversationKey(packet: NaivePacket): string {
  const ends = [`${packet.source} ${packet.sourcePort}`, `${packet.destination} ${packet.destinationPort}`].sort();
  return `${packet.protocol} ${ends.join(' ')}`;
}
