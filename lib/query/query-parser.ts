// query: reads OpenSearch's query_string syntax into a tree, by the rules of Lucene's classic query parser.
// https://docs.opensearch.org/latest/query-dsl/full-text/query-string/

import { unescapeQueryText } from './query-escape.ts';
import { readTokens, type Token, type TokenKind } from './query-lexer.ts';
import type { Occur, QueryNode, Span } from './query-node.ts';
import { querySyntaxError } from './query-syntax-error.ts';

export interface QueryStringOptions {
  readonly defaultOperator?: 'and' | 'or';
  /** A longer text is refused. */
  readonly maxLength?: number;
}

export const DEFAULT_MAX_QUERY_LENGTH = 32_768;
/** Lucene's own default for clauses in one query; also bounds the depth of parentheses by a quarter of it. */
const MAX_CLAUSES = 1_024;
const MAX_DEPTH = 256;

type Conjunction = 'none' | 'and' | 'or';
type Modifier = 'none' | 'required' | 'prohibited';
/** What may not follow a word that belongs to a run of words (such a word stands alone). */
const ENDS_RUN = new Set<TokenKind>(['colon', 'star', 'fuzzy', 'caret', 'and', 'or']);

/** The tree of a query text, undefined for an empty one; throws `invalid-query` with position and what was expected. */
export function parseQueryString(text: string, options: QueryStringOptions = {}): QueryNode | undefined {
  const maxLength = options.maxLength ?? DEFAULT_MAX_QUERY_LENGTH;
  if (text.length > maxLength) {
    throw querySyntaxError(`the query has ${text.length} characters`, maxLength, `at most ${maxLength} characters`);
  }
  const parser = new QueryParser(readTokens(text), options.defaultOperator ?? 'or');
  return parser.parse();
}

class QueryParser {
  private at = 0;
  private clauseCount = 0;
  private readonly tokens: readonly Token[];
  private readonly defaultOperator: 'and' | 'or';

  constructor(tokens: readonly Token[], defaultOperator: 'and' | 'or') {
    this.tokens = tokens;
    this.defaultOperator = defaultOperator;
  }

  parse(): QueryNode | undefined {
    if (this.peek().kind === 'end') return undefined;
    const node = this.readQuery(undefined, undefined, 0);
    const rest = this.peek();
    if (rest.kind !== 'end') {
      throw querySyntaxError(
        `unexpected ${JSON.stringify(rest.image)}`,
        rest.start,
        'the end of the query or an operator',
      );
    }
    return node;
  }

  private peek(ahead = 0): Token {
    const last = this.tokens.length - 1;
    const token = this.tokens[Math.min(this.at + ahead, last)];
    if (token === undefined) throw querySyntaxError('the query is empty', 0, 'a word');
    return token;
  }

  private take(): Token {
    const token = this.peek();
    this.at += 1;
    return token;
  }

  private readQuery(field: string | undefined, fieldSpan: Span | undefined, depth: number): QueryNode {
    if (depth > MAX_DEPTH)
      throw querySyntaxError('parentheses are nested too deep', this.peek().start, `at most ${MAX_DEPTH} levels`);
    const start = this.peek().start;
    const clauses: { occur: Occur; node: QueryNode }[] = [];
    let lone: QueryNode | undefined;
    let first = true;
    while (first || (this.peek().kind !== 'end' && this.peek().kind !== 'close')) {
      if (this.startsRun()) {
        this.addClause(clauses, 'none', 'none', this.readRun(field, fieldSpan));
      } else {
        const conjunction = first ? 'none' : this.readConjunction();
        const modifier = this.readModifier();
        const node = this.readClause(field, fieldSpan, depth);
        this.addClause(clauses, conjunction, modifier, node);
        if (first && modifier === 'none') lone = node;
      }
      first = false;
    }
    if (clauses.length === 1 && lone !== undefined) return lone;
    return { kind: 'boolean', clauses, boost: 1, span: { start, end: this.previousEnd() } };
  }

  private previousEnd(): number {
    return this.tokens[this.at - 1]?.end ?? 0;
  }

