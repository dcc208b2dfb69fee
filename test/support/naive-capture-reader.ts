// support: the slow, obvious twin of lib/capture: a whole file in memory to a list of records, by BigInt and no state.

export interface NaiveRecord {
  readonly offset: number;
  readonly recordLength: number;
  readonly timestampNs: bigint;
  readonly capturedLength: number;
  readonly originalLength: number;
  readonly interfaceId: number;
  readonly data: string;
}

export interface NaiveCapture {
  readonly records: readonly NaiveRecord[];
  /** linktype and snaplen of each interface. */
  readonly interfaces: readonly (readonly [linktype: number, snaplen: number])[];
  readonly gaps: readonly { readonly offset: number; readonly length: number; readonly reason: string }[];
}

/** USB transfers, D-Bus messages and bus captures may be nearly as long as a block, frames may not. */
function largestRecord(linktype: number): number {
  return [186, 189, 220, 231, 249, 266, 279, 288, 293, 294, 295].includes(linktype) ? 16_773_120 : 262_144;
}

const LARGEST_BLOCK = 16 * 1024 * 1024;
const NANOSECONDS = 1_000_000_000n;

/** What a file holds, or undefined where its beginning is no capture. */
export function readNaively(file: Uint8Array): NaiveCapture | undefined {
  const bytes = Buffer.from(file);
  const magic = bytes.subarray(0, 4).toString('hex');
  if (bytes.length >= 24) {
    if (magic === 'a1b2c3d4') return readPcap(bytes, false, 1000n, 16);
    if (magic === 'd4c3b2a1') return readPcap(bytes, true, 1000n, 16);
    if (magic === 'a1b23c4d') return readPcap(bytes, false, 1n, 16);
    if (magic === '4d3cb2a1') return readPcap(bytes, true, 1n, 16);
    if (magic === 'a1b2cd34') return readPcap(bytes, false, 1000n, 24);
    if (magic === '34cdb2a1') return readPcap(bytes, true, 1000n, 24);
  }
  if (bytes.length >= 16 && bytes.subarray(0, 12).toString('hex') === '736e6f6f7000000000000002')
    return readSnoop(bytes);
  return magic === '0a0d0d0a' ? readPcapng(bytes) : undefined;
}

const SNOOP_DATALINKS: Readonly<Record<number, number>> = { 0: 1, 2: 6, 4: 1, 8: 10, 16: 122, 18: 123 };

function readSnoop(bytes: Buffer): NaiveCapture {
  const datalink = bytes.readUInt32BE(12);
  const interfaces = [[SNOOP_DATALINKS[datalink] ?? 65_536 + datalink, 0]] as const;
  const records: NaiveRecord[] = [];
  let offset = 16;
  while (offset < bytes.length) {
    const left = bytes.length - offset;
    const gap = (reason: string) => ({ records, interfaces, gaps: [{ offset, length: left, reason }] });
    if (left < 24) return gap('record-cut-short');
    const [originalLength = 0, capturedLength = 0, recordLength = 0, , seconds = 0, micros = 0] = [
      0, 4, 8, 12, 16, 20,
    ].map((at) => bytes.readUInt32BE(offset + at));
    if (recordLength < 24 + capturedLength || recordLength > LARGEST_BLOCK || capturedLength > 262_144) {
      return gap('record-corrupt');
    }
    if (recordLength > left) return gap('record-cut-short');
    const data = bytes.subarray(offset + 24, offset + 24 + capturedLength).toString('hex');
    const timestampNs = BigInt(seconds) * NANOSECONDS + BigInt(micros) * 1000n;
    records.push({ offset, recordLength, timestampNs, capturedLength, originalLength, interfaceId: 0, data });
    offset += recordLength;
  }
  return { records, interfaces, gaps: [] };
}

function u16(bytes: Buffer, at: number, little: boolean): number {
  return little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
}

function u32(bytes: Buffer, at: number, little: boolean): number {
  return little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}

function readPcap(bytes: Buffer, little: boolean, unitNs: bigint, headerLength: number): NaiveCapture | undefined {
  if (u16(bytes, 4, little) !== 2) return undefined;
  const minor = u16(bytes, 6, little);
  const records: NaiveRecord[] = [];
  const interfaces = [[u32(bytes, 20, little) % 65_536, u32(bytes, 16, little)]] as const;
  let offset = 24;
  while (offset < bytes.length) {
    const cutShort = [{ offset, length: bytes.length - offset, reason: 'record-cut-short' }];
    if (bytes.length - offset < headerLength) return { records, interfaces, gaps: cutShort };
    let capturedLength = u32(bytes, offset + 8, little);
    let originalLength = u32(bytes, offset + 12, little);
    if (headerLength === 16 && (minor < 3 || (minor === 3 && capturedLength > originalLength))) {
      [capturedLength, originalLength] = [originalLength, capturedLength];
    }
    if (capturedLength > largestRecord(interfaces[0][0])) {
      return { records, interfaces, gaps: [{ offset, length: bytes.length - offset, reason: 'record-corrupt' }] };
    }
    const start = offset + headerLength;
    const end = start + capturedLength;
    if (end > bytes.length) return { records, interfaces, gaps: cutShort };
    records.push({
      offset,
      recordLength: end - offset,
      timestampNs: BigInt(u32(bytes, offset, little)) * NANOSECONDS + BigInt(u32(bytes, offset + 4, little)) * unitNs,
      capturedLength,
      originalLength,
      interfaceId: 0,
      data: bytes.subarray(start, end).toString('hex'),
    });
    offset = end;
  }
  return { records, interfaces, gaps: [] };
}

