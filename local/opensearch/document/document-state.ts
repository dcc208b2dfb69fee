// local/opensearch/document: what a write does to a document in a given state: versions, conflicts, created or updated.
import { isDeepStrictEqual } from 'node:util';
import { parseDocument } from '../mapping/field-value.ts';
import { encodeJson, isJsonObject, type JsonObject } from '../request/json-text.ts';
import { booleanOf, objectOf, onlyKeys } from '../request/request-value.ts';
import { invalidRequest, ResponseError, unsupported } from '../request/response-error.ts';
import type { WriteOperation } from './write-operation.ts';

/** A document as a write finds it, the writes before it included. */
export interface DocumentState {
  readonly id: string;
  exists: boolean;
  version: bigint;
  seqNo: number;
  /** Its text, where it was read. */
  source: Buffer | undefined;
}

export function newState(id: string): DocumentState {
  return { id, exists: false, version: 0n, seqNo: -1, source: undefined };
}

export interface WritePlan {
  readonly status: number;
  readonly result: 'created' | 'updated' | 'deleted' | 'not_found' | 'noop';
  readonly version: bigint;
  /** The new document's text; undefined: the document goes. */
  readonly source: Buffer | undefined;
  readonly document: JsonObject | undefined;
}

const UPDATE_KEYS = ['doc', 'doc_as_upsert', 'upsert', 'detect_noop', '_source'];

/** Throws a 409 where the write's conditions do not hold. */
export function planWrite(operation: WriteOperation, state: DocumentState): WritePlan {
  if (operation.kind === 'create' && state.exists) {
    throw conflict(state, `version conflict, document already exists (current version [${state.version}])`);
  }
  checkSeqNo(operation, state);
  const version = nextVersion(operation, state);
  if (operation.kind === 'delete') {
    return state.exists
      ? { status: 200, result: 'deleted', version, source: undefined, document: undefined }
      : { status: 404, result: 'not_found', version, source: undefined, document: undefined };
  }
  if (operation.kind === 'update') return planUpdate(operation, state, version);
  const outcome = state.exists
    ? ({ status: 200, result: 'updated' } as const)
    : ({ status: 201, result: 'created' } as const);
  return { ...outcome, version, source: operation.body, document: undefined };
}

function planUpdate(operation: WriteOperation, state: DocumentState, version: bigint): WritePlan {
  const body = objectOf(parseDocument(operation.body.toString('utf8')), 'update');
  if (body['script'] !== undefined || body['scripted_upsert'] !== undefined) throw unsupported('[script] in [update]');
  onlyKeys(body, UPDATE_KEYS, 'update', 'x_content_parse_exception');
  if (body['doc'] === undefined && body['upsert'] === undefined) {
    throw invalidRequest('script or doc is missing');
  }
  if (body['doc'] !== undefined && !isJsonObject(body['doc']))
    throw new ResponseError(400, 'x_content_parse_exception', '[UpdateRequest] doc must be an object');
  const changes = body['doc'] === undefined ? {} : objectOf(body['doc'], 'doc');
  if (!state.exists || state.source === undefined) {
    const isDocUpsert = body['doc_as_upsert'] !== undefined && booleanOf(body['doc_as_upsert'], 'doc_as_upsert');
    const fresh = isDocUpsert ? changes : body['upsert'] === undefined ? undefined : objectOf(body['upsert'], 'upsert');
    if (fresh === undefined)
      throw new ResponseError(404, 'document_missing_exception', `[${state.id}]: document missing`);
    return { status: 201, result: 'created', version, source: Buffer.from(encodeJson(fresh)), document: fresh };
  }
  const before = parseDocument(state.source.toString('utf8'));
  const document = mergeDocument(before, changes);
  const detectsNoop = body['detect_noop'] === undefined || booleanOf(body['detect_noop'], 'detect_noop');
  if (detectsNoop && isDeepStrictEqual(before, document)) {
    return { status: 200, result: 'noop', version: state.version, source: state.source, document };
  }
  return { status: 200, result: 'updated', version, source: Buffer.from(encodeJson(document)), document };
}

function mergeDocument(before: JsonObject, changes: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(changes)) {
    const old = merged[key];
    merged[key] = isJsonObject(old) && isJsonObject(value) ? mergeDocument(old, value) : value;
  }
  return merged;
}

function checkSeqNo(operation: WriteOperation, state: DocumentState): void {
  const { ifSeqNo, ifPrimaryTerm } = operation.conditions;
  if (ifSeqNo === undefined) return;
  const required = `version conflict, required seqNo [${ifSeqNo}], primary term [${ifPrimaryTerm}]`;
  if (!state.exists) throw conflict(state, `${required}. but no document was found`);
  if (state.seqNo !== ifSeqNo || ifPrimaryTerm !== 1) {
    throw conflict(state, `${required}. current document has seqNo [${state.seqNo}] and primary term [1]`);
  }
}

function nextVersion(operation: WriteOperation, state: DocumentState): bigint {
  const { version, versionType } = operation.conditions;
  if (version === undefined || versionType === 'internal') return state.version + 1n;
  const isNewer = versionType === 'external' ? version > state.version : version >= state.version;
  if (state.version > 0n && !isNewer) {
    const relation = versionType === 'external' ? 'higher or equal to' : 'higher than';
    throw conflict(
      state,
      `version conflict, current version [${state.version}] is ${relation} the one provided [${version}]`,
    );
  }
  return version;
}

function conflict(state: DocumentState, reason: string): ResponseError {
  return new ResponseError(409, 'version_conflict_engine_exception', `[${state.id}]: ${reason}`);
}
