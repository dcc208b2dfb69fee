// local/opensearch/document: one write to one document, as asked for and as answered.

import { stringOf } from '../request/request-value.ts';
import { illegalArgument, invalidRequest } from '../request/response-error.ts';

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

/** What is told of a write that was done; the members' order is OpenSearch's. */
export interface WrittenDocument {
  readonly _index: string;
  readonly _id: string;
  readonly _version: bigint;
  readonly result: 'created' | 'updated' | 'deleted' | 'not_found' | 'noop';
  readonly _shards: { readonly total: number; readonly successful: number; readonly failed: number };
  readonly _seq_no: number;
  readonly _primary_term: number;
}

export type WriteResult =
  | { readonly status: number; readonly body: WrittenDocument; readonly error: undefined }
  | {
      readonly status: number;
      /** As far as they were known. */
      readonly body: { readonly _index: string; readonly _id: string | null };
      readonly error: Readonly<Record<string, unknown>>;
    };

/** Reads if_seq_no and its kin from a bulk action's members or a request's parameters. */
export function readConditions(read: (name: string) => unknown, isCreate: boolean): WriteConditions {
  const versionType = read('version_type') === undefined ? 'internal' : stringOf(read('version_type'), 'version_type');
  if (versionType !== 'internal' && versionType !== 'external' && versionType !== 'external_gte') {
    throw illegalArgument(`No version type match [${versionType}]`);
  }
  const version = longOf(read('version'), 'version');
  const [ifSeqNo, ifPrimaryTerm] = [
    longOf(read('if_seq_no'), 'if_seq_no'),
    longOf(read('if_primary_term'), 'if_primary_term'),
  ];
  if (ifSeqNo !== undefined && ifSeqNo < 0n)
    throw illegalArgument(`sequence numbers must be non negative. got [${ifSeqNo}].`);
  if ((ifSeqNo === undefined) !== (ifPrimaryTerm === undefined)) {
    throw invalidRequest('if_seq_no and if_primary_term must be given together');
  }
  if (versionType === 'internal' && version !== undefined) {
    throw invalidRequest(
      'internal versioning can not be used for optimistic concurrency control. Please use `if_seq_no` and `if_primary_term` instead',
    );
  }
  if (versionType !== 'internal') {
    if (version === undefined || version < 0n || version > MAX_VERSION)
      throw invalidRequest(`illegal version value [${version ?? -3}] for version type [${versionType.toUpperCase()}]`);
    if (ifSeqNo !== undefined) throw invalidRequest('compare and write operations can not use external versioning');
    if (isCreate)
      throw invalidRequest(`create operations only support internal versioning. use index instead of [${versionType}]`);
  }
  return {
    ifSeqNo: ifSeqNo === undefined ? undefined : Number(ifSeqNo),
    ifPrimaryTerm: ifPrimaryTerm === undefined ? undefined : Number(ifPrimaryTerm),
    version,
    versionType,
  };
}

const MAX_ID_BYTES = 512;

export function checkId(id: string | undefined): void {
  if (id === undefined) return;
  if (id === '') throw invalidRequest('if _id is specified it must not be empty');
  const bytes = Buffer.byteLength(id);
  if (bytes > MAX_ID_BYTES)
    throw invalidRequest(`id [${id}] is too long, must be no longer than ${MAX_ID_BYTES} bytes but was: ${bytes}`);
}

const MAX_VERSION = 2n ** 63n - 2n;

function longOf(value: unknown, name: string): bigint | undefined {
  if (value === undefined || value === null) return undefined;
  if (!/^-?\d{1,19}$/.test(String(value)))
    throw illegalArgument(`Failed to parse long parameter [${name}] with value [${String(value)}]`);
  return BigInt(String(value));
}
