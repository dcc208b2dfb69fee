// s3 crc: CRC32C and CRC64/NVME, which Node has not, and the joining of CRCs of neighbouring bytes.
// https://reveng.sourceforge.io/crc-catalogue/all.htm (CRC-32/ISCSI, CRC-64/NVME; both reflected, inverted in and out)

/** A CRC as a polynomial over GF(2), reflected: what `combineCrc` needs to know of it. */
export interface CrcKind {
  readonly width: bigint;
  readonly polynomial: bigint;
}
export const CRC32: CrcKind = { width: 32n, polynomial: 0xedb88320n };
export const CRC32C: CrcKind = { width: 32n, polynomial: 0x82f63b78n };
export const CRC64NVME: CrcKind = { width: 64n, polynomial: 0x9a6c9329ac4bc9b5n };

const CRC32C_TABLES = makeCrc32cTables();
const [CRC64_LOW, CRC64_HIGH] = makeCrc64Table();

/** CRC32C of `bytes`, going on from `crc`. */
export function crc32c(bytes: Uint8Array, crc: number): number {
  const [t0, t1, t2, t3] = CRC32C_TABLES;
  let state = ~crc;
  let at = 0;
  for (const end = bytes.length - 3; at < end; at += 4) {
    state ^=
      byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8) | (byteAt(bytes, at + 2) << 16) | (byteAt(bytes, at + 3) << 24);
    state =
      entry(t3, state & 0xff) ^
      entry(t2, (state >>> 8) & 0xff) ^
      entry(t1, (state >>> 16) & 0xff) ^
      entry(t0, state >>> 24);
  }
  for (; at < bytes.length; at++) state = entry(t0, (state ^ byteAt(bytes, at)) & 0xff) ^ (state >>> 8);
  return ~state >>> 0;
}

/** CRC64/NVME of `bytes`, going on from `crc`: two 32-bit halves, because BigInt per byte is far too slow. */
export function crc64nvme(bytes: Uint8Array, crc: bigint): bigint {
  let low = ~Number(crc & 0xffffffffn);
  let high = ~Number(crc >> 32n);
  for (let at = 0; at < bytes.length; at++) {
    const index = (low ^ byteAt(bytes, at)) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ entry(CRC64_LOW, index);
    high = (high >>> 8) ^ entry(CRC64_HIGH, index);
  }
  return (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0);
}

/**
 * The CRC of A followed by B, from the CRCs of both and the length of B: A's is moved past B by multiplying it
 * with x^(8 * length), and the inversions cancel out.
 */
export function combineCrc(kind: CrcKind, crcA: bigint, crcB: bigint, lengthB: number): bigint {
  const one = 1n << (kind.width - 1n);
  let factor = one;
  let power = one >> 8n;
  for (let rest = lengthB; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) factor = multiply(kind, factor, power);
    power = multiply(kind, power, power);
  }
  return multiply(kind, crcA, factor) ^ crcB;
}

/** Multiply two reflected polynomials modulo the CRC's: the highest bit is x^0. */
function multiply(kind: CrcKind, a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = kind.width - 1n; bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ kind.polynomial : shifted >> 1n;
  }
  return product;
}

function makeCrc32cTables(): readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array] {
  const tables = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)] as const;
  for (let index = 0; index < 256; index++) {
    let state = index;
    for (let bit = 0; bit < 8; bit++) state = state & 1 ? (state >>> 1) ^ 0x82f63b78 : state >>> 1;
    tables[0][index] = state;
  }
  for (let index = 0; index < 256; index++)
    for (let table = 1; table < 4; table++) {
      const previous = entry(tables[table - 1] ?? tables[0], index);
      (tables[table] ?? tables[0])[index] = entry(tables[0], previous & 0xff) ^ (previous >>> 8);
    }
  return tables;
}

function makeCrc64Table(): readonly [Uint32Array, Uint32Array] {
  const low = new Uint32Array(256);
  const high = new Uint32Array(256);
  for (let index = 0; index < 256; index++) {
    let state = BigInt(index);
    for (let bit = 0; bit < 8; bit++) state = state & 1n ? (state >> 1n) ^ CRC64NVME.polynomial : state >> 1n;
    low[index] = Number(state & 0xffffffffn);
    high[index] = Number(state >> 32n);
  }
  return [low, high];
}

/** The index is always in range; the fallback is for the type only. */
function entry(table: Uint32Array, index: number): number {
  return table[index] ?? 0;
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}
