// model: the codes that the packet model's training gave to two header bytes (its notebook's LabelEncoder over their texts).

/** TOS bytes that training saw, in the order of their texts ("0x0", "0x10", "0x18", "0x2" …). */
const TOS_BYTES = [0x0, 0x10, 0x18, 0x2, 0x20, 0x28, 0x34, 0x4, 0x40, 0x48, 0x60, 0x68, 0x8, 0x88] as const;
/** TCP flags that training saw: A, FA, FPA, PA. */
const FLAG_BYTES = [0x10, 0x11, 0x19, 0x18] as const;

/** Code by byte; what training never saw has the code behind the last. */
function codes(known: readonly number[]): Uint8Array {
  const table = new Uint8Array(256).fill(known.length);
  for (const [code, byte] of known.entries()) table[byte] = code;
  return table;
}

export const TOS_CODES = codes(TOS_BYTES);
export const FLAG_CODES = codes(FLAG_BYTES);
