// support: the packet model's input as its training wrote it, a line of text, and the tokenizer's rules in their slowest form.

export interface LineValues {
  readonly rates: readonly [number, number, number];
  readonly ports: readonly [number, number];
  readonly ipTotalLength: number;
  readonly ttl: number;
  readonly tos: number;
  readonly tcpDataOffset: number;
  /** All nine, as scapy prints them: `FSRPAUECN`. */
  readonly flags: string;
  readonly payload: Uint8Array;
}

const TOS = [
  '0x0',
  '0x10',
  '0x18',
  '0x2',
  '0x20',
  '0x28',
  '0x34',
  '0x4',
  '0x40',
  '0x48',
  '0x60',
  '0x68',
  '0x8',
  '0x88',
];
const FLAGS = ['A', 'FA', 'FPA', 'PA'];

function code(texts: readonly string[], text: string): number {
  return texts.includes(text) ? texts.indexOf(text) : texts.length;
}

/** Python's `int()` of a float in decimal; 0 for what is no number. */
function whole(value: number): string {
  return Number.isFinite(value) ? BigInt(Math.trunc(value)).toString() : '0';
}

/** `padded`: -1 for every payload byte that is missing to 500. */
export function packetLine(values: LineValues, reading: 'padded' | 'unpadded'): string {
  const { rates, ports, ipTotalLength, ttl, tos, tcpDataOffset, flags, payload } = values;
  const bytes = [...payload.subarray(0, 500)].map(String);
  if (reading === 'padded') while (bytes.length < 500) bytes.push('-1');
  const header = [
    ipTotalLength,
    payload.length,
    ttl,
    code(TOS, `0x${tos.toString(16)}`),
    tcpDataOffset,
    code(FLAGS, flags),
  ];
  return [...rates.map(whole), '-1', ...ports, ...header, '-1', ...bytes].join(' ');
}

/** BERT's tokens of lines of numbers, each cut to 512. */
export function naiveTokenizer(vocabularyText: string): (line: string) => readonly number[] {
  const ids = new Map(vocabularyText.split('\n').map((token, id) => [token, id]));
  const id = (token: string): number => ids.get(token) ?? -1;
  return (line) => {
    const words = line.split(' ').flatMap((word) => (word.startsWith('-') ? ['-', word.slice(1)] : [word]));
    return [id('[CLS]'), ...words.flatMap((word) => piecesOf(word, id)).slice(0, 510), id('[SEP]')];
  };
}

function piecesOf(word: string, id: (token: string) => number): readonly number[] {
  if (word.length > 100) return [id('[UNK]')];
  const pieces: number[] = [];
  let rest = word;
  while (rest.length > 0) {
    const prefix = pieces.length === 0 ? '' : '##';
    const lengths = Array.from({ length: rest.length }, (_, k) => rest.length - k);
    const length = lengths.find((n) => id(prefix + rest.slice(0, n)) >= 0);
    if (length === undefined) return [id('[UNK]')];
    pieces.push(id(prefix + rest.slice(0, length)));
    rest = rest.slice(length);
  }
  return pieces;
}
