// decode (tests): frames layer by layer; every length is what the layer below says unless the test lies.

export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function u16(value: number): readonly number[] {
  return [(value >>> 8) & 0xff, value & 0xff];
}

function u32(value: number): readonly number[] {
  return [...u16(Math.floor(value / 65_536)), ...u16(value % 65_536)];
}

/** Each tag is [TPID, VLAN id]; the type in front of the first is its TPID. */
export function ethernet(
  etherType: number,
  payload: Uint8Array,
  tags: readonly (readonly [tpid: number, vlan: number])[] = [],
): Uint8Array {
  const types = [...tags.flatMap(([tpid, vlan]) => [...u16(tpid), ...u16(0xe000 | vlan)]), ...u16(etherType)];
  return join(bytesOf('0a0b0c0d0e0f 010203040506'), Uint8Array.from(types), payload);
}

export interface Ipv4Fields {
  readonly protocol?: number;
  readonly totalLength?: number;
  /** In 32-bit words, of which `options` fill what is more than 5. */
  readonly headerWords?: number;
  readonly options?: Uint8Array;
  /** Flags and offset as they stand in the header: 0x2000 is "more fragments". */
  readonly fragment?: number;
  readonly version?: number;
}

export function ipv4(payload: Uint8Array, fields: Ipv4Fields = {}): Uint8Array {
  const { protocol = 6, options = new Uint8Array(0), fragment = 0, version = 4 } = fields;
  const { headerWords = 5 + options.length / 4, totalLength = 20 + options.length + payload.length } = fields;
  const header = [
    version * 16 + headerWords,
    0x2e,
    ...u16(totalLength),
    ...u16(0x1234),
    ...u16(fragment),
    63,
    protocol,
  ];
  return join(Uint8Array.from([...header, 0, 0, 192, 168, 0, 1, 200, 100, 50, 25]), options, payload);
}

export interface Ipv6Fields {
  readonly nextHeader?: number;
  readonly payloadLength?: number;
}

export function ipv6(payload: Uint8Array, fields: Ipv6Fields = {}): Uint8Array {
  const { nextHeader = 6, payloadLength = payload.length } = fields;
  const header = Uint8Array.from([...u32(0x6ab00001), ...u16(payloadLength), nextHeader, 62]);
  return join(header, bytesOf('20010db8 00000001 00000002 00000003 fe800000 00000004 00000005 00000006'), payload);
}

export interface TcpFields {
  readonly dataOffset?: number;
  readonly options?: Uint8Array;
  readonly flags?: number;
}

export function tcp(payload: Uint8Array, fields: TcpFields = {}): Uint8Array {
  const { options = new Uint8Array(0), flags = 0x18 } = fields;
  const { dataOffset = 5 + options.length / 4 } = fields;
  const header = [...u16(50_000), ...u16(443), ...u32(0xfedcba98), ...u32(0x01020304), dataOffset << 4, flags];
  return join(Uint8Array.from([...header, ...u16(0xfaf0), 0, 0, 0, 0]), options, payload);
}

export function udp(payload: Uint8Array, length = payload.length + 8): Uint8Array {
  return join(Uint8Array.from([...u16(5353), ...u16(53), ...u16(length), 0, 0]), payload);
}
