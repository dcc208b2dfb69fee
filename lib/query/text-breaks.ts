// query: where a text may be cut into passages: after sentences and between words, as Java's break iterators have it.
// https://docs.oracle.com/en/java/javase/25/docs/api/java.base/java/text/BreakIterator.html

/** Places in ascending order, 0 and the text's length among them. */
export type TextBreaks = (text: string) => readonly number[];

const SPACE = '\\t\\r\\f\\n\\u2028\\p{Zs}';
const OPENING = '\\p{Ps}\\p{Pi}"\'';
const CLOSING = '\\p{Pe}\\p{Pf}"\'';
const FULL_STOP = '.\\uff0e';
const TERMINATOR = '!?\\u3002\\uff01\\uff1f';
const TERMINATOR_CHARS = '!?\u3002\uff01\uff1f';

const MAY_END = new RegExp(`[\\u2029\\u0964\\u0965${TERMINATOR}${FULL_STOP}]`, 'gu');
const SPACES = new RegExp(`[${SPACE}]*`, 'yu');
const AFTER_STOP = new RegExp(`[${FULL_STOP}${CLOSING}]*`, 'yu');
const AFTER_TERMINATOR = new RegExp(`[${TERMINATOR}${FULL_STOP}${CLOSING}]*[${SPACE}]*\\u2029?`, 'yu');
/** Opening punctuation and whatever else may stand before the first letter of a sentence. */
const BEFORE_SENTENCE = new RegExp(
  `(?:[${OPENING}]|[^\\p{L}\\p{N}${SPACE}${CLOSING}${TERMINATOR}${FULL_STOP},\\u2029])*`,
  'yu',
);
const LETTER = /\p{L}/uy;
const NOT_SMALL = /(?!\p{Ll})\p{L}/uy;
const QUOTES = '"\'';

/** Asked of a text from left to right, as an iterator that keeps a place. */
export interface BreakFinder {
  /** The last break before a place, which is not the text's beginning. */
  before(place: number): number;
  /** The first break behind a place. */
  behind(place: number): number | undefined;
}

/**
 * A sentence ends behind `!` and `?` and their kin, behind a danda, and behind a full stop where something follows that
 * begins one: a letter that is not a small one behind white space, or opening punctuation and a letter.
 *
 * Java finds its way back to where a sentence surely began, and takes that for a break even where it is none: what it says
 * of a place depends on what it was asked before, and so does this.
 */
export function sentenceFinder(text: string): BreakFinder {
  const { kept, keptPlace, writtenPlace } = withoutIgnored(text, /[\p{Mn}\p{Me}\p{Cf}]/gu);
  let known = -1;
  const next = (from: number): number | undefined => (from >= kept.length ? undefined : sentenceEnd(kept, from));
  return {
    before: (written) => {
      const place = keptPlace(written);
      let last = known >= place || known < 0 ? sureBreak(kept, place - 1) : known;
      for (let one: number | undefined = last; one !== undefined && one < place; one = next(one)) last = one;
      known = last;
      return writtenPlace(last);
    },
    behind: (written) => {
      const place = keptPlace(written);
      let one: number | undefined = place === 0 ? 0 : known >= place || known < 0 ? sureBreak(kept, place) : known;
      while (one !== undefined && one <= place) one = next(one);
      known = one ?? -1;
      return one === undefined ? undefined : writtenPlace(one);
    },
  };
}

/** All of them, from the text's beginning. */
export const sentenceBreaks: TextBreaks = (text) => {
  const finder = sentenceFinder(text);
  const breaks = [0];
  for (let at = finder.behind(0); at !== undefined; at = finder.behind(at)) breaks.push(at);
  if (breaks.at(-1) !== text.length) breaks.push(text.length);
  return breaks;
};

