// capture (tests): writes pcap and pcapng byte by byte, sound or broken as the test wants it.

export type ByteOrder = 'little' | 'big';

class Writer {
  readonly bytes: number[] = [];
  readonly #little: boolean;

  constructor(order: ByteOrder) {
    this.#little = order === 'little';
  }

  u16(value: number): this {
    const pair = [value & 0xff, (value >>> 8) & 0xff];
    this.bytes.push(...(this.#little ? pair : pair.reverse()));
    return this;
  }

  u32(value: number): this {
    const low = value % 65_536;
    const high = Math.floor(value / 65_536);
    return this.#little ? this.u16(low).u16(high) : this.u16(high).u16(low);
  }

  raw(values: Iterable<number>): this {
    for (const value of values) this.bytes.push(value);
    return this;
  }

  padded(values: Uint8Array): this {
    return this.raw(values).raw(new Uint8Array(-values.length & 3));
  }
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export interface PcapHeaderFields {
  readonly magic?: number;
  readonly major?: number;
  readonly minor?: number;
  readonly snaplen?: number;
  readonly linktype?: number;
}

export function pcapHeader(order: ByteOrder, fields: PcapHeaderFields = {}): Uint8Array {
  const { magic = 0xa1b2c3d4, major = 2, minor = 4, snaplen = 262_144, linktype = 1 } = fields;
  const writer = new Writer(order).u32(magic).u16(major).u16(minor).u32(0).u32(0).u32(snaplen).u32(linktype);
  return Uint8Array.from(writer.bytes);
}

export interface RecordFields {
  readonly seconds?: number;
  readonly fraction?: number;
  readonly data: Uint8Array;
  readonly capturedLength?: number;
  readonly originalLength?: number;
  /** What the modified format has more of: 8 bytes. */
  readonly extra?: Uint8Array;
}

export function pcapRecord(order: ByteOrder, fields: RecordFields): Uint8Array {
  const { seconds = 1_600_000_000, fraction = 0, data, extra = new Uint8Array(0) } = fields;
  const { capturedLength = data.length, originalLength = data.length } = fields;
  const writer = new Writer(order).u32(seconds).u32(fraction).u32(capturedLength).u32(originalLength);
  return Uint8Array.from(writer.raw(extra).raw(data).bytes);
}

/** Any block: type, length, body, length again, unless the test wants other lengths. */
export function block(
  order: ByteOrder,
  type: number,
  body: Uint8Array,
  lengths: { readonly front?: number; readonly behind?: number } = {},
): Uint8Array {
  const length = body.length + 12;
  const writer = new Writer(order).u32(type).u32(lengths.front ?? length);
  return Uint8Array.from(writer.raw(body).u32(lengths.behind ?? length).bytes);
}

export function sectionHeader(order: ByteOrder, major = 1, minor = 0): Uint8Array {
  const body = new Writer(order).u32(0x1a2b3c4d).u16(major).u16(minor).u32(0xffffffff).u32(0xffffffff);
  return block(order, 0x0a0d0d0a, Uint8Array.from(body.bytes));
}

export interface InterfaceFields {
  readonly linktype?: number;
  readonly snaplen?: number;
  readonly options?: readonly (readonly [code: number, value: Uint8Array])[];
}

export function interfaceBlock(order: ByteOrder, fields: InterfaceFields = {}): Uint8Array {
  const { linktype = 1, snaplen = 0, options = [] } = fields;
  const body = new Writer(order).u16(linktype).u16(0).u32(snaplen);
  for (const [code, value] of options) body.u16(code).u16(value.length).padded(value);
  if (options.length > 0) body.u16(0).u16(0);
  return block(order, 1, Uint8Array.from(body.bytes));
}

export interface PacketFields {
  readonly interfaceNumber?: number;
  /** Units since 1970, in the interface's resolution. */
  readonly timestamp?: bigint;
  readonly data: Uint8Array;
  readonly capturedLength?: number;
  readonly originalLength?: number;
}

export function enhancedPacket(order: ByteOrder, fields: PacketFields): Uint8Array {
  const body = new Writer(order).u32(fields.interfaceNumber ?? 0);
  return block(order, 6, packetBody(body, fields));
}

export function obsoletePacket(order: ByteOrder, fields: PacketFields): Uint8Array {
  const body = new Writer(order).u16(fields.interfaceNumber ?? 0).u16(0xffff);
  return block(order, 2, packetBody(body, fields));
}

export function simplePacket(order: ByteOrder, data: Uint8Array, originalLength = data.length): Uint8Array {
  return block(order, 3, Uint8Array.from(new Writer(order).u32(originalLength).padded(data).bytes));
}

function packetBody(body: Writer, fields: PacketFields): Uint8Array {
  const { timestamp = 1_600_000_000_000_000n, data } = fields;
  const { capturedLength = data.length, originalLength = data.length } = fields;
  body.u32(Number(timestamp >> 32n)).u32(Number(timestamp & 0xffffffffn));
  return Uint8Array.from(body.u32(capturedLength).u32(originalLength).padded(data).bytes);
}
