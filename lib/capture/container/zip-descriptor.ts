// capture: the data descriptor of zip (APPNOTE 6.3.10, section 4.3.9): checksum and sizes behind a member's bytes.
import type { ByteCursor } from '../byte-cursor.ts';
import { DATA_DESCRIPTOR } from './zip-header.ts';

const LONGEST = 24;

/** What the member's bytes turned out to be. */
export interface SeenMember {
  readonly packedBytes: number;
  /** Undefined where it was passed over unread. */
  readonly unpackedBytes: number | undefined;
  readonly crc: number;
}

/**
 * Passes over the descriptor, with or without its signature, its sizes in 4 or 8 bytes: nothing but the sizes tells
 * which. `none` where no reading of it has the sizes that were seen; then nothing is passed over.
 */
export async function skipDescriptor(
  input: ByteCursor,
  seen: SeenMember,
): Promise<'right' | 'wrong-checksum' | 'none'> {
  const bytes = await input.peek(LONGEST);
  for (const sizeLength of [4, 8]) {
    for (const start of [4, 0]) {
      const length = start + 4 + 2 * sizeLength;
      if (bytes.length < length) continue;
      const view = new DataView(bytes.buffer, bytes.byteOffset, length);
      if (start === 4 && view.getUint32(0, true) !== DATA_DESCRIPTOR) continue;
      if (size(view, start + 4, sizeLength) !== seen.packedBytes % modulus(sizeLength)) continue;
      const unpacked = size(view, start + 4 + sizeLength, sizeLength);
      if (seen.unpackedBytes !== undefined && unpacked !== seen.unpackedBytes % modulus(sizeLength)) continue;
      await input.skip(length);
      return view.getUint32(start, true) === seen.crc ? 'right' : 'wrong-checksum';
    }
  }
  return 'none';
}

/** Writers that never knew of zip64 let sizes run over. */
function modulus(sizeLength: number): number {
  return sizeLength === 4 ? 2 ** 32 : Number.MAX_SAFE_INTEGER;
}

function size(view: DataView, at: number, sizeLength: number): number {
  return sizeLength === 4
    ? view.getUint32(at, true)
    : view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}
