// local/opensearch/word: words by their bytes, numbered as they come: no text is made of one until somebody asks for it.
import { doubled, type SharedNumbers, sharedNumbers } from './shared-numbers.ts';

const FIRST_WORDS = 4_096;
const FIRST_BYTES = 32_768;
const HASH_FACTOR = 0x0100_0193;

/** What another thread may read of it while nothing is added. */
export interface SharedWordTable {
  readonly count: number;
  readonly fields: SharedNumbers;
  readonly ends: SharedNumbers;
  readonly heap: SharedArrayBuffer;
}

export class WordTable {
  count = 0;
  /** Of each word: its field, where its bytes lie, and its hash. */
  private fields = sharedNumbers(FIRST_WORDS);
  private ends = sharedNumbers(FIRST_WORDS);
  private hashes = new Uint32Array(FIRST_WORDS);
  private heap = Buffer.from(new SharedArrayBuffer(FIRST_BYTES));
  /** A word's number and one more by its hash; twice as long as there is room for words. */
  private slots = new Uint32Array(FIRST_WORDS * 2);
  /** Words come from packets: nobody may choose which fall together. */
  private readonly seed = Math.trunc(Math.random() * 0xffff_ffff);
  private readonly texts: string[] = [];
  private readonly ofField = new Map<number, number[]>();

  /** One to read words from, by their numbers. */
  static shared({ count, fields, ends, heap }: SharedWordTable): WordTable {
    const table = new WordTable();
    table.fields = fields;
    table.ends = ends;
    table.heap = Buffer.from(heap);
    for (; table.count < count; table.count += 1) table.note(table.count, fields[table.count] ?? 0);
    return table;
  }

  /** Forgets all words, and keeps the room. */
  clear(): void {
    this.count = 0;
    this.slots.fill(0);
    this.texts.length = 0;
    this.ofField.clear();
  }

  get shared(): SharedWordTable {
    const { count, fields, ends, heap } = this;
    return { count, fields, ends, heap: heap.buffer };
  }

  /** The number of the word that lies in `bytes`; a new one where it was not known. */
  numberOf(field: number, bytes: Uint8Array, start: number, end: number): number {
    const hash = this.hashOf(field, bytes, start, end);
    const known = this.lookup(hash, field, bytes, start, end);
    return known >= 0 ? known : this.add(field, bytes, start, end, hash);
  }

  /** -1 where the word is not known. */
  find(field: number, bytes: Uint8Array): number {
    return this.lookup(this.hashOf(field, bytes, 0, bytes.length), field, bytes, 0, bytes.length);
  }

  private lookup(hash: number, field: number, bytes: Uint8Array, start: number, end: number): number {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (let known = this.slots[slot] ?? 0; known !== 0; known = this.slots[slot] ?? 0) {
      if (this.hashes[known - 1] === hash && this.isWord(known - 1, field, bytes, start, end)) return known - 1;
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  /** Fields that have words. */
  get usedFields(): readonly number[] {
    return [...this.ofField.keys()];
  }

  /** Numbers of a field's words, in the order they came. */
  wordsOf(field: number): readonly number[] {
    return this.ofField.get(field) ?? [];
  }

  /** A field's words in the order of their bytes. */
  inOrder(field: number): Uint32Array {
    return Uint32Array.from(this.wordsOf(field)).sort((left, right) => this.compare(left, right));
  }

  private compare(left: number, right: number): number {
    const { heap, ends } = this;
    let one = this.startOf(left);
    let other = this.startOf(right);
    const oneEnd = ends[left] ?? 0;
    const otherEnd = ends[right] ?? 0;
    for (; one < oneEnd && other < otherEnd; one += 1, other += 1) {
      const difference = (heap[one] ?? 0) - (heap[other] ?? 0);
      if (difference !== 0) return difference;
    }
    return oneEnd - one - (otherEnd - other);
  }

  /** A character for each byte; it is kept. */
  text(word: number): string {
    for (let next = this.texts.length; next <= word; next += 1) this.texts.push(this.read(next));
    return this.texts[word] ?? '';
  }

  /** The same, and it is not kept. */
  read(word: number): string {
    return this.heap.toString('latin1', this.startOf(word), this.ends[word]);
  }

  private startOf(word: number): number {
    return word === 0 ? 0 : (this.ends[word - 1] ?? 0);
  }

  private isWord(word: number, field: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.startOf(word);
    if (this.fields[word] !== field || (this.ends[word] ?? 0) - from !== end - start) return false;
    const { heap } = this;
    for (let at = start; at < end; at += 1) if (heap[from + at - start] !== bytes[at]) return false;
    return true;
  }

  private hashOf(field: number, bytes: Uint8Array, start: number, end: number): number {
    let hash = this.seed ^ Math.imul(field, 0x9e37_79b1);
    for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), HASH_FACTOR);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b);
    return (hash ^ (hash >>> 13)) >>> 0;
  }

  private add(field: number, bytes: Uint8Array, start: number, end: number, hash: number): number {
    const word = this.count;
    if (word === this.hashes.length) this.growWords();
    const from = this.startOf(word);
    if (from + end - start > this.heap.length) {
      const heap = Buffer.from(new SharedArrayBuffer(Math.max(this.heap.length * 2, from + end - start)));
      this.heap.copy(heap, 0, 0, from);
      this.heap = heap;
    }
    for (let at = start; at < end; at += 1) this.heap[from + at - start] = bytes[at] ?? 0;
    this.fields[word] = field;
    this.ends[word] = from + end - start;
    this.hashes[word] = hash;
    this.count = word + 1;
    this.place(word, hash);
    this.note(word, field);
    return word;
  }

  private note(word: number, field: number): void {
    const own = this.ofField.get(field);
    if (own === undefined) this.ofField.set(field, [word]);
    else own.push(word);
  }

  private place(word: number, hash: number): void {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = word + 1;
  }

  private growWords(): void {
    this.fields = doubled(this.fields);
    this.ends = doubled(this.ends);
    const hashes = new Uint32Array(this.hashes.length * 2);
    hashes.set(this.hashes);
    this.hashes = hashes;
    this.slots = new Uint32Array(this.hashes.length * 2);
    for (let word = 0; word < this.count; word += 1) this.place(word, this.hashes[word] ?? 0);
  }
}
