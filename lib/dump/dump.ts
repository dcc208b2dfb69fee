// dump: the life of one uploaded capture: what is known of it, and the states it goes through.

import type { ErrorCode } from '../errors/pipeline-error.ts';
import type { Ledger } from './ledger.ts';
import type { ModelChoice, Rescored, Rescoring } from './rescoring.ts';

/** `inferring` and `indexing` are derived by counting the chunks' progress documents; the others are written. */
export const DUMP_STATES = ['uploading', 'splitting', 'inferring', 'indexing', 'alerting', 'ready', 'error'] as const;
export type DumpState = (typeof DUMP_STATES)[number];

export interface DumpError {
  readonly code: ErrorCode;
  readonly message: string;
}

/** One dump: one key in the bucket. A new etag under the same key replaces the old version's documents. */
export interface Dump {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  /** What people call it; the file's name unless the uploader said otherwise. */
  readonly name: string;
  readonly details: string;
  readonly fileName: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly state: DumpState;
  readonly error?: DumpError;
  /** Of the object under analysis; absent while uploading. */
  readonly etag?: string;
  readonly sizeBytes?: number;
  /** Minted per analysis. */
  readonly attempt?: string;
  /** The scoring whose documents are searched: 1, 2, … */
  readonly run?: number;
  /** What a rescore asked for; absent: the installation's defaults. */
  readonly models?: ModelChoice;
  readonly rescoring?: Rescoring;
  readonly rescored?: Rescored;
  /** The concrete indexes of this dump, e.g. `000001`. */
  readonly generation: string;
  /** Written by split when it has read the whole object. */
  readonly chunks?: number;
  readonly ledger: Ledger;
  /** First and last record's time, RFC 3339 with 9 digits. */
  readonly firstSeen?: string;
  readonly lastSeen?: string;
  readonly linktypes: readonly string[];
  readonly alerts?: number;
  readonly finishedAt?: string;
}
