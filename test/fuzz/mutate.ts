// fuzz: new inputs from old ones, from one seeded source of chance.

const MAX_INPUT_BYTES = 4096;
const EDGES = [0, 1, 2, 4, 7, 8, 15, 16, 20, 31, 32, 63, 64, 127, 128, 192, 254, 255];

/** xorshift32; the same seed gives the same run. */
export function createChance(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % Math.max(1, below);
  };
}

type Chance = (below: number) => number;

function splice(bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  const kept = bytes.subarray(at + removed);
  const result = new Uint8Array(Math.min(at + added.length + kept.length, MAX_INPUT_BYTES));
  result.set(bytes.subarray(0, result.length));
  result.set(added.subarray(0, Math.max(0, result.length - at)), Math.min(at, result.length));
  const rest = Math.min(at + added.length, result.length);
  result.set(kept.subarray(0, result.length - rest), rest);
  return result;
}

function mutateOnce(bytes: Uint8Array, other: Uint8Array, words: readonly Uint8Array[], chance: Chance): Uint8Array {
  const at = chance(bytes.length + 1);
  const copy = bytes.slice();
  switch (chance(10)) {
    case 0:
      if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << chance(8));
      return copy;
    case 1:
      if (at < copy.length) copy[at] = EDGES[chance(EDGES.length)] ?? 0;
      return copy;
    case 2:
      if (at < copy.length) copy[at] = (copy[at] ?? 0) + chance(35) - 17;
      return copy;
    case 3:
      return splice(bytes, at, chance(16), new Uint8Array(0));
    case 4:
      return splice(
        bytes,
        at,
        0,
        Uint8Array.from({ length: 1 + chance(8) }, () => chance(256)),
      );
    case 5:
      return splice(bytes, at, 0, words[chance(words.length)] ?? new Uint8Array(0));
    case 6: {
      const word = words[chance(words.length)] ?? new Uint8Array(0);
      return splice(bytes, at, word.length, word);
    }
    case 7:
      return splice(bytes, at, 0, bytes.subarray(chance(bytes.length), chance(bytes.length) + chance(64)));
    case 8:
      return splice(bytes, at, bytes.length - at, other.subarray(chance(other.length + 1)));
    default:
      return bytes.slice(0, at);
  }
}

/** `bytes` changed in one to eight places. */
export function mutate(bytes: Uint8Array, other: Uint8Array, words: readonly Uint8Array[], chance: Chance): Uint8Array {
  let result = bytes;
  for (let left = 1 + chance(8); left > 0; left--) result = mutateOnce(result, other, words, chance);
  return result;
}