  /** Lucene's addClause: AND makes its left neighbour required, OR under a default AND makes it optional again. */
  private addClause(
    clauses: { occur: Occur; node: QueryNode }[],
    conjunction: Conjunction,
    modifier: Modifier,
    node: QueryNode,
  ): void {
    this.clauseCount += 1;
    if (this.clauseCount > MAX_CLAUSES)
      throw querySyntaxError('the query has too many clauses', this.previousEnd(), `at most ${MAX_CLAUSES}`);
    const left = clauses.at(-1);
    if (left !== undefined && left.occur !== 'must-not') {
      if (conjunction === 'and') left.occur = 'must';
      else if (conjunction === 'or' && this.defaultOperator === 'and') left.occur = 'should';
    }
    clauses.push({ occur: this.occurOf(conjunction, modifier), node });
  }

  private occurOf(conjunction: Conjunction, modifier: Modifier): Occur {
    if (modifier === 'prohibited') return 'must-not';
    if (this.defaultOperator === 'or') return modifier === 'required' || conjunction === 'and' ? 'must' : 'should';
    return conjunction === 'or' ? 'should' : 'must';
  }

  private readConjunction(): Conjunction {
    const kind = this.peek().kind;
    if (kind !== 'and' && kind !== 'or') return 'none';
    this.take();
    return kind;
  }

  private readModifier(): Modifier {
    const kind = this.peek().kind;
    if (kind === 'plus') {
      this.take();
      return 'required';
    }
    if (kind !== 'minus' && kind !== 'not') return 'none';
    this.take();
    return 'prohibited';
  }

  private isRunWord(ahead: number): boolean {
    return this.peek(ahead).kind === 'term' && !ENDS_RUN.has(this.peek(ahead + 1).kind);
  }

  private startsRun(): boolean {
    return this.peek().kind === 'term' && this.isRunWord(1);
  }

  private readRun(field: string | undefined, fieldSpan: Span | undefined): QueryNode {
    const first = this.take();
    let image = first.image;
    while (this.isRunWord(0)) image += ` ${this.take().image}`;
    const span = { start: first.start, end: this.previousEnd() };
    return { kind: 'term', field, fieldSpan, span, boost: 1, text: unescapeQueryText(image), isRun: true };
  }

  private readClause(field: string | undefined, fieldSpan: Span | undefined, depth: number): QueryNode {
    const token = this.peek();
    if ((token.kind === 'term' || token.kind === 'star') && this.peek(1).kind === 'colon') {
      this.take();
      this.take();
      const name = token.kind === 'star' ? '*' : unescapeQueryText(token.image);
      return this.readOperand(name, { start: token.start, end: token.end }, depth);
    }
    return this.readOperand(field, fieldSpan, depth);
  }

  private readOperand(field: string | undefined, fieldSpan: Span | undefined, depth: number): QueryNode {
    const token = this.peek();
    if (token.kind !== 'open') return this.readLeaf(field, fieldSpan);
    this.take();
    const inner = this.readQuery(field, fieldSpan, depth + 1);
    if (this.peek().kind !== 'close') {
      throw querySyntaxError(`the "(" at position ${token.start} is not closed`, this.peek().start, '")"');
    }
    this.take();
    const boost = this.readBoost();
    return boost === 1 ? inner : { ...inner, boost: inner.boost * boost };
  }

  private readLeaf(field: string | undefined, fieldSpan: Span | undefined): QueryNode {
    const token = this.take();
    switch (token.kind) {
      case 'term':
      case 'number':
      case 'bare-operator':
      case 'star':
      case 'prefix':
      case 'wildcard':
      case 'regexp':
        return this.readWordLeaf(token, field, fieldSpan);
      case 'quoted': {
        const fuzzy = this.peek().kind === 'fuzzy' ? this.take() : undefined;
        const boost = this.readBoost();
        const text = unescapeQueryText(token.image.slice(1, -1));
        const span = { start: token.start, end: this.previousEnd() };
        if (field === '_exists_') return { kind: 'exists', field, fieldSpan, span, boost, name: text };
        const slop = fuzzy === undefined ? undefined : slopOf(fuzzy);
        return { kind: 'phrase', field, fieldSpan, span, boost, text, slop };
      }
      case 'range-in':
      case 'range-ex':
        return this.readRange(token, field, fieldSpan);
      default:
        throw querySyntaxError(
          token.kind === 'end' ? 'the query ends too early' : `unexpected ${JSON.stringify(token.image)}`,
          token.start,
          'a word, a quoted phrase, a range or "("',
        );
    }
  }

