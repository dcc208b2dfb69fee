// decode (tests): one frame as the decoder leaves it, its reason in words.
import { decodePacket } from '../../../lib/decode/decode-packet.ts';
import { createPacket, DECODE_REASONS, type Packet } from '../../../lib/decode/packet.ts';
import { join } from './frames.ts';

export interface Decoded extends Omit<Packet, 'reason'> {
  readonly reason: string | undefined;
}

interface Record {
  readonly linktype?: number;
  readonly capturedLength?: number;
  readonly originalLength?: number;
}

/** The record's bytes start at position 7 of their buffer, as in a batch. */
export function decode(frame: Uint8Array, record: Record = {}): Decoded {
  const { linktype = 1, capturedLength = frame.length, originalLength = frame.length } = record;
  const packet = createPacket();
  decodePacket(join(new Uint8Array(7), frame), 7, capturedLength, originalLength, linktype, packet);
  return { ...packet, reason: DECODE_REASONS[packet.reason] };
}
