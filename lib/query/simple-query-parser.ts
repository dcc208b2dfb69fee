// query: reads simple_query_string, Lucene's syntax for search boxes: what cannot be understood is left out, nothing is an error.
// https://docs.opensearch.org/latest/query-dsl/full-text/simple-query-string/

export type SimpleNode =
  | { readonly kind: 'all' }
  /** A text for the analyser. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'phrase'; readonly text: string; readonly slop: number }
  | { readonly kind: 'prefix'; readonly text: string }
  | { readonly kind: 'fuzzy'; readonly text: string; readonly edits: 1 | 2 }
  | { readonly kind: 'not'; readonly node: SimpleNode }
  | { readonly kind: 'group'; readonly occur: 'must' | 'should'; readonly nodes: readonly SimpleNode[] };

export const SIMPLE_FLAGS = [
  ...(['AND', 'NOT', 'OR', 'PREFIX', 'PHRASE', 'PRECEDENCE', 'ESCAPE', 'WHITESPACE', 'FUZZY', 'NEAR'] as const),
] as const;
export type SimpleFlag = (typeof SIMPLE_FLAGS)[number];

export interface SimpleQueryOptions {
  readonly defaultOperator: 'and' | 'or';
  /** The operators that are operators; the others are ordinary characters. */
  readonly flags: ReadonlySet<string>;
}

const WHITE_SPACE = ' \t\n\r';
const MAX_EDITS = 2;
/** Subqueries within subqueries. */
const MAX_DEPTH = 200;

/** Undefined where nothing is asked for. */
export function parseSimpleQuery(text: string, options: SimpleQueryOptions): SimpleNode | undefined {
  if (text.trim() === '*') return { kind: 'all' };
  return new SimpleReader(text, options, 0).read();
}

type Occur = 'must' | 'should';

class SimpleReader {
  private at = 0;
  private top: SimpleNode | undefined;
  private current: Occur | undefined;
  private previous: Occur | undefined;
  private negations = 0;
  private readonly text: string;
  private readonly options: SimpleQueryOptions;
  private readonly depth: number;

  constructor(text: string, options: SimpleQueryOptions, depth: number) {
    this.text = text;
    this.options = options;
    this.depth = depth;
  }

  read(): SimpleNode | undefined {
    while (this.at < this.text.length) {
      if (this.isAt('(', 'PRECEDENCE')) this.readSubquery();
      else if (this.isAt(')', 'PRECEDENCE')) this.at += 1;
      else if (this.isAt('"', 'PHRASE')) this.readPhrase();
      else if (this.isAt('+', 'AND')) this.readOperator('must');
      else if (this.isAt('|', 'OR')) this.readOperator('should');
      else if (this.isAt('-', 'NOT')) {
        this.negations += 1;
        this.at += 1;
        continue;
      } else if (this.isAt(WHITE_SPACE, 'WHITESPACE')) this.at += 1;
      else this.readToken();
      this.negations = 0;
    }
    return this.top;
  }

  private isOn(flag: SimpleFlag): boolean {
    return this.options.flags.has(flag);
  }

  private isAt(chars: string, flag: SimpleFlag): boolean {
    return this.at < this.text.length && chars.includes(this.text.charAt(this.at)) && this.isOn(flag);
  }

  /** The first of several operators counts, and only behind something that it can join. */
  private readOperator(occur: Occur): void {
    if (this.current === undefined && this.top !== undefined) this.current = occur;
    this.at += 1;
  }

  private readSubquery(): void {
    this.at += 1;
    const start = this.at;
    let open = 1;
    let isEscaped = false;
    for (; this.at < this.text.length; this.at += 1) {
      const char = this.text.charAt(this.at);
      if (!isEscaped && this.isAt('\\', 'ESCAPE')) {
        isEscaped = true;
        continue;
      }
      if (!isEscaped && char === '(') open += 1;
      if (!isEscaped && char === ')') open -= 1;
      if (open === 0) break;
      isEscaped = false;
    }
    if (this.at >= this.text.length || this.depth >= MAX_DEPTH) {
      this.at = start;
    } else if (this.at === start) {
      this.current = undefined;
      this.at += 1;
    } else {
      this.add(new SimpleReader(this.text.slice(start, this.at), this.options, this.depth + 1).read());
      this.at += 1;
    }
  }

