// generate: bzip2 without compressing much: every step by its definition, codes all of one length; for small files.

const groupSymbols = 50;

class BitWriter {
  readonly #bits: number[] = [];

  write(value: number, count: number): this {
    for (let bit = count - 1; bit >= 0; bit -= 1) this.#bits.push(Math.floor(value / 2 ** bit) % 2);
    return this;
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(this.#bits.length / 8));
    for (const [i, bit] of this.#bits.entries()) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (bit << (7 - (i & 7)));
    return bytes;
  }
}

/** One stream, a block for every `blockBytes` of the input. */
export function encodeBzip2(input: Uint8Array, blockBytes = 20_000): Uint8Array {
  const writer = new BitWriter().write(0x425a68, 24).write(0x31, 8);
  let streamCrc = 0;
  for (let at = 0; at < input.length; at += blockBytes) {
    const part = input.subarray(at, at + blockBytes);
    const crc = checksum(part);
    streamCrc = (((streamCrc << 1) | (streamCrc >>> 31)) ^ crc) >>> 0;
    writeBlock(writer, part, crc);
  }
  return writer.write(0x177245, 24).write(0x385090, 24).write(streamCrc, 32).bytes();
}

function writeBlock(writer: BitWriter, input: Uint8Array, crc: number): void {
  const { column, origin } = transform(shortenRuns(input));
  const alphabet = [...new Set(column)].sort((a, b) => a - b);
  writer.write(0x314159, 24).write(0x265359, 24).write(crc, 32).write(0, 1).write(origin, 24);
  const rows = Array.from({ length: 16 }, (_, row) => alphabet.filter((value) => value >> 4 === row));
  writer.write(Number.parseInt(rows.map((row) => (row.length > 0 ? '1' : '0')).join(''), 2), 16);
  for (const [row, values] of rows.entries()) {
    if (values.length === 0) continue;
    for (let value = row * 16; value < row * 16 + 16; value += 1) writer.write(values.includes(value) ? 1 : 0, 1);
  }
  const symbols = moveToFront(column, alphabet);
  const groups = Math.ceil(symbols.length / groupSymbols);
  const codeLength = Math.max(1, Math.ceil(Math.log2(alphabet.length + 2)));
  writer.write(2, 3).write(groups, 15);
  // The two codes are the same; their turns make the selectors worth reading.
  for (let group = 0; group < groups; group += 1) writer.write(group === 0 ? 0 : 0b10, group === 0 ? 1 : 2);
  for (let code = 0; code < 2; code += 1) writer.write(codeLength, 5).write(0, alphabet.length + 2);
  for (const symbol of symbols) writer.write(symbol, codeLength);
}

/** Four equal bytes are followed by the number of further ones. */
function shortenRuns(input: Uint8Array): Uint8Array {
  const output: number[] = [];
  for (let at = 0; at < input.length; ) {
    const value = input[at] ?? 0;
    let end = at;
    while (end < input.length && end - at < 259 && input[end] === value) end += 1;
    const length = end - at;
    for (let i = 0; i < Math.min(length, 4); i += 1) output.push(value);
    if (length >= 4) output.push(length - 4);
    at = end;
  }
  return Uint8Array.from(output);
}

/** The last column of the sorted rotations, and which of them is the input. */
function transform(input: Uint8Array): { readonly column: Uint8Array; readonly origin: number } {
  const twice = Buffer.concat([input, input]);
  const { length } = input;
  const rotations = Array.from(input, (_, start) => start);
  rotations.sort((a, b) => twice.compare(twice, b, b + length, a, a + length));
  const column = Uint8Array.from(rotations, (start) => input[(start + length - 1) % length] ?? 0);
  return { column, origin: rotations.indexOf(0) };
}

/** Places in the list of recent values, runs of place 0 as digits 1 and 2 to the base 2, and the end of the block. */
function moveToFront(column: Uint8Array, alphabet: readonly number[]): readonly number[] {
  const recent = [...alphabet];
  const symbols: number[] = [];
  let run = 0;
  const endRun = () => {
    for (; run > 0; run = (run - 1) >> 1) symbols.push((run - 1) & 1);
  };
  for (const value of column) {
    const place = recent.indexOf(value);
    if (place === 0) {
      run += 1;
      continue;
    }
    endRun();
    symbols.push(place + 1);
    recent.splice(place, 1);
    recent.unshift(value);
  }
  endRun();
  symbols.push(alphabet.length + 1);
  return symbols;
}

function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return ~crc >>> 0;
}
