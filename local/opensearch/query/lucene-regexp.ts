// local/opensearch/query: Lucene's regular expressions as the linear-time expressions DuckDB runs (RE2).
// https://lucene.apache.org/core/10_0_0/core/org/apache/lucene/util/automaton/RegExp.html
import { illegalArgument, unsupported } from '../request/response-error.ts';

export const MAX_REGEXP_LENGTH = 1_000;
/** What RE2 allows between braces. */
const MAX_REPEATS = 1_000;
const MAX_DEPTH = 200;
const NEVER = '[^\\x00-\\x{10ffff}]';
const CLASSES: Readonly<Record<string, string>> = {
  d: '0-9',
  w: '0-9A-Z_a-z',
  s: '\\t\\n\\r ',
};

export interface RegexpOptions {
  /** What `.` stands for: in texts a word's own characters only. */
  readonly any: '.' | '[^ ]';
  /** `flags` NONE: only what every dialect has. */
  readonly isPlain?: boolean;
}

/** Alternatives, each a list of expressions that must all fit; mostly it is one alternative of one expression. */
export type Translated = readonly (readonly string[])[];

/** Throws where the text is no expression, and where RE2 cannot say what it means. */
export function translateRegexp(pattern: string, options: RegexpOptions): Translated {
  if (pattern.length > MAX_REGEXP_LENGTH) {
    throw illegalArgument(
      `The length of regex [${pattern.length}] used in the Regexp Query request has exceeded the allowed maximum of [${MAX_REGEXP_LENGTH}].`,
    );
  }
  if (pattern === '') return [['']];
  return new RegexpReader(pattern, options).read();
}

class RegexpReader {
  private at = 0;
  private depth = 0;
  private readonly pattern: string;
  private readonly options: RegexpOptions;

  constructor(pattern: string, options: RegexpOptions) {
    this.pattern = pattern;
    this.options = options;
  }

  read(): Translated {
    const alternatives = this.readUnion();
    if (this.at < this.pattern.length) throw this.malformed('end of the expression expected');
    return alternatives;
  }

  private readUnion(): string[][] {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw this.malformed(`parentheses are nested more than ${MAX_DEPTH} deep`);
    const alternatives = [this.readIntersection()];
    while (this.skip('|')) alternatives.push(this.readIntersection());
    this.depth -= 1;
    return alternatives;
  }

  private readIntersection(): string[] {
    const parts = [this.readConcatenation()];
    while (!this.isPlain && this.skip('&')) parts.push(this.readConcatenation());
    return parts;
  }

  private readConcatenation(): string {
    let expression = this.readRepeat();
    while (this.at < this.pattern.length && !this.peeks(')|') && (this.isPlain || !this.peeks('&'))) {
      expression += this.readRepeat();
    }
    return expression;
  }

  private readRepeat(): string {
    let expression = this.peeks('[') ? this.readClass() : this.readSimple();
    while (this.peeks('?*+{')) {
      const operator = this.take();
      expression = `(?:${expression})${operator === '{' ? this.readCounts() : operator}`;
    }
    return expression;
  }

  private readCounts(): string {
    const least = this.readInteger();
    let most: number | undefined = least;
    if (this.skip(',')) most = this.peeks('}') ? undefined : this.readInteger();
    if (!this.skip('}')) throw this.malformed('"}" expected');
    if (most !== undefined && least > most) throw this.malformed(`repetition out of order: ${least}..${most}`);
    if (Math.max(least, most ?? 0) > MAX_REPEATS)
      throw illegalArgument(`regexp [${this.pattern}] repeats more than ${MAX_REPEATS} times`);
    return most === undefined ? `{${least},}` : `{${least},${most}}`;
  }

  private readInteger(): number {
    const start = this.at;
    while (this.peeks('0123456789')) this.at += 1;
    if (start === this.at) throw this.malformed('a whole number expected');
    return Number(this.pattern.slice(start, this.at));
  }

  private readClass(): string {
    this.at += 1;
    const isNegated = this.skip('^');
    let members = '';
    do members += this.readClassMember();
    while (this.at < this.pattern.length && !this.peeks(']'));
    if (!this.skip(']')) throw this.malformed('"]" expected');
    return `[${isNegated ? '^' : ''}${isNegated && this.options.any === '[^ ]' ? ' ' : ''}${members}]`;
  }

