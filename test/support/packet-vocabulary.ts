// support: a small vocabulary of the kind that the packet model was trained with: some numbers are words, others are made of pieces.

const SPECIALS = [
  '[PAD]',
  ...Array.from({ length: 99 }, (_, n) => `[unused${n + 1}]`),
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
];
const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));
const PAIRS = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));

/** vocab.txt: every digit and pair goes on a word; of the numbers to 2,020 some are words of their own. */
export function packetVocabularyText(): string {
  const numbers = Array.from({ length: 2021 }, (_, n) => n).filter((n) => n > 9 && (n < 100 || n % 7 !== 3));
  const pieces = [...DIGITS, ...PAIRS.filter((_, n) => n % 3 !== 1)].map((digits) => `##${digits}`);
  return `${[...SPECIALS, '!', '-', '.', ...DIGITS, ...numbers.map(String), ...pieces, '##000', 'a', '##a'].join('\n')}\n`;
}
