// query: cuts a query string into the tokens of Lucene's classic query parser.
// https://lucene.apache.org/core/10_0_0/queryparser/org/apache/lucene/queryparser/classic/package-summary.html
import { querySyntaxError } from './query-syntax-error.ts';

export type TokenKind =
  | 'and'
  | 'or'
  | 'not'
  | 'plus'
  | 'minus'
  | 'bare-operator'
  | 'open'
  | 'close'
  | 'colon'
  | 'star'
  | 'caret'
  | 'number'
  | 'quoted'
  | 'term'
  | 'fuzzy'
  | 'prefix'
  | 'wildcard'
  | 'regexp'
  | 'range-in'
  | 'range-ex'
  | 'range-to'
  | 'range-quoted'
  | 'range-text'
  | 'range-in-end'
  | 'range-ex-end'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As written, escapes included. */
  readonly image: string;
  readonly start: number;
  readonly end: number;
}

const WHITE_SPACE = new Set([' ', '\t', '\n', '\r', '\u3000']);
const SPECIAL = new Set([
  ...WHITE_SPACE,
  ...['+', '-', '!', '(', ')', ':', '^', '[', ']', '"', '{', '}', '~', '*', '?', '\\', '/'],
]);
const SINGLE: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  ['(', 'open'],
  [')', 'close'],
  [':', 'colon'],
  ['+', 'plus'],
  ['-', 'minus'],
  ['!', 'not'],
]);
const WORD_OPERATORS: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  ['AND', 'and'],
  ['&&', 'and'],
  ['OR', 'or'],
  ['||', 'or'],
  ['NOT', 'not'],
]);

/** All tokens of the text, closed by one of kind `end`; throws `invalid-query` with the position where none fits. */
export function readTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let state: 'query' | 'boost' | 'range' = 'query';
  while (at < text.length) {
    if (WHITE_SPACE.has(text.charAt(at))) {
      at += 1;
      continue;
    }
    const token: Token =
      state === 'boost' ? readNumber(text, at) : state === 'range' ? readRangeToken(text, at) : readToken(text, at);
    tokens.push(token);
    at = token.end;
    state = nextState(state, token.kind);
  }
  tokens.push({ kind: 'end', image: '', start: text.length, end: text.length });
  return tokens;
}

function nextState(state: 'query' | 'boost' | 'range', kind: TokenKind): 'query' | 'boost' | 'range' {
  if (kind === 'caret') return 'boost';
  if (kind === 'range-in' || kind === 'range-ex') return 'range';
  if (state === 'boost' || kind === 'range-in-end' || kind === 'range-ex-end') return 'query';
  return state;
}

function readToken(text: string, start: number): Token {
  const first = text.charAt(start);
  if ((first === '+' || first === '-' || first === '!') && WHITE_SPACE.has(text.charAt(start + 1))) {
    return token('bare-operator', text, start, start + 2);
  }
  const single = SINGLE.get(first);
  if (single !== undefined) return token(single, text, start, start + 1);
  if (first === '^') return token('caret', text, start, start + 1);
  if (first === '[') return token('range-in', text, start, start + 1);
  if (first === '{') return token('range-ex', text, start, start + 1);
  if (first === '"') return readQuoted(text, start);
  if (first === '/') return readRegexp(text, start);
  if (first === '~') return readFuzzy(text, start);
  return readWord(text, start);
}

function readWord(text: string, start: number): Token {
  let at = start;
  let wild = 0;
  let lastWild = -1;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '*' || char === '?') {
      wild += 1;
      lastWild = at;
      at += 1;
    } else if (char === '\\') {
      if (at + 1 >= text.length) {
        throw querySyntaxError('a backslash ends the query', text.length, 'the character it escapes');
      }
      at += 2;
    } else if (!SPECIAL.has(char) || (at > start && (char === '-' || char === '+'))) {
      at += 1;
    } else {
      break;
    }
  }
  if (at === start)
    throw querySyntaxError(
      `unexpected ${JSON.stringify(text.charAt(start))}`,
      start,
      'a word, a quoted phrase, "(" or a range',
    );
  const image = text.slice(start, at);
  if (image === '*') return token('star', text, start, at);
  if (wild === 0) return token(WORD_OPERATORS.get(image) ?? 'term', text, start, at);
  const isPrefix = wild === 1 && lastWild === at - 1 && text.charAt(lastWild) === '*';
  return token(isPrefix ? 'prefix' : 'wildcard', text, start, at);
}

function readQuoted(text: string, start: number): Token {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') at += 1;
    else if (char === '"') return token('quoted', text, start, at + 1);
  }
  throw querySyntaxError('a quoted phrase is not closed', start, 'a closing quote (")');
}

function readRegexp(text: string, start: number): Token {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') at += 1;
    else if (char === '/') return token('regexp', text, start, at + 1);
  }
  throw querySyntaxError(
    '"/" opens a regular expression that is not closed',
    start,
    'a closing "/" (or quotes around a value with "/" in it)',
  );
}

function readFuzzy(text: string, start: number): Token {
  let at = start + 1;
  while (at < text.length) {
    const char = text.charAt(at);
    if (SPECIAL.has(char) && char !== '-' && char !== '+') break;
    at += 1;
  }
  return token('fuzzy', text, start, at);
}

function readNumber(text: string, start: number): Token {
  const found = /^\d+(?:\.\d+)?/.exec(text.slice(start, start + 40));
  if (found === null) throw querySyntaxError('"^" is not followed by a number', start, 'a boost such as ^2 or ^0.5');
  return token('number', text, start, start + found[0].length);
}

function readRangeToken(text: string, start: number): Token {
  const first = text.charAt(start);
  if (first === ']') return token('range-in-end', text, start, start + 1);
  if (first === '}') return token('range-ex-end', text, start, start + 1);
  // Nothing between two quotes is no quoted bound to Lucene, but the two quotes themselves.
  if (first === '"' && text.charAt(start + 1) !== '"') {
    const quoted = readQuoted(text, start);
    return { ...quoted, kind: 'range-quoted' };
  }
  let at = start;
  while (at < text.length && !' ]}'.includes(text.charAt(at))) at += 1;
  return token(text.slice(start, at) === 'TO' ? 'range-to' : 'range-text', text, start, at);
}

function token(kind: TokenKind, text: string, start: number, end: number): Token {
  return { kind, image: text.slice(start, end), start, end };
}
