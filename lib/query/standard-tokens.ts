// query: the standard analyser's tokens: words by Unicode's word boundaries, ideographs and emoji one by one, in lower case.
// https://www.unicode.org/reports/tr29/#Default_Word_Boundaries as Lucene's StandardTokenizer implements it

import { WORD_CLASSES, type WordClassName, wordClassOf } from './word-classes.ts';

/** A longer word is cut into pieces of this length, as the analyser does. */
export const MAX_TOKEN_LENGTH = 255;

/** A token and where it stands in the text: UTF-16 units from 0. */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const classNumber = (name: WordClassName): number => WORD_CLASSES.indexOf(name);
const [LETTER, HEBREW, DIGIT, KATAKANA, JOINER] = ['letter', 'hebrew', 'digit', 'katakana', 'joiner'].map((name) =>
  classNumber(name as WordClassName),
) as [number, number, number, number, number];
const IDEOGRAPH = classNumber('ideograph');
const COMPLEX = classNumber('complex');
const COMPLEX_EXTEND = classNumber('complexExtend');
const EXTEND = classNumber('extend');
const ZWJ = classNumber('zwj');
const TEXT_STYLE = classNumber('textStyle');
const MID_LETTER = classNumber('midLetter');
const MID_NUMBER = classNumber('midNumber');
const MID_BOTH = classNumber('midBoth');
const SINGLE_QUOTE = classNumber('singleQuote');
const DOUBLE_QUOTE = classNumber('doubleQuote');
const EMOJI = classNumber('emoji');
const EMOJI_LETTER = classNumber('emojiLetter');
const MODIFIER = classNumber('modifier');
const REGIONAL = classNumber('regional');
const KEYCAP = classNumber('keycap');
const NOTHING = -1;

const ENCLOSING_KEYCAP = '\u20e3';
const EMOJI_STYLE = 0xfe0f;
const NON_ASCII = /[^\0-\x7f]/;

/** The tokens of a text, left to right. */
export function standardTokens(text: string): string[] {
  const tokens: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = tokenEnd(text, at);
    if (end > at) tokens.push(lowerCase(text.slice(at, end)));
    at = end > at ? end : at + widthAt(text, at);
  }
  return tokens;
}

/** The same with their places. */
export function standardTokensWithPlaces(text: string): Token[] {
  const tokens: Token[] = [];
  for (let start = 0; start < text.length; ) {
    const end = tokenEnd(text, start);
    if (end > start) tokens.push({ text: lowerCase(text.slice(start, end)), start, end });
    start = end > start ? end : start + widthAt(text, start);
  }
  return tokens;
}

/** Character by character, as Java's toLowerCase: no final sigma, and İ is i. */
export function lowerCase(text: string): string {
  if (!NON_ASCII.test(text)) return text.toLowerCase();
  let lower = '';
  for (const char of text) lower += char === '\u0130' ? 'i' : char.toLowerCase();
  return lower;
}

/** Where the token ends that begins here; `start` where none does. */
function tokenEnd(text: string, start: number): number {
  const kind = classAt(text, start);
  if (kind === 0) return start;
  const next = start + widthAt(text, start);
  if (isWordClass(kind) || kind === JOINER) return wordEnd(text, start, kind);
  if (kind === IDEOGRAPH) return skipExtend(text, next);
  if (kind === COMPLEX || kind === COMPLEX_EXTEND) return complexEnd(text, next);
  if (kind === EMOJI || kind === MODIFIER) return emojiEnd(text, next, kind);
  if (kind === ZWJ) return joinedEmojiEnd(text, start);
  if (kind === REGIONAL) {
    const second = skipExtend(text, next);
    return classAt(text, second) === REGIONAL ? skipExtend(text, second + widthAt(text, second)) : start;
  }
  if (kind !== KEYCAP) return start;
  const end = skipExtend(text, next);
  return text.slice(next, end).includes(ENCLOSING_KEYCAP) ? end : start;
}

/** Rules WB5 to WB13b: what keeps a word together. Of joiners alone there is no word. */
function wordEnd(text: string, start: number, first: number): number {
  const limit = start + MAX_TOKEN_LENGTH;
  let before = first;
  let isWord = first !== JOINER;
  let mayEndInQuote = true;
  let at = skipExtend(text, start + widthAt(text, start));
  let end = at;
  while (at < text.length) {
    const kind = classAt(text, at);
    const next = skipExtend(text, at + widthAt(text, at));
    if (joins(before, kind)) {
      before = kind;
      at = next;
    } else if (bridges(before, kind, classAt(text, next))) {
      before = classAt(text, next);
      at = skipExtend(text, next + widthAt(text, next));
      mayEndInQuote = false;
    } else if (before === HEBREW && kind === SINGLE_QUOTE && mayEndInQuote) {
      at = next;
      mayEndInQuote = false;
    } else {
      break;
    }
    if (at > limit) break;
    isWord ||= before !== JOINER;
    end = at;
  }
  return isWord ? Math.min(end, limit) : start;
}

function isWordClass(kind: number): boolean {
  return kind === LETTER || kind === DIGIT || kind === HEBREW || kind === KATAKANA || kind === EMOJI_LETTER;
}

function isLetter(kind: number): boolean {
  return kind === LETTER || kind === HEBREW || kind === EMOJI_LETTER;
}

function joins(left: number, right: number): boolean {
  if (right === JOINER) return true;
  if (left === JOINER) return isWordClass(right);
  if (left === KATAKANA || right === KATAKANA) return left === right;
  return (isLetter(left) || left === DIGIT) && (isLetter(right) || right === DIGIT);
}

function bridges(left: number, middle: number, right: number): boolean {
  if (middle === DOUBLE_QUOTE) return left === HEBREW && right === HEBREW;
  const isBoth = middle === MID_BOTH || middle === SINGLE_QUOTE;
  if (isLetter(left) && isLetter(right)) return isBoth || middle === MID_LETTER;
  return left === DIGIT && right === DIGIT && (isBoth || middle === MID_NUMBER);
}

function complexEnd(text: string, from: number): number {
  let at = skipExtend(text, from);
  while (at < text.length && classAt(text, at) === COMPLEX) at = skipExtend(text, at + widthAt(text, at));
  return at;
}

/** Modifiers and joined emoji belong to the first; the sign that asks for text style does not. */
function emojiEnd(text: string, from: number, base: number): number {
  let at = from;
  if (base === MODIFIER && text.charCodeAt(at) === EMOJI_STYLE) return at;
  while (at < text.length) {
    const kind = classAt(text, at);
    const isJoined = (kind === EMOJI || kind === EMOJI_LETTER) && at > from && classAt(text, at - 1) === ZWJ;
    if (!isJoined && (!isExtend(kind) || kind === TEXT_STYLE)) break;
    at += widthAt(text, at);
  }
  return at;
}

/** Joiners right before an emoji belong to it. */
function joinedEmojiEnd(text: string, start: number): number {
  let at = start;
  while (classAt(text, at) === ZWJ) at += 1;
  const kind = classAt(text, at);
  return kind === EMOJI || kind === EMOJI_LETTER ? emojiEnd(text, at + widthAt(text, at), EMOJI) : start;
}

function isExtend(kind: number): boolean {
  return kind === EXTEND || kind === ZWJ || kind === TEXT_STYLE || kind === MODIFIER || kind === COMPLEX_EXTEND;
}

function skipExtend(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) > 127 && isExtend(classAt(text, at))) at += widthAt(text, at);
  return at;
}

function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function classAt(text: string, at: number): number {
  return at < text.length ? wordClassOf(text.codePointAt(at) ?? 0) : NOTHING;
}