  private readClassMember(): string {
    const predefined = this.readPredefined();
    if (predefined !== undefined) return predefined.isNegated ? negatedMembers(predefined.members) : predefined.members;
    const from = this.readChar();
    if (!this.skip('-')) return escapeMember(from);
    const to = this.readChar();
    if ((from.codePointAt(0) ?? 0) > (to.codePointAt(0) ?? 0))
      throw this.malformed(`range out of order: ${from}-${to}`);
    return `${escapeMember(from)}-${escapeMember(to)}`;
  }

  private readSimple(): string {
    const predefined = this.readPredefined();
    if (predefined !== undefined) {
      const blank = predefined.isNegated && this.options.any === '[^ ]' ? ' ' : '';
      return `[${predefined.isNegated ? '^' : ''}${blank}${predefined.members}]`;
    }
    if (this.skip('.')) return this.options.any;
    if (!this.isPlain) {
      if (this.skip('#')) return NEVER;
      if (this.skip('@')) return `${this.options.any}*`;
      if (this.skip('"')) return this.readQuoted();
      if (this.skip('<')) return this.readInterval();
    }
    if (this.skip('(')) {
      if (this.skip(')')) return '(?:)';
      const inner = this.readUnion();
      if (!this.skip(')')) throw this.malformed('")" expected');
      const parts = inner.map((all) => {
        if (all.length > 1)
          throw unsupported(`operator [&] inside parentheses in regular expression [${this.pattern}]`);
        return all[0] ?? '';
      });
      return `(?:${parts.join('|')})`;
    }
    return escapeExpression(this.readChar());
  }

  private readQuoted(): string {
    const end = this.pattern.indexOf('"', this.at);
    if (end < 0) throw this.malformed("'\"' expected");
    const text = this.pattern.slice(this.at, end);
    this.at = end + 1;
    return `(?:${escapeExpression(text)})`;
  }

  /** `<1-100>`: numbers from 1 to 100; leading zeros count where both bounds have the same length. */
  private readInterval(): string {
    const end = this.pattern.indexOf('>', this.at);
    if (end < 0) throw this.malformed('">" expected');
    const text = this.pattern.slice(this.at, end);
    const bounds = /^(\d{1,9})-(\d{1,9})$/.exec(text);
    if (bounds === null) throw this.malformed(`<${text}> is no interval of numbers`);
    this.at = end + 1;
    const [first, second] = [bounds[1] ?? '', bounds[2] ?? ''];
    const [low, high] = [Math.min(Number(first), Number(second)), Math.max(Number(first), Number(second))];
    if (high - low >= MAX_REPEATS)
      throw illegalArgument(`regexp [${this.pattern}]: an interval of more than ${MAX_REPEATS} numbers`);
    const width = first.length === second.length ? first.length : 0;
    const numbers = Array.from({ length: high - low + 1 }, (_, more) => String(low + more).padStart(width, '0'));
    return `${width === 0 ? '0*' : ''}(?:${numbers.join('|')})`;
  }

  private readPredefined(): { readonly members: string; readonly isNegated: boolean } | undefined {
    if (!this.peeks('\\')) return undefined;
    const letter = this.pattern.charAt(this.at + 1);
    const members = CLASSES[letter.toLowerCase()];
    if (members === undefined) return undefined;
    this.at += 2;
    return { members, isNegated: letter !== letter.toLowerCase() };
  }

  /** One character, a backslash before it or not. */
  private readChar(): string {
    this.skip('\\');
    if (this.at >= this.pattern.length) throw this.malformed('the expression ends too early');
    return this.take();
  }

  private get isPlain(): boolean {
    return this.options.isPlain === true;
  }

  private peeks(chars: string): boolean {
    return this.at < this.pattern.length && chars.includes(this.pattern.charAt(this.at));
  }

  private skip(char: string): boolean {
    if (!this.peeks(char)) return false;
    this.at += 1;
    return true;
  }

  private take(): string {
    const char = String.fromCodePoint(this.pattern.codePointAt(this.at) ?? 0);
    this.at += char.length;
    return char;
  }

  private malformed(problem: string): Error {
    return illegalArgument(`failed to parse regexp [${this.pattern}]: ${problem} at position ${this.at}`);
  }
}

/** What is not among the members, written as members. */
function negatedMembers(members: string): string {
  if (members === CLASSES['d']) return '\\x00-/:-\\x{10ffff}';
  if (members === CLASSES['s']) return '\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f!-\\x{10ffff}';
  return '\\x00-/:-@\\[-\\^`{-\\x{10ffff}';
}

function escapeMember(char: string): string {
  return /[\\\]^[&-]/.test(char) ? `\\${char}` : char;
}

export function escapeExpression(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
