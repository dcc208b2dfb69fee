// local/opensearch/mapping: takes a document apart from its bytes, without making an object of it: nearly all documents are of a plain shape.
// What is of another (names that the mapping lacks, dots in names, members that stand twice, what is no JSON, or does not fit
// its field) is left to `documentFields`, whole, so that its meaning and its errors are told in one place.
import { isUtf8 } from 'node:buffer';
import { parseJson } from '../request/json-text.ts';
import { addFieldValues } from './document-fields.ts';
import type { Field } from './field.ts';
import type { ColumnValue } from './field-value.ts';
import type { FieldNode, Mapping } from './mapping.ts';
import type { ScanTarget } from './scan-target.ts';
import { NO_NODE, NODE, ScanTree } from './scan-tree.ts';
import { ScannedValues } from './scanned-values.ts';

/** Objects and lists in one another. */
const MAX_DEPTH = 64;
const [QUOTE, BACKSLASH, COMMA, COLON, MINUS, POINT] = [34, 92, 44, 58, 45, 46];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];
const [ZERO, NINE] = [48, 57];
const MAX_DIGITS = 15;
const POWERS = Array.from({ length: MAX_DIGITS + 1 }, (_, power) => 10 ** power);
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

export class DocumentScanner {
  private readonly values = new ScannedValues();
  private readonly trees = new WeakMap<Mapping, ScanTree>();
  private tree: ScanTree | undefined;
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;
  /** Of the string that was passed last. */
  private hasEscapes = false;
  /** The latest object that has a member of each node. */
  private seen = new Float64Array(0);
  private object = 0;

  /** The document's values, until the next document is scanned; undefined: to be read in the other way. */
  scan(mapping: Mapping, bytes: Buffer): ScannedValues | undefined {
    let tree = this.trees.get(mapping);
    if (tree === undefined) {
      tree = new ScanTree(mapping);
      this.trees.set(mapping, tree);
    }
    if (tree.kinds[0] !== NODE.object || !isUtf8(bytes)) return undefined;
    if (this.seen.length < tree.kinds.length) this.seen = new Float64Array(tree.kinds.length);
    else if (this.tree !== tree) this.seen.fill(0);
    this.tree = tree;
    this.bytes = bytes;
    this.at = 0;
    this.values.begin(bytes);
    try {
      if (this.next() !== OPEN_OBJECT || !this.members(tree, 0, 0)) return undefined;
    } catch {
      return undefined;
    }
    this.skipSpace();
    return this.at === bytes.length ? this.values : undefined;
  }

  private skipSpace(): void {
    const { bytes } = this;
    let { at } = this;
    for (let byte = bytes[at]; byte === 32 || byte === 10 || byte === 13 || byte === 9; byte = bytes[at]) at += 1;
    this.at = at;
  }

  /** The next byte that is no space; 0 at the end. */
  private next(): number {
    const byte = this.bytes[this.at] ?? 0;
    if (byte > 32) return byte;
    this.skipSpace();
    return this.bytes[this.at] ?? 0;
  }

  /** The members of an object, from its bracket on. */
  private members(tree: ScanTree, parent: number, depth: number): boolean {
    if (depth > MAX_DEPTH) return false;
    this.at += 1;
    this.object += 1;
    const { object, seen } = this;
    let before = NO_NODE;
    for (let isFirst = true; ; isFirst = false) {
      const byte = this.next();
      if (byte === CLOSE_OBJECT && isFirst) break;
      if (byte !== QUOTE) return false;
      const start = this.at + 1;
      let node = (before === NO_NODE ? tree.firsts[parent] : tree.nexts[before]) ?? NO_NODE;
      const end = node === NO_NODE ? -1 : tree.endOfName(node, this.bytes, start);
      if (end >= 0) {
        this.at = end + 1;
      } else {
        if (!this.passString() || this.hasEscapes) return false;
        node = tree.find(parent, this.bytes, start, this.at - 1);
        if (node === NO_NODE && !this.mayPassOver(tree, parent, start)) return false;
        if (node !== NO_NODE && before === NO_NODE) tree.firsts[parent] = node;
        else if (node !== NO_NODE) tree.nexts[before] = node;
      }
      if (this.next() !== COLON) return false;
      this.at += 1;
      if (node === NO_NODE) {
        if (!this.passValue(depth + 1)) return false;
      } else {
        if (seen[node] === object) return false;
        if (!this.member(tree, node, depth + 1)) return false;
        // after what is below: a list of objects has the same members again
        seen[node] = object;
        before = node;
      }
      const after = this.next();
      if (after === CLOSE_OBJECT) break;
      if (after !== COMMA) return false;
      this.at += 1;
    }
    this.at += 1;
    return true;
  }

