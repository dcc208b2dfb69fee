// decode: fragments of IP packets put together again (RFC 791 §3.2, RFC 815, RFC 8200 §4.5), within bounds.
import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { Datagram } from './datagram.ts';
import { MAX_DATAGRAM_AGE_RECORDS, MAX_DATAGRAM_BYTES, MAX_DATAGRAMS } from './limits.ts';
import type { Packet } from './packet.ts';

const KEY_WORDS = 12;
const NO_BYTES = new Uint8Array(0);

export type ReassemblyWarning =
  | 'fragment-cut'
  | 'fragment-malformed'
  | 'fragment-duplicate'
  | 'fragment-overlap'
  | 'fragments-given-up';

/** `kept`: the fragment's bytes are there and wait for the rest; `refused`: they are cut, or contradict what is there. */
export type ReassemblyOutcome = 'complete' | 'kept' | 'refused';

export interface ReassemblerLimits {
  readonly maxDatagrams?: number;
  readonly maxBytes?: number;
  readonly maxAgeRecords?: number;
}

/** Remembers fragments from record to record; the same records in the same order give the same datagrams. */
export class Reassembler {
  readonly warnings = new Map<ReassemblyWarning, number>();
  /** What the last `add` completed: the data behind the IP headers, valid until the next `add`; and its protocol. */
  datagram: Uint8Array = NO_BYTES;
  protocol = 0;
  /** By the key's hash, the least recently added to first. */
  readonly #open = new Map<number, Datagram>();
  readonly #key = new Uint32Array(KEY_WORDS);
  readonly #maxDatagrams: number;
  readonly #maxBytes: number;
  readonly #maxAge: number;
  #bytes = 0;
  #record = 0;

  constructor(limits: ReassemblerLimits = {}) {
    this.#maxDatagrams = limits.maxDatagrams ?? MAX_DATAGRAMS;
    this.#maxBytes = limits.maxBytes ?? MAX_DATAGRAM_BYTES;
    this.#maxAge = limits.maxAgeRecords ?? MAX_DATAGRAM_AGE_RECORDS;
  }

  /** Bytes held; never more than the limit. */
  get bytes(): number {
    return this.#bytes;
  }

  nextRecord(): void {
    this.#record += 1;
  }

  /** Copies the fragment that `packet` describes, captured up to `end`. */
  add(packet: Packet, end: number): ReassemblyOutcome {
    this.#expire();
    const ipEnd = packet.networkStart + packet.ipLength;
    if (end < ipEnd) {
      this.#warn('fragment-cut');
      return 'refused';
    }
    const hash = this.#writeKey(packet);
    const datagram = this.#find(hash);
    const grownFrom = datagram.capacity;
    const outcome = datagram.add(packet, ipEnd);
    this.#bytes += datagram.capacity - grownFrom;
    datagram.lastRecord = this.#record;
    if (outcome === 'malformed') this.#warn('fragment-malformed');
    else if (outcome === 'duplicate') this.#warn('fragment-duplicate');
    else if (outcome === 'overlap') this.#warn('fragment-overlap');
    if (datagram.isComplete) {
      this.#forget(hash, datagram);
      this.datagram = datagram.view();
      this.protocol = datagram.protocol;
      return 'complete';
    }
    if (datagram.isEmpty) this.#forget(hash, datagram);
    else this.#makeRoom(datagram);
    return outcome === 'malformed' ? 'refused' : 'kept';
  }

  /** The open datagram of the key, now the most recent; a new one where there is none, or another of the same hash. */
  #find(hash: number): Datagram {
    const found = this.#open.get(hash);
    if (found?.hasKey(this.#key) === true) {
      this.#open.delete(hash);
      this.#open.set(hash, found);
      return found;
    }
    if (found !== undefined) this.#giveUp(hash, found);
    const datagram = new Datagram(this.#key.slice());
    this.#open.set(hash, datagram);
    return datagram;
  }

  #expire(): void {
    for (const [hash, datagram] of this.#open) {
      if (this.#record - datagram.lastRecord <= this.#maxAge) return;
      this.#giveUp(hash, datagram);
    }
  }

  #makeRoom(latest: Datagram): void {
    for (const [hash, datagram] of this.#open) {
      if (this.#open.size <= this.#maxDatagrams && this.#bytes <= this.#maxBytes) return;
      if (datagram === latest && this.#bytes <= this.#maxBytes) return;
      this.#giveUp(hash, datagram);
    }
  }

  #giveUp(hash: number, datagram: Datagram): void {
    this.#forget(hash, datagram);
    this.#warn('fragments-given-up');
  }

  #forget(hash: number, datagram: Datagram): void {
    this.#open.delete(hash);
    this.#bytes -= datagram.capacity;
  }

  #warn(warning: ReassemblyWarning): void {
    this.warnings.set(warning, (this.warnings.get(warning) ?? 0) + 1);
  }

  /** IPv6 tells datagrams apart without the protocol, which only the first fragment knows. Returns the key's hash. */
  #writeKey(packet: Packet): number {
    const key = this.#key;
    key[0] = packet.source0;
    key[1] = packet.source1;
    key[2] = packet.source2;
    key[3] = packet.source3;
    key[4] = packet.destination0;
    key[5] = packet.destination1;
    key[6] = packet.destination2;
    key[7] = packet.destination3;
    key[8] = packet.identification;
    key[9] = packet.ipVersion === 4 ? packet.fragmentProtocol : 0;
    key[10] = packet.vlan + 1;
    key[11] = packet.tunnelKey;
    let hash = 0;
    for (const word of key) {
      hash = Math.imul(hash ^ word, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    const warnings = await state.json([...this.warnings]);
    for (const [warning, count] of warnings) this.warnings.set(warning, count);
    this.datagram = await state.array(this.datagram);
    this.protocol = await state.number(this.protocol);
    this.#bytes = await state.number(this.#bytes);
    this.#record = await state.number(this.#record);
    const hashes = await state.numbers([...this.#open.keys()]);
    for (const hash of hashes) {
      const datagram = this.#open.get(hash) ?? new Datagram(new Uint32Array(KEY_WORDS));
      await datagram.exchange(state);
      this.#open.set(hash, datagram);
    }
  }
}
