// decode: one fragmented packet in reassembly: its bytes so far and the holes between them (RFC 815).
import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { MAX_HOLES } from './limits.ts';
import type { Packet } from './packet.ts';

/** What an IP packet's length field can say, headers included. */
const MAX_LENGTH = 65_535;
const MIN_CAPACITY = 2048;
/** Every fragment but the last is a multiple of it. */
const FRAGMENT_UNIT = 8;

export type FragmentOutcome = 'new' | 'duplicate' | 'overlap' | 'malformed';

/** Where fragments overlap, what came first stays. */
export class Datagram {
  /** Reassembler's: when the latest fragment came. */
  lastRecord = 0;
  /** What the first fragment says its data are. */
  protocol = 0;
  readonly #key: Uint32Array;
  /** Pairs [from, to) in order; the last one is open-ended until the last fragment is there. */
  #holes: number[] = [0, MAX_LENGTH + 1];
  #length = -1;
  #bytes = new Uint8Array(0);

  constructor(key: Uint32Array) {
    this.#key = key;
  }

  get capacity(): number {
    return this.#bytes.length;
  }

  get isComplete(): boolean {
    return this.#length >= 0 && this.#holes.length === 0;
  }

  get isEmpty(): boolean {
    return this.#length < 0 && this.#holes.length === 2 && this.#holes[0] === 0;
  }

  hasKey(key: Uint32Array): boolean {
    return this.#key.every((word, i) => word === key[i]);
  }

  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Takes what is new of the fragment whose data end at `end` of the packet's bytes, or refuses it as a whole. */
  add(packet: Packet, end: number): FragmentOutcome {
    const from = packet.fragmentOffset;
    const length = end - packet.fragmentStart;
    const to = from + length;
    if (length <= 0 || to > MAX_LENGTH - packet.ipHeaderLength) return 'malformed';
    if (packet.moreFragments && length % FRAGMENT_UNIT !== 0) return 'malformed';
    if (this.#length >= 0 ? to > this.#length : !packet.moreFragments && this.#reach() > to) return 'malformed';
    if (!packet.moreFragments && this.#length >= 0 && to !== this.#length) return 'malformed';
    if (this.#holes.length >= 2 * MAX_HOLES) return 'malformed';
    if (!packet.moreFragments && this.#length < 0) this.#end(to);
    if (from === 0) this.protocol = packet.fragmentProtocol;
    const filled = this.#fill(packet.bytes, packet.fragmentStart, from, to);
    if (filled === length) return 'new';
    return filled === 0 ? 'duplicate' : 'overlap';
  }

  /** End of the last byte that is there. */
  #reach(): number {
    return this.#holes.at(-2) ?? 0;
  }

  #end(length: number): void {
    this.#length = length;
    const last = this.#holes.length - 1;
    if (last < 0) return;
    this.#holes[last] = length;
    if (this.#holes[last - 1] === length) this.#holes.length -= 2;
  }

  /** Copies [from, to) into the holes it meets and leaves what remains of them; returns the bytes copied. */
  #fill(bytes: Uint8Array, start: number, from: number, to: number): number {
    this.#grow(to);
    const holes: number[] = [];
    let filled = 0;
    for (let i = 0; i < this.#holes.length; i += 2) {
      const holeStart = this.#holes[i] ?? 0;
      const holeEnd = this.#holes[i + 1] ?? 0;
      const first = Math.max(from, holeStart);
      const last = Math.min(to, holeEnd);
      if (first >= last) {
        holes.push(holeStart, holeEnd);
        continue;
      }
      this.#bytes.set(bytes.subarray(start + first - from, start + last - from), first);
      filled += last - first;
      if (holeStart < first) holes.push(holeStart, first);
      if (last < holeEnd) holes.push(last, holeEnd);
    }
    this.#holes = holes;
    return filled;
  }

  #grow(length: number): void {
    if (length <= this.#bytes.length) return;
    let capacity = Math.max(this.#bytes.length, MIN_CAPACITY);
    while (capacity < length) capacity *= 2;
    const longer = new Uint8Array(capacity);
    longer.set(this.#bytes);
    this.#bytes = longer;
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    this.lastRecord = await state.number(this.lastRecord);
    this.protocol = await state.number(this.protocol);
    await state.contents(this.#key);
    this.#holes = await state.numbers(this.#holes);
    this.#length = await state.number(this.#length);
    this.#bytes = await state.array(this.#bytes);
  }
}
