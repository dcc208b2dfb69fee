// local: controls that look at no header: another pace, lost records, a smaller snaplen.

import type { Random } from '../../generate/random.ts';
import type { Perturbation } from './perturbation.ts';

/** Times since the first record become numerator / denominator of what they were. */
export function stretched(numerator: bigint, denominator: bigint): Perturbation {
  let first: bigint | undefined;
  return (record) => {
    first ??= record.timestampNs;
    const timestampNs = first + ((record.timestampNs - first) * numerator) / denominator;
    return [{ ...record, timestampNs: timestampNs < 0n ? 0n : timestampNs }];
  };
}

export function dropped(random: Random, share: number): Perturbation {
  return (record) => (random.chance(share) ? [] : [record]);
}

/** As a capture with this snaplen: the length on the wire stays. */
export function cutTo(snaplen: number): Perturbation {
  return (record) => [{ ...record, bytes: record.bytes.subarray(0, snaplen) }];
}