function sentenceEnd(text: string, from: number): number {
  MAY_END.lastIndex = from;
  for (let found = MAY_END.exec(text); found !== null; found = MAY_END.exec(text)) {
    const behind = MAY_END.lastIndex;
    const [char] = found;
    if (char === '\u2029') return behind;
    if (char === '\u0964' || char === '\u0965') return skip(SPACES, text, behind);
    if (char !== '.' && char !== '\uff0e') return skip(AFTER_TERMINATOR, text, behind);
    // Java looks on for a letter, finds none, and goes back to where it was sure.
    if (isOpenBehindStop(text, behind)) return Math.max(behind - 1, from + 1);
    const end = endBehindStop(text, behind);
    if (end !== undefined) return end;
    MAY_END.lastIndex = skip(AFTER_STOP, text, behind);
  }
  return text.length;
}

const MAY_BEGIN = new RegExp(
  `[\\p{Ll}\\p{N}]|[^\\p{L}${SPACE}${OPENING}${CLOSING}${TERMINATOR}${FULL_STOP},\\u2029]`,
  'u',
);
const SMALL_OR_DIGIT = /[\p{Ll}\p{N}]/u;
const OPENS = new RegExp(`[${OPENING}]`, 'u');
const CLOSES = new RegExp(`[${CLOSING}]`, 'u');
const IS_SPACE = new RegExp(`[${SPACE}]`, 'u');

/** From the character at a place backwards: what may begin a sentence, spaces, and a character that may end one. */
function sureBreak(text: string, from: number): number {
  const before = (at: number): number => ((text.codePointAt(at - 2) ?? 0) > 0xffff ? at - 2 : at - 1);
  const charAt = (at: number): string => String.fromCodePoint(text.codePointAt(at) ?? 0);
  const back = (at: number, run: RegExp): number => {
    while (at >= 0 && run.test(charAt(at))) at = before(at);
    return at;
  };
  for (let at = from; at >= 0; at = before(at)) {
    const char = charAt(at);
    if (char === '\u2029' && at < from) return at + 1;
    if (at >= text.length || !MAY_BEGIN.test(char)) continue;
    const stop = back(back(back(before(at), OPENS), IS_SPACE), CLOSES);
    if (stop < 0) continue;
    const isStop = text.charAt(stop) === '.' || text.charAt(stop) === '\uff0e';
    const isTerminator = TERMINATOR_CHARS.includes(text.charAt(stop));
    if (isTerminator || (isStop && !SMALL_OR_DIGIT.test(char))) return stop;
  }
  return 0;
}

function isOpenBehindStop(text: string, behind: number): boolean {
  const closed = skip(AFTER_STOP, text, behind);
  const spaced = skip(SPACES, text, closed);
  const begun = skip(BEFORE_SENTENCE, text, spaced);
  if (begun === spaced) return false;
  const isQuoted = closed > behind && spaced === closed && QUOTES.includes(text.charAt(closed - 1));
  return begun === text.length || ((isQuoted || spaced - closed > 1) && !isAt(LETTER, text, begun));
}

function endBehindStop(text: string, behind: number): number | undefined {
  const closed = skip(AFTER_STOP, text, behind);
  const spaced = skip(SPACES, text, closed);
  // Behind one space a small letter goes on with the sentence, behind two it begins one.
  if (spaced > closed && isAt(spaced > closed + 1 ? LETTER : NOT_SMALL, text, spaced)) return spaced;
  const begun = skip(BEFORE_SENTENCE, text, spaced);
  // A quotation mark that closes may as well be one that opens.
  const isOpened = begun > spaced || (closed > behind && spaced === closed && QUOTES.includes(text.charAt(closed - 1)));
  return isOpened && isAt(LETTER, text, begun) ? spaced : undefined;
}

