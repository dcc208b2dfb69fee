// local/opensearch/mapping: the standard analyser's tokens of an ASCII text, from its bytes to theirs; other texts are left to `standardTokens`.
import { MAX_TOKEN_LENGTH } from '../../../lib/query/standard-tokens.ts';
import { WORD_CLASSES, type WordClassName, wordClassOf } from '../../../lib/query/word-classes.ts';

const [LETTER, DIGIT, JOINER, MID_LETTER, MID_NUMBER, MID_BOTH] = [1, 2, 3, 4, 5, 6];
const SPACE = 32;
const KINDS: Partial<Record<WordClassName, number>> = {
  letter: LETTER,
  digit: DIGIT,
  joiner: JOINER,
  midLetter: MID_LETTER,
  midNumber: MID_NUMBER,
  midBoth: MID_BOTH,
  singleQuote: MID_BOTH,
};
/** Of each ASCII character; 0 ends a word. What is beyond, 7, is not ours. */
const KIND_OF = Uint8Array.from({ length: 256 }, (_, code) =>
  code < 128 ? (KINDS[WORD_CLASSES[wordClassOf(code)] ?? 'other'] ?? 0) : 7,
);
const LOWER_OF = Uint8Array.from({ length: 256 }, (_, code) => (code >= 65 && code <= 90 ? code + 32 : code));

/**
 * Writes the tokens of a text, as `tokenText` has them, to `target`, which has two bytes more room than the text is long.
 * Where they end; -1: the text is not ASCII, or a word is longer than a token.
 */
export function cutAscii(bytes: Uint8Array, start: number, end: number, target: Uint8Array, from: number): number {
  let to = from;
  for (let at = start; at < end; ) {
    const first = KIND_OF[bytes[at] ?? 0] ?? 0;
    if (first === 0 || first > JOINER) {
      if (first === 7) return -1;
      at += 1;
      continue;
    }
    const wordStart = at;
    at = wordEnd(bytes, at + 1, end, first);
    if (at < 0 || at - wordStart > MAX_TOKEN_LENGTH) return -1;
    if (first === JOINER && isJoined(bytes, wordStart, at)) continue;
    target[to] = SPACE;
    to += 1;
    for (let byte = wordStart; byte < at; byte += 1) {
      target[to] = LOWER_OF[bytes[byte] ?? 0] ?? 0;
      to += 1;
    }
  }
  if (to === from) return to;
  target[to] = SPACE;
  return to + 1;
}

/** Rules WB5 to WB13b, as far as ASCII has cases of them. */
function wordEnd(bytes: Uint8Array, from: number, end: number, first: number): number {
  let before = first;
  for (let at = from; at < end; ) {
    const kind = KIND_OF[bytes[at] ?? 0] ?? 0;
    if (kind === 0) return at;
    if (kind <= JOINER) {
      before = kind;
      at += 1;
      continue;
    }
    if (kind === 7) return -1;
    const next = at + 1 < end ? (KIND_OF[bytes[at + 1] ?? 0] ?? 0) : 0;
    if (next === 7) return -1;
    const bridges = before === LETTER ? kind !== MID_NUMBER : before === DIGIT && kind !== MID_LETTER;
    if (!bridges || next !== before) return at;
    at += 2;
  }
  return end;
}

/** Of joiners alone there is no word. */
function isJoined(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (KIND_OF[bytes[at] ?? 0] !== JOINER) return false;
  return true;
}

/** What a letter behind a backslash means, but for u. */
const ESCAPES = new Uint8Array(256);
for (const [letter, meant] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'])
  ESCAPES[(letter ?? '').charCodeAt(0)] = (meant ?? '').charCodeAt(0);

/** Writes a JSON string's bytes as they are meant; where they end, -1 where something stands by its number. The string is well formed. */
export function writeUnescaped(bytes: Uint8Array, start: number, end: number, target: Uint8Array): number {
  let to = 0;
  for (let at = start; at < end; at += 1) {
    let byte = bytes[at] ?? 0;
    if (byte === 92) {
      at += 1;
      byte = ESCAPES[bytes[at] ?? 0] ?? 0;
      if (byte === 0) return -1;
    }
    target[to] = byte;
    to += 1;
  }
  return to;
}
