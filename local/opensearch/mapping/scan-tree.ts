// local/opensearch/mapping: a mapping's tree as the document scanner walks it: nodes are numbers, names are bytes.
import type { FieldNode, Mapping, MappingNode, ObjectNode } from './mapping.ts';
import { ScanTarget } from './scan-target.ts';

export const NODE = { object: 0, disabled: 1, field: 2, flat: 3, other: 4 } as const;
export const NO_NODE = -1;

const HASH_START = 0x811c_9dc5;
const HASH_FACTOR = 0x0100_0193;

export class ScanTree {
  /** Of each node: one of NODE; 0 is the root. */
  readonly kinds: number[] = [];
  readonly fields: (FieldNode | undefined)[] = [];
  /** Of a field's node: the field and those below it. */
  readonly targets: (readonly ScanTarget[])[] = [];
  /** Of an object: whether members that it does not know are passed over. */
  readonly isOpen: boolean[] = [];
  /** Of an object: the member that stood first, and of each node: its neighbour, in the latest document. */
  readonly firsts: number[] = [];
  readonly nexts: number[] = [];
  private readonly parents: number[] = [];
  private readonly names: Uint8Array[] = [];
  private readonly table: Int32Array;

  constructor(mapping: Mapping) {
    this.addObject(mapping.root, NO_NODE, '');
    let size = 16;
    while (size < this.kinds.length * 4) size *= 2;
    this.table = new Int32Array(size).fill(NO_NODE);
    for (let node = 1; node < this.kinds.length; node += 1) {
      const name = this.names[node] ?? new Uint8Array(0);
      let slot = this.slotOf(this.parents[node] ?? 0, name, 0, name.length);
      while (this.table[slot] !== NO_NODE) slot = (slot + 1) & (size - 1);
      this.table[slot] = node;
    }
  }

  private addObject(node: ObjectNode, parent: number, name: string): void {
    const number = this.add(node, parent, name);
    for (const [key, child] of node.children) {
      // a name that is no well-formed text has no bytes that a document could name it by
      if (!key.isWellFormed()) continue;
      if (child.kind === 'object') this.addObject(child, number, key);
      else this.add(child, number, key);
    }
  }

  private add(node: MappingNode, parent: number, name: string): number {
    const isObject = node.kind === 'object';
    this.kinds.push(kindOf(node));
    this.fields.push(node.kind === 'field' ? node : undefined);
    this.targets.push(
      node.kind === 'field' ? [node.field, ...node.subFields].map((field) => new ScanTarget(field)) : [],
    );
    // of the root's unknown members some are refused: those are not for the scanner to tell
    this.isOpen.push(isObject && node.dynamic === 'false' && parent !== NO_NODE);
    this.firsts.push(NO_NODE);
    this.nexts.push(NO_NODE);
    this.parents.push(parent);
    this.names.push(Buffer.from(name));
    return this.kinds.length - 1;
  }

  /** Whether the node's name stands at `start`, a quotation mark behind it; where its name ends, or -1. */
  endOfName(node: number, bytes: Uint8Array, start: number): number {
    const name = this.names[node];
    if (name === undefined) return -1;
    const { length } = name;
    if (bytes[start + length] !== 34) return -1;
    for (let at = 0; at < length; at += 1) if (bytes[start + at] !== name[at]) return -1;
    return start + length;
  }

  /** The child of `parent` with the name that stands from `start` to `end`. */
  find(parent: number, bytes: Uint8Array, start: number, end: number): number {
    const mask = this.table.length - 1;
    for (let slot = this.slotOf(parent, bytes, start, end); ; slot = (slot + 1) & mask) {
      const node = this.table[slot] ?? NO_NODE;
      if (node === NO_NODE) return NO_NODE;
      if (this.parents[node] === parent && this.endOfName(node, bytes, start) === end) return node;
    }
  }

  private slotOf(parent: number, bytes: Uint8Array, start: number, end: number): number {
    let hash = HASH_START ^ Math.imul(parent, 0x9e37_79b1);
    for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), HASH_FACTOR);
    return (hash ^ (hash >>> 15)) & (this.table.length - 1);
  }
}

function kindOf(node: MappingNode): number {
  if (node.kind === 'object') return node.enabled ? NODE.object : NODE.disabled;
  if (node.kind === 'alias') return NODE.other;
  return node.field.family === 'flat' || node.subFields.some(({ family }) => family === 'flat')
    ? NODE.flat
    : NODE.field;
}
