// local/opensearch/query: "within so many edits of a word" as a regular expression, in characters and in linear time.

/**
 * Above this distances are counted instead, of values of about that length: the expression of two edits of 24 characters,
 * asked of two hundred fields, took seconds to make.
 */
export const MAX_FUZZY_LENGTH = 12;

export interface FuzzyWord {
  readonly text: string;
  readonly edits: 1 | 2;
  /** So many characters at the start must be the same. */
  readonly prefixLength: number;
  /** Two neighbours exchanged are one edit. */
  readonly transpositions: boolean;
}

/**
 * An expression for the whole of a word at most `edits` away: a character put in, left out, replaced, or (each character
 * once) exchanged with its neighbour. `any` is what an edit may put in.
 */
export function fuzzyExpression(word: FuzzyWord, any: '.' | '[^ ]'): string {
  const chars = [...word.text];
  const start = Math.min(word.prefixLength, chars.length);
  const escaped = chars.map(escapeChar);
  const plain = (at: number): string => escaped.slice(at).join('');
  const within = (at: number, edits: number): string => {
    if (edits === 0) return plain(at);
    if (at >= escaped.length) return `${any}{0,${edits}}`;
    const [here = '', after = ''] = [escaped[at], escaped[at + 1]];
    const ways = [
      `${here}${within(at + 1, edits)}`,
      // replaced, or left out
      `${any}?${group(within(at + 1, edits - 1))}`,
      `${any}${group(within(at, edits - 1))}`,
    ];
    if (word.transpositions && at + 1 < escaped.length) ways.push(`${after}${here}${group(within(at + 2, edits - 1))}`);
    return group(ways.join('|'));
  };
  return `${escaped.slice(0, start).join('')}${group(within(start, word.edits))}`;
}

function group(expression: string): string {
  return `(?:${expression})`;
}

function escapeChar(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
}
