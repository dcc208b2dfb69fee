// capture: what follows the last member, frame or stream of a compressed file: zeros are padding, anything else is counted.
import type { ByteCursor, StreamEnd } from '../byte-cursor.ts';
import type { CaptureNotes } from '../capture-notes.ts';

/** Tape blocks and sectors are filled up with zeros; the source is read to its end only while there are none but zeros. */
export async function endAfterTrailer(input: ByteCursor, notes: CaptureNotes): Promise<StreamEnd> {
  for await (const piece of input.read()) {
    if (piece.every((byte) => byte === 0)) continue;
    notes.warn('compressed-trailing-bytes');
    break;
  }
  return 'whole';
}
