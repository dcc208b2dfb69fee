// query: the standard analyser's tokens: words by Unicode's word boundaries, in lower case.
// https://www.unicode.org/reports/tr29/tr29-33.html#Word_Boundaries (the version Lucene's StandardTokenizer implements)

/** A longer word is cut into pieces of this length, as the analyser does. */
export const MAX_TOKEN_LENGTH = 255;

const WORD = {
  other: 0,
  letter: 1,
  digit: 2,
  joiner: 3,
  ideograph: 4,
  midLetter: 5,
  midNumber: 6,
  midBoth: 7,
  extend: 8,
  katakana: 9,
} as const;
type WordClass = (typeof WORD)[keyof typeof WORD];

const ASCII = asciiClasses();
const EXTEND = /^(?:\p{M}|\p{Cf})$/u;
const IDEOGRAPH = /^[\p{Script=Han}\p{Script=Hiragana}\p{Ideographic}]$/u;
const KATAKANA = /^[\p{Script=Katakana}\u30fc\uff70\u309b\u309c]$/u;
const LETTER = /^[\p{L}\p{Nl}\u00b8]$/u;
const DIGIT = /^\p{Nd}$/u;
const JOINER = /^\p{Pc}$/u;
const COMPLEX = /^[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u;

/** The tokens of a text, left to right. */
export function standardTokens(text: string): string[] {
  const tokens: string[] = [];
  const units = text.length;
  let at = 0;
  while (at < units) {
    const kind = classAt(text, at);
    if (kind === WORD.ideograph) {
      const end = skipExtend(text, at + widthAt(text, at));
      tokens.push(text.slice(at, end).toLowerCase());
      at = end;
    } else if (kind === WORD.letter || kind === WORD.digit || kind === WORD.joiner || kind === WORD.katakana) {
      const end = wordEnd(text, at, kind);
      pushWord(tokens, text.slice(at, end));
      at = end;
    } else {
      at += widthAt(text, at);
    }
  }
  return tokens;
}

function pushWord(tokens: string[], word: string): void {
  if (/^[\p{Pc}\p{M}\p{Cf}]+$/u.test(word)) return;
  for (let from = 0; from < word.length; from += MAX_TOKEN_LENGTH) {
    tokens.push(word.slice(from, from + MAX_TOKEN_LENGTH).toLowerCase());
  }
}

/** Rules WB5 to WB13b: what keeps a word together. */
function wordEnd(text: string, start: number, first: WordClass): number {
  let before: WordClass = first;
  let at = skipExtend(text, start + widthAt(text, start));
  while (at < text.length) {
    const kind = classAt(text, at);
    const next = skipExtend(text, at + widthAt(text, at));
    if (joins(before, kind)) {
      before = kind;
      at = next;
    } else if (bridges(before, kind, next < text.length ? classAt(text, next) : WORD.other)) {
      before = classAt(text, next);
      at = skipExtend(text, next + widthAt(text, next));
    } else {
      break;
    }
  }
  return at;
}

function joins(left: WordClass, right: WordClass): boolean {
  if (right === WORD.joiner) return left !== WORD.other;
  if (left === WORD.joiner) return right === WORD.letter || right === WORD.digit || right === WORD.katakana;
  if (left === WORD.katakana || right === WORD.katakana) return left === right;
  return (left === WORD.letter || left === WORD.digit) && (right === WORD.letter || right === WORD.digit);
}

function bridges(left: WordClass, middle: WordClass, right: WordClass): boolean {
  if (left === WORD.letter && right === WORD.letter) return middle === WORD.midLetter || middle === WORD.midBoth;
  if (left === WORD.digit && right === WORD.digit) return middle === WORD.midNumber || middle === WORD.midBoth;
  return false;
}

function skipExtend(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) > 127 && classAt(text, at) === WORD.extend) at += widthAt(text, at);
  return at;
}

function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function classAt(text: string, at: number): WordClass {
  const code = text.charCodeAt(at);
  return code < 128 ? (ASCII[code] ?? WORD.other) : classOf(String.fromCodePoint(text.codePointAt(at) ?? code));
}

function classOf(char: string): WordClass {
  if (
    char === '\u00b7' ||
    char === '\u2027' ||
    char === '\u0387' ||
    char === '\u05f4' ||
    char === '\ufe13' ||
    char === '\uff1a'
  )
    return WORD.midLetter;
  if (
    char === '\u2018' ||
    char === '\u2019' ||
    char === '\u2024' ||
    char === '\ufe52' ||
    char === '\uff07' ||
    char === '\uff0e'
  )
    return WORD.midBoth;
  if (
    char === '\u037e' ||
    char === '\u0589' ||
    char === '\u060c' ||
    char === '\u060d' ||
    char === '\u066c' ||
    char === '\uff0c' ||
    char === '\uff1b'
  )
    return WORD.midNumber;
  if (KATAKANA.test(char)) return WORD.katakana;
  if (IDEOGRAPH.test(char)) return WORD.ideograph;
  if (EXTEND.test(char)) return WORD.extend;
  if (LETTER.test(char) || COMPLEX.test(char)) return WORD.letter;
  if (DIGIT.test(char)) return WORD.digit;
  return JOINER.test(char) ? WORD.joiner : WORD.other;
}

function asciiClasses(): Uint8Array & { readonly [index: number]: WordClass } {
  const classes = new Uint8Array(128);
  for (let code = 0; code < 128; code += 1) {
    const char = String.fromCharCode(code);
    if (/[A-Za-z]/.test(char)) classes[code] = WORD.letter;
    else if (/[0-9]/.test(char)) classes[code] = WORD.digit;
    else if (char === '_') classes[code] = WORD.joiner;
    else if (char === ':') classes[code] = WORD.midLetter;
    else if (char === ',' || char === ';') classes[code] = WORD.midNumber;
    else if (char === '.' || char === "'") classes[code] = WORD.midBoth;
  }
  return classes as Uint8Array & { readonly [index: number]: WordClass };
}
