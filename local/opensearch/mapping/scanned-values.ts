// local/opensearch/mapping: the values of one document as its bytes gave them, in memory that is used again for the next.
import { parseJson } from '../request/json-text.ts';
import { cutAscii, writeUnescaped } from './ascii-tokens.ts';
import { moment, readAddress, readMoment } from './byte-values.ts';
import type { Field } from './field.ts';
import { type ColumnValue, columnValueOf } from './field-value.ts';
import { asStored } from './number-literal.ts';
import type { ScanTarget } from './scan-target.ts';

/** How a value is kept: `a` and `b` are the ends of its bytes (in the document, or in `made`), its number, or the halves of 64 bits. */
export const SHAPE = { bytes: 0, whole: 1, halves: 2, real: 3, address: 4, boolean: 5, value: 6, made: 7 } as const;

const FIRST_VALUES = 512;
const FIRST_MADE_BYTES = 4_096;
const TWO_16 = 65_536;
const TWO_31 = 2_147_483_648;
const TWO_32 = 4_294_967_296;

export class ScannedValues {
  count = 0;
  /** The document's text; values name places in it. */
  bytes: Buffer = Buffer.alloc(0);
  readonly fields: Field[] = [];
  shapes = new Uint8Array(FIRST_VALUES);
  a = new Float64Array(FIRST_VALUES);
  b = new Float64Array(FIRST_VALUES);
  /** Values that were made in another way, by `a`. */
  readonly others: ColumnValue[] = [];
  /** Bytes that had to be made: tokens, texts without their escapes. */
  made: Buffer = Buffer.allocUnsafe(FIRST_MADE_BYTES);
  private madeBytes = 0;
  private plain: Buffer = Buffer.allocUnsafe(FIRST_MADE_BYTES);
  /** The text fields' values once more: their tokens in `made`. */
  private readonly textFields: Field[] = [];
  private readonly textStarts: number[] = [];
  private readonly textEnds: number[] = [];

  begin(bytes: Buffer): void {
    this.bytes = bytes;
    this.count = 0;
    this.others.length = 0;
    this.madeBytes = 0;
    this.textFields.length = 0;
    this.textStarts.length = 0;
    this.textEnds.length = 0;
  }

  get texts(): { fields: readonly Field[]; starts: readonly number[]; ends: readonly number[]; bytes: Uint8Array } {
    return { fields: this.textFields, starts: this.textStarts, ends: this.textEnds, bytes: this.made };
  }

  /** A string's content with escapes, well formed, from `start` to `end`. */
  addEscaped(target: ScanTarget, start: number, end: number): void {
    if (this.plain.length < end - start) this.plain = Buffer.allocUnsafe((end - start) * 2);
    const length = writeUnescaped(this.bytes, start, end, this.plain);
    if (length >= 0 && target.family === 'text' && this.addTokens(target, this.plain, 0, length)) return;
    if (length >= 0 && target.family === 'keyword' && length <= target.plainBytes) {
      this.reserveMade(length);
      this.plain.copy(this.made, this.madeBytes, 0, length);
      this.pushMade(target.field, this.madeBytes + length);
      return;
    }
    this.addJson(target, start - 1, end + 1);
  }

  private addTokens({ field }: ScanTarget, bytes: Uint8Array, start: number, end: number): boolean {
    this.reserveMade(end - start + 2);
    const madeEnd = cutAscii(bytes, start, end, this.made, this.madeBytes);
    if (madeEnd < 0) return false;
    this.pushTokens(field, madeEnd);
    return true;
  }

  private pushTokens(field: Field, end: number): void {
    this.textFields.push(field);
    this.textStarts.push(this.madeBytes);
    this.textEnds.push(end);
    this.pushMade(field, end);
  }

  private pushMade(field: Field, end: number): void {
    this.push(field, SHAPE.made, this.madeBytes, end);
    this.madeBytes = end;
  }

