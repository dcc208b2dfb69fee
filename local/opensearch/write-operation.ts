// local/opensearch: one write to one document, as asked for and as answered.

import { integerOf, stringOf } from './request-value.ts';
import { illegalArgument } from './response-error.ts';

export type VersionType = 'internal' | 'external' | 'external_gte';

export interface WriteConditions {
  readonly ifSeqNo: number | undefined;
  readonly ifPrimaryTerm: number | undefined;
  readonly version: bigint | undefined;
  readonly versionType: VersionType;
}

export interface WriteOperation {
  readonly kind: 'index' | 'create' | 'update' | 'delete';
  readonly index: string;
  readonly id: string | undefined;
  /** The document, or the body of an update; empty for a delete. */
  readonly body: Buffer;
  readonly requireAlias: boolean;
  readonly conditions: WriteConditions;
}

export interface WriteResult {
  readonly status: number;
  /** Without _index and _id where the error came before they were known. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly error: Readonly<Record<string, unknown>> | undefined;
}

/** Reads if_seq_no and its kin from a bulk action's members or a request's parameters. */
export function readConditions(read: (name: string) => unknown): WriteConditions {
  const number = (name: string): number | undefined => {
    const value = read(name);
    return value === undefined || value === null ? undefined : integerOf(value, name);
  };
  const versionType = read('version_type') === undefined ? 'internal' : stringOf(read('version_type'), 'version_type');
  if (versionType !== 'internal' && versionType !== 'external' && versionType !== 'external_gte') {
    throw illegalArgument(`No version type match [${versionType}]`);
  }
  const version = number('version');
  const ifSeqNo = number('if_seq_no');
  const ifPrimaryTerm = number('if_primary_term');
  if ((ifSeqNo === undefined) !== (ifPrimaryTerm === undefined)) {
    throw illegalArgument('Validation Failed: 1: if_seq_no and if_primary_term must be given together;');
  }
  if (versionType === 'internal' && version !== undefined) {
    throw illegalArgument(
      'Validation Failed: 1: internal versioning can not be used for optimistic concurrency control. Please use `if_seq_no` and `if_primary_term` instead;',
    );
  }
  if (versionType !== 'internal' && version === undefined) {
    throw illegalArgument(`Validation Failed: 1: version_type [${versionType}] needs a version;`);
  }
  return { ifSeqNo, ifPrimaryTerm, version: version === undefined ? undefined : BigInt(version), versionType };
}
