// generate: what every capture file encoder takes in.

export interface CaptureRecord {
  readonly timestampNs: bigint;
  /** The frame from its link layer on; the encoder copies it. */
  readonly bytes: Uint8Array;
  /** Where the frame was longer on the wire than what is kept here. */
  readonly originalLength?: number;
  /** pcapng only; 0 where left out. */
  readonly interfaceId?: number;
}

export type ByteOrder = 'little' | 'big';

/** Default size of the blocks an encoder hands out. */
export const defaultBlockBytes = 256 * 1024;

/** One growing block: `reserve` says where the next `length` bytes go, or hands over the full block first. */
export interface BlockBuffer {
  bytes: Uint8Array;
  view: DataView;
  used: number;
}

export function openBlock(size: number): BlockBuffer {
  const bytes = new Uint8Array(size);
  return { bytes, view: new DataView(bytes.buffer), used: 0 };
}
