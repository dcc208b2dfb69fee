// dump: what the stages need to read and write of dumps and their progress; implemented over OpenSearch in lib/opensearch.

import type { Dump } from './dump.ts';
import type { Progress } from './progress.ts';

export interface ProgressCounts {
  readonly inferred: number;
  /** Of the inferred: chunks that gave no results. */
  readonly lost: number;
  readonly indexed: number;
}

export interface DumpRegister {
  /** Real-time read by id (no refresh needed), undefined when there is none. */
  get(dumpId: string): Promise<Dump | undefined>;
  /** Create unless it exists (op_type=create): tells which. */
  create(dump: Dump): Promise<'created' | 'exists'>;
  /**
   * Read, change, write under if_seq_no, again on conflict. `change` returns undefined to leave the document as it is.
   * Resolves to the dump as it then stands, undefined when there is none.
   */
  update(dumpId: string, change: (dump: Dump) => Dump | undefined): Promise<Dump | undefined>;
  writeProgress(progress: Progress): Promise<void>;
  /** Chunks of this run of this version of the dump by stage, after a refresh. */
  countProgress(dumpId: string, etag: string, attempt: string, run: number): Promise<ProgressCounts>;
  /** Every progress document of this run of this version of the dump. */
  listProgress(dumpId: string, etag: string, attempt: string, run: number): Promise<readonly Progress[]>;
}