  private readWordLeaf(token: Token, field: string | undefined, fieldSpan: Span | undefined): QueryNode {
    let boost = this.readBoost();
    const fuzzy = this.peek().kind === 'fuzzy' ? this.take() : undefined;
    if (boost === 1) boost = this.readBoost();
    const leaf = { field, fieldSpan, span: { start: token.start, end: this.previousEnd() }, boost };
    if (token.kind === 'star') return starLeaf(leaf);
    if (token.kind === 'prefix' || token.kind === 'wildcard')
      return { ...leaf, kind: token.kind, pattern: token.image };
    if (token.kind === 'regexp')
      return { ...leaf, kind: 'regexp', pattern: token.image.slice(1, -1).replaceAll('\\/', '/') };
    const text = token.kind === 'bare-operator' ? token.image.charAt(0) : unescapeQueryText(token.image);
    if (fuzzy !== undefined) return { ...leaf, kind: 'fuzzy', text, edits: editsOf(fuzzy) };
    if (field === '_exists_') return { ...leaf, kind: 'exists', name: text };
    return oneSidedRange(leaf, text) ?? { ...leaf, kind: 'term', text, isRun: false };
  }

  private readRange(open: Token, field: string | undefined, fieldSpan: Span | undefined): QueryNode {
    const from = this.readBound();
    const between = this.take();
    if (between.kind !== 'range-to') throw querySyntaxError('a range lacks its TO', between.start, '[from TO to]');
    const to = this.readBound();
    const close = this.take();
    if (close.kind !== 'range-in-end' && close.kind !== 'range-ex-end') {
      throw querySyntaxError('a range is not closed', close.start, '"]" or "}" after [from TO to');
    }
    const boost = this.readBoost();
    return {
      kind: 'range',
      field,
      fieldSpan,
      span: { start: open.start, end: this.previousEnd() },
      boost,
      from,
      to,
      includeFrom: open.kind === 'range-in',
      includeTo: close.kind === 'range-in-end',
    };
  }

  private readBound(): string | undefined {
    const token = this.take();
    if (token.kind === 'range-quoted') return unescapeQueryText(token.image.slice(1, -1));
    if (token.kind !== 'range-text' && token.kind !== 'range-to')
      throw querySyntaxError('a range lacks a bound', token.start, '[from TO to], with * for an open side');
    return token.image === '*' ? undefined : unescapeQueryText(token.image);
  }

  private readBoost(): number {
    if (this.peek().kind !== 'caret') return 1;
    this.take();
    const number = this.take();
    if (number.kind !== 'number')
      throw querySyntaxError('"^" is not followed by a number', number.start, 'a boost such as ^2');
    return Number(number.image);
  }
}

interface LeafParts {
  readonly field: string | undefined;
  readonly fieldSpan: Span | undefined;
  readonly span: Span;
  readonly boost: number;
}

/** `*` and `*:*` are everything; `name:*` asks whether the field is there. */
function starLeaf(leaf: LeafParts): QueryNode {
  if (leaf.field === undefined || leaf.field === '*') return { ...leaf, kind: 'all' };
  return { ...leaf, kind: 'exists', name: leaf.field };
}

/** `name:>5` and its kin are ranges, but only after a field name. */
function oneSidedRange(leaf: LeafParts, text: string): QueryNode | undefined {
  if (leaf.field === undefined || text.length < 2) return undefined;
  const operator = text.length > 2 && text.charAt(1) === '=' ? text.slice(0, 2) : text.charAt(0);
  const bound = text.slice(operator.length);
  const range = { ...leaf, kind: 'range', includeFrom: operator === '>=', includeTo: operator === '<=' } as const;
  if (operator === '>' || operator === '>=') return { ...range, from: bound, to: undefined, includeTo: true };
  if (operator === '<' || operator === '<=') return { ...range, from: undefined, to: bound, includeFrom: true };
  return undefined;
}

function slopOf(token: Token): number {
  const value = Number.parseFloat(token.image.slice(1));
  return Number.isFinite(value) ? Math.trunc(value) : 0;
}

function editsOf(token: Token): number | undefined {
  const written = token.image.slice(1);
  if (written === '') return undefined;
  const value = Number(written);
  if (!Number.isFinite(value))
    throw querySyntaxError(`"~${written}" is not a number of edits`, token.start, '~, ~0, ~1 or ~2');
  return Math.min(2, Math.trunc(value));
}
