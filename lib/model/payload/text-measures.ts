// model: numbers that a text is measured by, whatever it says: how often, how random, how many digits.

const PRINTABLE_FROM = 0x20;
const PRINTABLE_TO = 0x7e;

export function countOf(text: string, piece: string): number {
  let count = 0;
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1)) count += 1;
  return count;
}

/** How many of the patterns are found; each counts once. */
export function countFound(patterns: readonly RegExp[], text: string): number {
  let count = 0;
  for (const pattern of patterns) if (pattern.test(text)) count += 1;
  return count;
}

/** Share of the characters that are digits; 0 of none. */
export function digitShare(text: string): number {
  let digits = 0;
  for (let k = 0; k < text.length; k += 1) {
    const code = text.charCodeAt(k);
    if (code >= 0x30 && code <= 0x39) digits += 1;
  }
  return text.length === 0 ? 0 : digits / text.length;
}

/** Bits a character: 0 for one repeated character. */
export function textEntropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Longest run of consonants: spoken words seldom have five. */
export function consonantRun(name: string): number {
  let longest = 0;
  for (const run of name.match(/[bcdfghjklmnpqrstvwxz]+/g) ?? []) longest = Math.max(longest, run.length);
  return longest;
}

/** Space to tilde, and tab, line feed, carriage return. */
export function isPrintable(byte: number): boolean {
  return (byte >= PRINTABLE_FROM && byte <= PRINTABLE_TO) || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** One character a byte: whether any byte is no text. */
export function isBinary(text: string): boolean {
  for (let k = 0; k < text.length; k += 1) if (!isPrintable(text.charCodeAt(k))) return true;
  return false;
}
