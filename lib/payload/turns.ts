// payload: a conversation as people read it: what one side said until the other spoke.

import type { DirectedPiece, Direction } from './conversation.ts';

export interface Turn {
  readonly direction: Direction;
  /** Of its first packet. */
  readonly record: number;
  readonly seconds: number;
  readonly nanoseconds: number;
  /** From the direction's first byte, missing ones counted. */
  readonly offset: number;
  /** Bytes right before it that are not in the capture. */
  readonly missingBefore: number;
  readonly bytes: Buffer;
}

/** A gap begins a new turn, and so does every datagram. */
export function gatherTurns(pieces: readonly DirectedPiece[], isTcp: boolean): readonly Turn[] {
  const groups: DirectedPiece[][] = [];
  let group: DirectedPiece[] = [];
  let direction: Direction | undefined;
  for (const piece of pieces) {
    if (!isTcp || piece.direction !== direction || piece.missingBefore > 0) {
      group = [];
      groups.push(group);
      direction = piece.direction;
    }
    group.push(piece);
  }
  return groups.flatMap((parts) => {
    const [first] = parts;
    if (first === undefined) return [];
    return [{ ...first, bytes: Buffer.concat(parts.map(({ bytes }) => bytes)) }];
  });
}