  private reserveMade(bytes: number): void {
    if (this.madeBytes + bytes <= this.made.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.made.length * 2, this.madeBytes + bytes));
    this.made.copy(larger, 0, 0, this.madeBytes);
    this.made = larger;
  }

  /** A text without escapes, from `start` to `end`. */
  addText(target: ScanTarget, start: number, end: number): void {
    const { field } = target;
    switch (target.family) {
      case 'text':
        if (this.addTokens(target, this.bytes, start, end)) return;
        break;
      case 'keyword':
        if (end - start > target.plainBytes) break;
        this.push(field, SHAPE.bytes, start, end);
        return;
      case 'ip': {
        const address = readAddress(this.bytes, start, end);
        if (address < 0) break;
        this.push(field, SHAPE.address, address, 0);
        return;
      }
      case 'date':
      case 'nanos':
        if (this.addMoment(target, start, end)) return;
        break;
    }
    this.addOther(field, this.bytes.toString('utf8', start, end));
  }

  private addMoment(target: ScanTarget, start: number, end: number): boolean {
    if (!target.isCalendar || !readMoment(this.bytes, start, end)) return false;
    const { field } = target;
    const { seconds, nanos } = moment;
    if (field.family === 'date') {
      this.push(field, SHAPE.whole, seconds * 1_000 + Math.floor(nanos / 1_000_000), 0);
      return true;
    }
    if (seconds < 0) return false;
    // the product in parts that a double holds exactly
    const upper = Math.floor(seconds / TWO_16) * 1_000_000_000;
    const lower = (upper % TWO_16) * TWO_16 + (seconds % TWO_16) * 1_000_000_000 + nanos;
    const high = Math.floor(upper / TWO_16) + Math.floor(lower / TWO_32);
    if (high >= TWO_31) return false;
    this.push(field, SHAPE.halves, lower % TWO_32, high);
    return true;
  }

  /** A number of fifteen digits at most, which a double holds exactly or, divided by `divisor`, as nearly as can be. */
  addNumber(target: ScanTarget, digits: number, divisor: number, start: number, end: number): void {
    const { field } = target;
    if (target.family === 'integer' && divisor === 1 && digits >= target.low && digits <= target.high)
      this.push(field, SHAPE.whole, digits, 0);
    else if (target.family === 'real') this.push(field, SHAPE.real, asStored(field, digits / divisor), 0);
    else this.addJson(target, start, end);
  }

  /** A number of more digits, or with an exponent; `isWhole`: perhaps an integer that a double does not hold. */
  addLongNumber(target: ScanTarget, isWhole: boolean, start: number, end: number): void {
    const number = isWhole || target.family !== 'real' ? Number.NaN : Number(this.bytes.toString('latin1', start, end));
    if (Number.isFinite(number)) this.addOther(target.field, number);
    else this.addJson(target, start, end);
  }

  addBoolean(target: ScanTarget, value: boolean): void {
    if (target.family === 'boolean') this.push(target.field, SHAPE.boolean, value ? 1 : 0, 0);
    else this.addOther(target.field, value);
  }

  /** Any value, by its JSON. */
  addJson(target: ScanTarget, start: number, end: number): void {
    // a long integer is told by what stands before it
    this.addOther(target.field, parseJson(` ${this.bytes.toString('utf8', start, end)}`));
  }

  /** Throws where the value does not fit the field. */
  addOther(field: Field, value: unknown): void {
    const converted = columnValueOf(field, value, '');
    if (converted !== undefined) this.addValue(field, converted);
  }

  addValue(field: Field, value: ColumnValue): void {
    if (field.family === 'text' && typeof value === 'string') {
      this.reserveMade(value.length * 3);
      this.pushTokens(field, this.madeBytes + this.made.write(value, this.madeBytes));
      return;
    }
    this.others.push(value);
    this.push(field, SHAPE.value, this.others.length - 1, 0);
  }

  private push(field: Field, shape: number, a: number, b: number): void {
    const { count } = this;
    if (count === this.shapes.length) this.grow();
    this.fields[count] = field;
    this.shapes[count] = shape;
    this.a[count] = a;
    this.b[count] = b;
    this.count = count + 1;
  }

  private grow(): void {
    const { shapes, a, b } = this;
    this.shapes = new Uint8Array(shapes.length * 2);
    this.shapes.set(shapes);
    this.a = new Float64Array(a.length * 2);
    this.a.set(a);
    this.b = new Float64Array(b.length * 2);
    this.b.set(b);
  }
}