  private readPhrase(): void {
    this.at += 1;
    const start = this.at;
    let phrase = '';
    let isEscaped = false;
    let hasSlop = false;
    for (; this.at < this.text.length; this.at += 1) {
      const char = this.text.charAt(this.at);
      if (!isEscaped && this.isAt('\\', 'ESCAPE')) {
        isEscaped = true;
        continue;
      }
      if (!isEscaped && char === '"') break;
      isEscaped = false;
      phrase += char;
    }
    if (this.at >= this.text.length) {
      this.at = start;
      return;
    }
    if (this.text.charAt(this.at + 1) === '~' && this.isOn('NEAR')) {
      this.at += 1;
      hasSlop = true;
    }
    if (phrase === '' && this.at === start) {
      this.current = undefined;
      this.at += 1;
      return;
    }
    this.add({ kind: 'phrase', text: phrase, slop: hasSlop ? this.readNumber() : 0 });
    this.at += 1;
  }

  private readToken(): void {
    let word = '';
    let isEscaped = false;
    let isPrefix = false;
    let isFuzzy = false;
    for (; this.at < this.text.length; this.at += 1) {
      if (!isEscaped) {
        if (this.isAt('\\', 'ESCAPE')) {
          isEscaped = true;
          isPrefix = false;
          continue;
        }
        if (this.endsToken()) break;
        if (word !== '' && this.isAt('~', 'FUZZY')) {
          isFuzzy = true;
          break;
        }
        isPrefix = word !== '' && this.isAt('*', 'PREFIX');
      }
      isEscaped = false;
      word += this.text.charAt(this.at);
    }
    if (word === '') return;
    const edits = isFuzzy ? Math.min(MAX_EDITS, this.readNumber()) : 0;
    if (edits > 0) this.add({ kind: 'fuzzy', text: word, edits: edits === 1 ? 1 : 2 });
    else if (isPrefix && !isFuzzy) this.add({ kind: 'prefix', text: word.slice(0, -1) });
    else this.add({ kind: 'text', text: word });
  }

  private endsToken(): boolean {
    return (
      this.isAt('"', 'PHRASE') ||
      this.isAt('|', 'OR') ||
      this.isAt('+', 'AND') ||
      this.isAt('()', 'PRECEDENCE') ||
      this.isAt(WHITE_SPACE, 'WHITESPACE')
    );
  }

  /** Behind a tilde: nothing is two, what is no number is none. */
  private readNumber(): number {
    if (this.text.charAt(this.at) !== '~') return 0;
    let digits = '';
    for (this.at += 1; this.at < this.text.length && !this.endsToken(); this.at += 1)
      digits += this.text.charAt(this.at);
    if (digits === '') return MAX_EDITS;
    return /^[+-]?\d{1,9}$/.test(digits) ? Math.max(0, Number(digits)) : 0;
  }

  /** Where the operator changes, all that was read so far becomes one clause of the new. */
  private add(node: SimpleNode | undefined): void {
    if (node !== undefined) {
      const branch: SimpleNode = this.negations % 2 === 1 ? { kind: 'not', node } : node;
      if (this.top === undefined) {
        this.top = branch;
      } else {
        const occur = this.current ?? (this.options.defaultOperator === 'and' ? 'must' : 'should');
        const before = this.previous === occur && this.top.kind === 'group' ? this.top.nodes : [this.top];
        this.top = { kind: 'group', occur, nodes: [...before, branch] };
        this.previous = occur;
      }
    }
    this.current = undefined;
  }
}