  /** Whether an unknown member, its name from `start` to here, is nothing to its object. */
  private mayPassOver(tree: ScanTree, parent: number, start: number): boolean {
    if (tree.isOpen[parent] !== true) return false;
    for (let at = start; at < this.at; at += 1) if (this.bytes[at] === POINT) return false;
    return true;
  }

  private member(tree: ScanTree, node: number, depth: number): boolean {
    switch (tree.kinds[node]) {
      case NODE.object:
        return this.objects(tree, node, depth);
      case NODE.disabled:
        return this.passValue(depth);
      case NODE.field: {
        const targets = tree.targets[node];
        return targets !== undefined && this.fieldValues(targets, depth);
      }
      case NODE.flat: {
        const target = tree.fields[node];
        return target !== undefined && this.flatValues(target, depth);
      }
      default:
        return false;
    }
  }

  /** An object, or a list of them. */
  private objects(tree: ScanTree, node: number, depth: number): boolean {
    const byte = this.next();
    if (byte === OPEN_OBJECT) return this.members(tree, node, depth);
    if (byte === OPEN_LIST) return this.objectList(tree, node, depth);
    return this.passWord(NULL);
  }

  private objectList(tree: ScanTree, node: number, depth: number): boolean {
    if (!this.opensList(depth)) return false;
    if (this.endsList()) return true;
    do if (!this.objects(tree, node, depth + 1)) return false;
    while (this.goesOn());
    return this.endsList();
  }

  // Loops of their own, with no function for the items: a flow's closures and what they held were half of its garbage.

  private opensList(depth: number): boolean {
    this.at += 1;
    return depth <= MAX_DEPTH;
  }

  private goesOn(): boolean {
    if (this.next() !== COMMA) return false;
    this.at += 1;
    return true;
  }

  private endsList(): boolean {
    if (this.next() !== CLOSE_LIST) return false;
    this.at += 1;
    return true;
  }

  private fieldList(targets: readonly ScanTarget[], depth: number): boolean {
    if (!this.opensList(depth)) return false;
    if (this.endsList()) return true;
    do if (!this.fieldValues(targets, depth + 1)) return false;
    while (this.goesOn());
    return this.endsList();
  }

  private fieldValues(targets: readonly ScanTarget[], depth: number): boolean {
    const byte = this.next();
    if (byte === OPEN_LIST) return this.fieldList(targets, depth);
    const start = this.at;
    if (byte === QUOTE) {
      if (!this.passString()) return false;
      const { hasEscapes, values, at } = this;
      for (let index = 0; index < targets.length; index += 1) {
        const target = targets[index];
        if (target === undefined) continue;
        if (hasEscapes) values.addEscaped(target, start + 1, at - 1);
        else values.addText(target, start + 1, at - 1);
      }
      return true;
    }
    if (byte === MINUS || (byte >= ZERO && byte <= NINE)) return this.number(targets);
    if (byte === OPEN_OBJECT) return false;
    if (byte === NULL[0]) return this.passWord(NULL);
    const isTrue = byte === TRUE[0];
    if (!this.passWord(isTrue ? TRUE : FALSE)) return false;
    for (const target of targets) this.values.addBoolean(target, isTrue);
    return true;
  }

  private number(targets: readonly ScanTarget[]): boolean {
    const { bytes, values } = this;
    const start = this.at;
    let at = start;
    const isNegative = bytes[at] === MINUS;
    if (isNegative) at += 1;
    const first = at;
    let digits = 0;
    let digit = (bytes[at] ?? 0) - ZERO;
    for (; digit >= 0 && digit <= 9; digit = (bytes[at] ?? 0) - ZERO) {
      digits = digits * 10 + digit;
      at += 1;
    }
    let count = at - first;
    // 01 is no number
    if (count === 0 || (count > 1 && bytes[first] === ZERO)) return false;
    let fraction = 0;
    if (bytes[at] === POINT) {
      at += 1;
      const point = at;
      digit = (bytes[at] ?? 0) - ZERO;
      for (; digit >= 0 && digit <= 9; digit = (bytes[at] ?? 0) - ZERO) {
        digits = digits * 10 + digit;
        at += 1;
      }
      fraction = at - point;
      if (fraction === 0) return false;
      count += fraction;
    }
    const byte = bytes[at];
    if (byte === 69 || byte === 101) {
      if (!this.passNumber()) return false;
      for (const target of targets) values.addLongNumber(target, false, start, this.at);
      return true;
    }
    this.at = at;
    const isPlain = count <= MAX_DIGITS;
    const number = isNegative ? -digits : digits;
    const divisor = POWERS[fraction] ?? 1;
    for (let index = 0; index < targets.length; index += 1) {
      const target = targets[index];
      if (target === undefined) continue;
      if (isPlain) values.addNumber(target, number, divisor, start, at);
      else values.addLongNumber(target, fraction === 0, start, at);
    }
    return true;
  }

