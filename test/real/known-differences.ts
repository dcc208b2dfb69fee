// real: the classes of difference to tshark that stand, each with its reason and no wider than it must be.
import type { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { OurRecord } from './our-packets.ts';
import type { TsharkRow } from './tshark-row.ts';

export interface PacketDifference {
  readonly file: string;
  readonly field: string;
  readonly theirs: string | undefined;
  readonly ours: string | undefined;
  readonly row: TsharkRow;
  readonly record: OurRecord;
}

export interface KnownDifference {
  readonly name: string;
  readonly reason: string;
  readonly covers: (difference: PacketDifference) => boolean;
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [];

export interface RecordCountDifference {
  readonly file: string;
  readonly theirs: number;
  readonly complaint: string;
  readonly ours: number;
  readonly error: PipelineError | undefined;
}

/** The same for the number of records. */
export const KNOWN_RECORD_COUNTS: readonly {
  readonly name: string;
  readonly reason: string;
  readonly covers: (difference: RecordCountDifference) => boolean;
}[] = [];
