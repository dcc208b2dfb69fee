// decode: numbers out of captured bytes, without a bounds check of their own.

/** The caller has made sure that `position` lies inside the captured bytes; so the cast from `number | undefined` holds. */
export function uint8(bytes: Uint8Array, position: number): number {
  return bytes[position] as number;
}

export function uint16(bytes: Uint8Array, position: number): number {
  return (uint8(bytes, position) << 8) | uint8(bytes, position + 1);
}

export function uint32(bytes: Uint8Array, position: number): number {
  return ((uint16(bytes, position) << 16) | uint16(bytes, position + 2)) >>> 0;
}

/** Little-endian, as radio headers are. */
export function uint16le(bytes: Uint8Array, position: number): number {
  return uint8(bytes, position) | (uint8(bytes, position + 1) << 8);
}

export function uint32le(bytes: Uint8Array, position: number): number {
  return (uint16le(bytes, position) | (uint16le(bytes, position + 2) << 16)) >>> 0;
}
