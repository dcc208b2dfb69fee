// app: what a dissector is given of a flow: the first bytes that each side sent, in order.

/** A TCP stream's head is one piece; of UDP, each piece is one datagram's payload. */
export interface SideHead {
  readonly port: number;
  /** TCP: at most one piece, without holes, from the side's first byte on. UDP: the first few datagrams. May be cut. */
  readonly pieces: readonly Uint8Array[];
  /** False where more was sent than the pieces hold. */
  readonly isWhole: boolean;
}

/** The client is the flow's source; a flow seen from its middle on may have its sides swapped. */
export interface Conversation {
  readonly transport: 'tcp' | 'udp';
  readonly client: SideHead;
  readonly server: SideHead;
}

const NOTHING = new Uint8Array();

/** The head of a TCP stream, or the first datagram. */
export function firstPiece(side: SideHead): Uint8Array {
  return side.pieces[0] ?? NOTHING;
}