const MARKS = '[\\p{Mn}\\p{Me}]*';
const KANJI = '\\u3005\\u4e00-\\u9fa5\\uf900-\\ufa2d';
const KATAKANA = '\\u30a1-\\u30fa\\u30fd\\u30fe';
const HIRAGANA = '\\u3041-\\u3094\\u309d\\u309e';
const KANA_MARKS = '\\u3099-\\u309c\\u30fb\\u30fc';
const WORD_LETTER = `(?:(?![${KANJI}${KATAKANA}${HIRAGANA}${KANA_MARKS}])[\\p{L}\\p{Mc}]${MARKS})`;
const DIGIT = `(?:\\p{N}${MARKS})`;
const WORD = `(?:${WORD_LETTER}+(?:[\\p{Pd}\\p{Pc}\\u00ad\u2027"'.]${WORD_LETTER}+)*[\\u0964\\u0965]?)`;
const NUMBER = `(?:${DIGIT}+(?:["',\\u066b.]${DIGIT}+)*)`;
const WORDS = `(?:${NUMBER}${WORD})*(?:${NUMBER}[%&\\u00a2\\u066a\\u2030\\u2031]?)?`;
/** What is kept together; of those that fit the longest. */
const TOGETHER = [
  `${WORD}?${WORDS}`,
  `(?:(?!\\u00a2)[\\p{Sc}#.])${WORDS}`,
  `(?:[\\p{Zs}\\t]${MARKS})*\\r?[\\n\\f\\u2028\\u2029]?`,
  `[${KATAKANA}${KANA_MARKS}]*`,
  `[${HIRAGANA}${KANA_MARKS}]*`,
  `[${KANJI}]*`,
  '[^\\p{Mn}\\p{Me}\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}][\\p{Mn}\\p{Me}]+',
].map((source) => new RegExp(source, 'yu'));

/** Words, numbers, runs of spaces and of one kind of kana or kanji are kept together; all else stands alone. */
export const wordBreaks: TextBreaks = (text) => {
  const { kept, writtenPlace } = withoutIgnored(text, /(?!\u00ad)\p{Cf}/gu);
  const breaks = [0];
  for (let at = 0; at < kept.length; ) {
    const next = at + ((kept.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
    at = TOGETHER.reduce((end, expression) => Math.max(end, skip(expression, kept, at)), next);
    breaks.push(writtenPlace(at));
  }
  if (breaks.at(-1) !== text.length) breaks.push(text.length);
  return breaks;
};

export function finderOf(breaks: readonly number[]): BreakFinder {
  /** How many breaks lie at or before a place. */
  const countUpTo = (place: number): number => {
    let [low, high] = [0, breaks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((breaks[middle] ?? 0) <= place) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    before: (place) => breaks[countUpTo(place - 1) - 1] ?? 0,
    behind: (place) => breaks[countUpTo(place)],
  };
}

/** The text as the rules see it; a character that none of them sees belongs to what is before it. */
function withoutIgnored(text: string, ignored: RegExp) {
  /** Places in what is kept, each with the characters dropped up to and behind it. */
  const dropped: { readonly at: number; readonly width: number }[] = [];
  let width = 0;
  const kept = text.replaceAll(ignored, (char: string, at: number) => {
    const place = at - width;
    width += char.length;
    if (dropped.at(-1)?.at === place) dropped.pop();
    dropped.push({ at: place, width });
    return '';
  });
  const widthUpTo = (isBefore: (one: { readonly at: number; readonly width: number }) => boolean): number => {
    let [low, high] = [0, dropped.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const one = dropped[middle];
      if (one !== undefined && isBefore(one)) low = middle + 1;
      else high = middle;
    }
    return dropped[low - 1]?.width ?? 0;
  };
  return {
    kept,
    writtenPlace: (place: number): number =>
      place === 0 ? 0 : place >= kept.length ? text.length : place + widthUpTo(({ at }) => at <= place),
    keptPlace: (place: number): number =>
      place >= text.length ? kept.length : place - widthUpTo(({ at, width: own }) => at + own <= place),
  };
}

function skip(run: RegExp, text: string, from: number): number {
  run.lastIndex = from;
  return run.test(text) ? run.lastIndex : from;
}

function isAt(char: RegExp, text: string, at: number): boolean {
  char.lastIndex = at;
  return char.test(text);
}
