// local/opensearch: where sentences end, as Java's BreakIterator has it, which highlights are cut by.

/** Ends a sentence whatever follows. */
const FULL_STOPS = new Set(['!', '?', '\u3002', '\uff01', '\uff1f', '\uff61']);
/** May end one. */
const DOTS = new Set(['.', '\uff0e']);
const PARAGRAPH_END = '\u2029';
const CLOSING = /[\p{Pe}\p{Pf}"']/u;
const SPACE = /[\t\r\f\n\u2028\p{Zs}]/u;
const LETTER_OR_DIGIT = /[\p{L}\p{Nd}]/u;
const SMALL_LETTER = /\p{Ll}/u;
const DIGIT = /\p{Nd}/u;

/** The text's beginning and end and every break between. */
export function sentenceBreaks(text: string): readonly number[] {
  const breaks = [0];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === PARAGRAPH_END) {
      at += 1;
      breaks.push(at);
    } else if (FULL_STOPS.has(char) || DOTS.has(char)) {
      const ended = afterStops(text, at);
      if (ended.isEnd) breaks.push(ended.at);
      at = ended.at;
    } else at += 1;
  }
  if (breaks.at(-1) !== text.length) breaks.push(text.length);
  return breaks;
}

/** Behind the stops, whatever closes with them and the spaces; and whether a sentence ends there. */
function afterStops(text: string, start: number): { readonly at: number; readonly isEnd: boolean } {
  let at = start;
  let isCertain = false;
  for (; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (FULL_STOPS.has(char)) isCertain = true;
    else if (!DOTS.has(char) && !CLOSING.test(char)) break;
  }
  const closed = at;
  while (at < text.length && SPACE.test(text.charAt(at))) at += 1;
  if (text.charAt(at) === PARAGRAPH_END) return { at: at + 1, isEnd: true };
  return {
    at,
    isEnd:
      isCertain || endsBefore(String.fromCodePoint(text.codePointAt(at) ?? 0), at - closed, text.charAt(closed - 1)),
  };
}

/** A dot ends a sentence by what comes next, and by how many spaces before it. */
function endsBefore(next: string, spaces: number, last: string): boolean {
  if (DIGIT.test(next) || DOTS.has(next)) return false;
  if (spaces === 0) return !LETTER_OR_DIGIT.test(next) || last === '"' || last === "'";
  return spaces > 1 || !SMALL_LETTER.test(next);
}
