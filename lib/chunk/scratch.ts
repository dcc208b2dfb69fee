// chunk: memory for what is being encoded, used again and again: a new block for each would wake the garbage collector.

const MAX_SPARE_BLOCKS = 3;
const BLOCK_UNIT_BYTES = 1024 * 1024;
const MAX_KEPT_BYTES = 32 * 1024 * 1024;

let spare: readonly Buffer[] = [];

/** A block of at least `length` bytes, its contents arbitrary; give it back with `returnBlock`. */
export function takeBlock(length: number): Buffer {
  const found = spare.find((block) => block.length >= length);
  if (found === undefined) return Buffer.allocUnsafeSlow(Math.ceil(length / BLOCK_UNIT_BYTES) * BLOCK_UNIT_BYTES);
  spare = spare.filter((block) => block !== found);
  return found;
}

export function returnBlock(block: Buffer): void {
  if (block.length <= MAX_KEPT_BYTES) spare = [block, ...spare].slice(0, MAX_SPARE_BLOCKS);
}