interface NaiveInterface {
  readonly id: number;
  readonly linktype: number;
  readonly snaplen: number;
  readonly toNs: (value: bigint) => bigint;
}

function readPcapng(bytes: Buffer): NaiveCapture | undefined {
  const records: NaiveRecord[] = [];
  const interfaces: [number, number][] = [];
  const gaps: { offset: number; length: number; reason: string }[] = [];
  let section: (NaiveInterface | undefined)[] = [];
  let little = true;
  let lastNs = 0n;
  let offset = 0;

  const lose = (length: number, reason: string) => {
    const last = gaps.at(-1);
    if (last?.reason === reason && last.offset + last.length === offset) last.length += length;
    else gaps.push({ offset, length, reason });
  };
  const loseRest = (reason: string): NaiveCapture | undefined => {
    if (offset === 0) return undefined;
    lose(bytes.length - offset, reason);
    return { records, interfaces, gaps };
  };

  while (offset < bytes.length) {
    const left = bytes.length - offset;
    if (left < 8) return loseRest('record-cut-short');
    if (bytes.readUInt32BE(offset) === 0x0a0d0d0a) {
      if (left < 16) return loseRest('record-cut-short');
      const magic = bytes.readUInt32BE(offset + 8);
      if (magic !== 0x1a2b3c4d && magic !== 0x4d3c2b1a) return loseRest('record-corrupt');
      little = magic === 0x4d3c2b1a;
      const version = `${u16(bytes, offset + 12, little)}.${u16(bytes, offset + 14, little)}`;
      if (version !== '1.0' && version !== '1.2') return loseRest('record-corrupt');
    }
    const type = u32(bytes, offset, little);
    const length = u32(bytes, offset + 4, little);
    if (length < 12 || length > LARGEST_BLOCK || length % 4 !== 0) return loseRest('record-corrupt');
    if (length > left) return loseRest('record-cut-short');
    if (u32(bytes, offset + length - 4, little) !== length) return loseRest('record-corrupt');
    const body = bytes.subarray(offset + 8, offset + length - 4);
    if (type === 0x0a0d0d0a) section = [];
    if (type === 1) {
      const found = readInterface(body, little, interfaces.length);
      section.push(found);
      if (found === undefined) lose(length, 'record-corrupt');
      else interfaces.push([found.linktype, found.snaplen]);
    }
    if (type === 2 || type === 3 || type === 6) {
      const isSimple = type === 3;
      const headerLength = isSimple ? 4 : 20;
      if (body.length < headerLength) {
        lose(length, 'record-corrupt');
      } else {
        const number = isSimple ? 0 : type === 2 ? u16(body, 0, little) : u32(body, 0, little);
        const named = section[number];
        const room = body.length - headerLength;
        const originalLength = u32(body, isSimple ? 0 : 16, little);
        const simpleLength = Math.min(originalLength, room, named?.snaplen || room);
        const capturedLength = isSimple ? simpleLength : u32(body, 12, little);
        if (named === undefined) {
          lose(length, 'interface-unknown');
        } else if (capturedLength > room || capturedLength > largestRecord(named.linktype)) {
          lose(length, 'record-corrupt');
        } else {
          if (!isSimple) {
            lastNs = named.toNs(BigInt(u32(body, 4, little)) * 4_294_967_296n + BigInt(u32(body, 8, little)));
          }
          records.push({
            offset,
            recordLength: length,
            timestampNs: lastNs,
            capturedLength,
            originalLength,
            interfaceId: named.id,
            data: body.subarray(headerLength, headerLength + capturedLength).toString('hex'),
          });
        }
      }
    }
    offset += length;
  }
  return { records, interfaces, gaps };
}

function readInterface(body: Buffer, little: boolean, id: number): NaiveInterface | undefined {
  if (body.length < 8) return undefined;
  let unitsPerSecond = 1_000_000n;
  let offsetSeconds = 0n;
  let options = body.subarray(8);
  while (options.length >= 4) {
    const code = u16(options, 0, little);
    const length = u16(options, 2, little);
    const value = options.subarray(4, 4 + length);
    if (code === 0 || value.length < length) break;
    if (code === 9 && length === 1) {
      const exponent = BigInt(value.readUInt8(0) % 128);
      const isBinary = value.readUInt8(0) >= 128;
      const isFiner = exponent > (isBinary ? 63n : 19n);
      unitsPerSecond = isFiner ? 1_000_000n : (isBinary ? 2n : 10n) ** exponent;
    }
    if (code === 14 && length === 8) offsetSeconds = little ? value.readBigInt64LE(0) : value.readBigInt64BE(0);
    options = options.subarray(4 + Math.ceil(length / 4) * 4);
  }
  return {
    id,
    linktype: u16(body, 0, little),
    snaplen: u32(body, 4, little),
    toNs: (value) => offsetSeconds * NANOSECONDS + (value * NANOSECONDS) / unitsPerSecond,
  };
}
