// flow: the tunnels that open flows lie in, in blocks that only flows inside one have.

import type { StateExchange } from '../checkpoint/state-exchange.ts';
import type { Packet } from '../decode/packet.ts';
import { writeAddress } from './addresses.ts';
import { BlockPool } from './block-pool.ts';

/** Cells of a block: what TUNNEL_TYPES and Packet say of the tunnel, then the outer addresses, four words each. */
const TYPE = 0;
const DEPTH = 1;
const ID = 2;
const SOURCE = 3;
const DESTINATION = 7;
const CELLS = 11;
const ADDRESS_WORDS = 4;

export class FlowTunnels {
  readonly #blocks: BlockPool<Float64Array>;

  constructor(maxFlows: number) {
    this.#blocks = new BlockPool(CELLS, maxFlows, (length) => new Float64Array(length));
  }

  /** The block of a flow that begins with this packet, which its source sent or (`isFromSource` false) its destination. */
  keep(packet: Packet, isFromSource: boolean): number {
    const block = this.#blocks.take();
    const page = this.#blocks.page(block);
    const base = this.#blocks.base(block);
    page[base + TYPE] = packet.tunnelType;
    page[base + DEPTH] = packet.tunnelDepth;
    page[base + ID] = packet.tunnelId;
    const source = base + (isFromSource ? SOURCE : DESTINATION);
    page[source] = packet.outerSource0;
    page[source + 1] = packet.outerSource1;
    page[source + 2] = packet.outerSource2;
    page[source + 3] = packet.outerSource3;
    const destination = base + (isFromSource ? DESTINATION : SOURCE);
    page[destination] = packet.outerDestination0;
    page[destination + 1] = packet.outerDestination1;
    page[destination + 2] = packet.outerDestination2;
    page[destination + 3] = packet.outerDestination3;
    return block;
  }

  type(block: number): number {
    return this.#get(block, TYPE);
  }

  depth(block: number): number {
    return this.#get(block, DEPTH);
  }

  id(block: number): number {
    return this.#get(block, ID);
  }

  /** False where no IP packet carried the tunnel: it has labels, not addresses. */
  hasAddresses(block: number): boolean {
    for (let word = 0; word < 2 * ADDRESS_WORDS; word++) if (this.#get(block, SOURCE + word) !== 0) return true;
    return false;
  }

  /** The outer source address, then the outer destination address, 16 bytes each. */
  writeAddresses(block: number, into: Uint8Array, at: number): void {
    const word = (i: number) => this.#get(block, SOURCE + i);
    writeAddress(into, at, word(0), word(1), word(2), word(3));
    writeAddress(into, at + 16, word(4), word(5), word(6), word(7));
  }

  release(block: number): void {
    this.#blocks.release(block);
  }

  #get(block: number, cell: number): number {
    return this.#blocks.page(block)[this.#blocks.base(block) + cell] as number; // `cell` < CELLS
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    await this.#blocks.exchange(state);
  }
}
