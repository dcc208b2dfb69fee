// app: numbers out of bytes that may end anywhere; a number that does not lie inside them is -1.

export function uint8(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? -1;
}

export function uint16(bytes: Uint8Array, at: number): number {
  if (at + 2 > bytes.length) return -1;
  return (uint8(bytes, at) << 8) | uint8(bytes, at + 1);
}

export function uint24(bytes: Uint8Array, at: number): number {
  if (at + 3 > bytes.length) return -1;
  return (uint8(bytes, at) << 16) | uint16(bytes, at + 1);
}

export function uint32(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) return -1;
  return ((uint16(bytes, at) << 16) | uint16(bytes, at + 2)) >>> 0;
}

export function uint16le(bytes: Uint8Array, at: number): number {
  if (at + 2 > bytes.length) return -1;
  return uint8(bytes, at) | (uint8(bytes, at + 1) << 8);
}

export function uint24le(bytes: Uint8Array, at: number): number {
  if (at + 3 > bytes.length) return -1;
  return uint16le(bytes, at) | (uint8(bytes, at + 2) << 16);
}

export function uint32le(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) return -1;
  return (uint16le(bytes, at) | (uint16le(bytes, at + 2) << 16)) >>> 0;
}