  private flatValues(target: FieldNode, depth: number): boolean {
    this.next();
    const start = this.at;
    if (!this.passValue(depth)) return false;
    const fields: Field[] = [];
    const values: ColumnValue[] = [];
    addFieldValues(target, parseJson(` ${this.bytes.toString('utf8', start, this.at)}`), {
      documentId: '',
      fields,
      values,
    });
    for (const [at, field] of fields.entries()) {
      const value = values[at];
      if (value !== undefined) this.values.addValue(field, value);
    }
    return true;
  }

  /** Any value, as JSON.parse would take it. */
  private passValue(depth: number): boolean {
    const byte = this.next();
    if (byte === QUOTE) return this.passString();
    if (byte === MINUS || (byte >= ZERO && byte <= NINE)) return this.passNumber();
    if (byte === OPEN_LIST) return this.passList(depth);
    if (byte === TRUE[0]) return this.passWord(TRUE);
    if (byte === FALSE[0]) return this.passWord(FALSE);
    if (byte !== OPEN_OBJECT) return this.passWord(NULL);
    if (depth > MAX_DEPTH) return false;
    this.at += 1;
    for (let isFirst = true; ; isFirst = false) {
      const name = this.next();
      if (name === CLOSE_OBJECT && isFirst) break;
      if (name !== QUOTE || !this.passString() || this.next() !== COLON) return false;
      this.at += 1;
      if (!this.passValue(depth + 1)) return false;
      const after = this.next();
      if (after === CLOSE_OBJECT) break;
      if (after !== COMMA) return false;
      this.at += 1;
    }
    this.at += 1;
    return true;
  }

  private passList(depth: number): boolean {
    if (!this.opensList(depth)) return false;
    if (this.endsList()) return true;
    do if (!this.passValue(depth + 1)) return false;
    while (this.goesOn());
    return this.endsList();
  }

  private passWord(word: Buffer): boolean {
    for (let index = 0; index < word.length; index += 1) if (this.bytes[this.at + index] !== word[index]) return false;
    this.at += word.length;
    return true;
  }

  private passNumber(): boolean {
    if (this.bytes[this.at] === MINUS) this.at += 1;
    const isZero = this.bytes[this.at] === ZERO;
    const whole = this.passDigits();
    if (whole === 0 || (isZero && whole > 1)) return false;
    if (this.bytes[this.at] === POINT) {
      this.at += 1;
      if (this.passDigits() === 0) return false;
    }
    const byte = this.bytes[this.at];
    if (byte !== 69 && byte !== 101) return true;
    this.at += 1;
    const sign = this.bytes[this.at];
    if (sign === 43 || sign === MINUS) this.at += 1;
    return this.passDigits() > 0;
  }

  private passDigits(): number {
    const { bytes, at: start } = this;
    let at = start;
    for (let byte = bytes[at] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[at] ?? 0) at += 1;
    this.at = at;
    return at - start;
  }

  /** A string, from its quotation mark to behind the other. */
  private passString(): boolean {
    const { bytes } = this;
    const { length } = bytes;
    let at = this.at + 1;
    this.hasEscapes = false;
    while (at < length) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) {
        this.at = at + 1;
        return true;
      }
      if (byte < 32) return false;
      at += 1;
      if (byte !== BACKSLASH) continue;
      this.hasEscapes = true;
      const letter = bytes[at] ?? 0;
      at += 1;
      if (letter === 117) {
        for (const end = at + 4; at < end; at += 1) if (!isHex(bytes[at] ?? 0)) return false;
      } else if (!ESCAPED.includes(letter)) {
        return false;
      }
    }
    return false;
  }
}

/** What may stand behind a backslash, but for u. */
const ESCAPED = Buffer.from('"\\/bfnrt');

function isHex(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || (byte >= 65 && byte <= 70) || (byte >= 97 && byte <= 102);
}
