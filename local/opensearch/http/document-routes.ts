// local/opensearch/http: the requests about documents: one, several, by query.

import { type Index, numberOf } from '../catalog/index-catalog.ts';
import { rowsOf } from '../database/database.ts';
import { SqlBinder } from '../database/sql-binder.ts';
import { readDocuments } from '../document/document-reader.ts';
import { runsOf } from '../document/document-store.ts';
import { readSourceFilter } from '../document/source-filter.ts';
import type { GoneRows } from '../document/text-file.ts';
import { checkId, readConditions, type WriteOperation } from '../document/write-operation.ts';
import type { Engine } from '../engine.ts';
import { tableCondition } from '../query/candidate-rows.ts';
import type { JsonObject } from '../request/json-text.ts';
import { integerOf, listOf, objectOf, onlyKeys, stringOf } from '../request/request-value.ts';
import {
  illegalArgument,
  indexNotFound,
  invalidRequest,
  parsingError,
  RequestError,
  ResponseError,
  unsupported,
} from '../request/response-error.ts';
import { countMatches, search } from '../search/search.ts';
import { IDLE_PARAMETERS, readSearchRequest, urlQuery, urlSource } from '../search/search-request.ts';
import { compileTargets, searchTargets } from '../search/search-target.ts';
import { bulk } from './bulk.ts';
import { giveBack } from './given-back.ts';
import { type EngineAnswer, type EngineRequest, jsonBody } from './http-front.ts';
import { ok } from './index-routes.ts';

const CONDITION_PARAMETERS = [
  'version',
  'version_type',
  'if_seq_no',
  'if_primary_term',
  'op_type',
  'require_alias',
  'retry_on_conflict',
  'wait_for_completion',
];

function checkParameters(request: EngineRequest, known: readonly string[], where: string): void {
  for (const name of request.parameters.keys()) {
    if (!IDLE_PARAMETERS.includes(name) && !known.includes(name))
      throw unsupported(`parameter [${name}] in [${where}]`);
  }
}

export async function bulkRequest(
  engine: Engine,
  index: string | undefined,
  request: EngineRequest,
): Promise<EngineAnswer> {
  checkParameters(request, [], '_bulk');
  const refreshes = refreshOf(request);
  const answer = await bulk(engine.writer, request.body, index, refreshes === 'true');
  // all of it was written, or refused: where `bulk` throws a part may still be on its way
  giveBack(request.body);
  await refreshIfAsked(engine, request);
  return ok(answer);
}

export async function writeDocument(
  engine: Engine,
  kind: WriteOperation['kind'],
  index: string,
  id: string | undefined,
  request: EngineRequest,
): Promise<EngineAnswer> {
  checkParameters(request, CONDITION_PARAMETERS, '_doc');
  const opType = request.parameters.get('op_type');
  if (opType !== undefined && opType !== 'index' && opType !== 'create')
    throw illegalArgument(`opType must be 'create' or 'index', found: [${opType}]`);
  const refreshes = refreshOf(request);
  const { body } = request;
  if (kind !== 'delete' && body.toString('utf8').trim() === '')
    throw kind === 'update'
      ? invalidRequest('script or doc is missing')
      : new ResponseError(400, 'parse_exception', 'request body is required');
  checkId(id);
  const isCreate = kind === 'index' && (opType === 'create' || id === undefined);
  const operation: WriteOperation = {
    kind: isCreate ? 'create' : kind,
    index,
    id,
    body,
    requireAlias: request.parameters.get('require_alias') === 'true',
    conditions: readConditions((name) => request.parameters.get(name), isCreate && id !== undefined),
  };
  const [result] = await engine.writer.submit([operation]);
  if (result === undefined) throw illegalArgument('nothing was written');
  await refreshIfAsked(engine, request);
  if (result.error === undefined) {
    const forced = refreshes === 'true' ? { forced_refresh: true } : {};
    return { status: result.status, body: { ...result.body, ...forced } };
  }
  return {
    status: result.status,
    body: { error: { root_cause: [result.error], ...result.error }, status: result.status },
  };
}

async function refreshIfAsked(engine: Engine, request: EngineRequest): Promise<void> {
  if (refreshOf(request) !== 'false') await engine.pending.flush();
}

function refreshOf(request: EngineRequest): 'true' | 'false' | 'wait_for' {
  const refresh = request.parameters.get('refresh') ?? 'false';
  if (refresh === '') return 'true';
  if (refresh === 'true' || refresh === 'false' || refresh === 'wait_for') return refresh;
  throw illegalArgument(`Unknown value for refresh: [${refresh}].`);
}

export async function getDocument(
  engine: Engine,
  name: string,
  id: string,
  request: EngineRequest,
  isSourceOnly: boolean,
): Promise<EngineAnswer> {
  checkParameters(request, ['_source', '_source_includes', '_source_excludes', 'realtime'], '_doc');
  const index = oneIndex(engine, name);
  const source = readSourceFilter(urlSource(request.parameters));
  const [found] = await readDocuments(engine, index, [id], source);
  const isFound = found?.['found'] === true;
  if (isSourceOnly) {
    if (isFound) return ok(found['_source']);
    throw new ResponseError(404, 'resource_not_found_exception', `Document not found [${name}]/[${id}]`);
  }
  return { status: isFound ? 200 : 404, body: found };
}

function oneIndex(engine: Engine, name: string): Index {
  const found = engine.catalog.indexes.get(name) ?? engine.catalog.aliasTargets(name)[0];
  if (found === undefined) throw indexNotFound(name);
  if (engine.catalog.aliasTargets(name).length > 1) {
    throw illegalArgument(
      `alias [${name}] has more than one index associated with it, can't execute a single index op`,
    );
  }
  return found;
}

export async function getDocuments(
  engine: Engine,
  defaultIndex: string | undefined,
  request: EngineRequest,
): Promise<EngineAnswer> {
  checkParameters(request, ['_source', '_source_includes', '_source_excludes', 'realtime'], '_mget');
  const body = jsonBody(request);
  onlyKeys(body, ['docs', 'ids'], '_mget');
  const wanted =
    body['ids'] === undefined
      ? listOf(body['docs'] ?? []).map((doc) => objectOf(doc, 'docs'))
      : listOf(body['ids']).map((id) => ({ _id: id }) as JsonObject);
  if (wanted.length === 0) throw invalidRequest('no documents to get');
  const docs: unknown[] = [];
  for (const doc of wanted) {
    onlyKeys(doc, ['_index', '_id', '_source'], 'docs', 'parse_exception');
    const name = doc['_index'] === undefined ? defaultIndex : stringOf(doc['_index'], '_index');
    if (name === undefined) throw invalidRequest('index is missing for doc 0');
    const id = stringOf(doc['_id'], '_id');
    try {
      const source = readSourceFilter(doc['_source'] ?? urlSource(request.parameters));
      docs.push((await readDocuments(engine, oneIndex(engine, name), [id], source))[0]);
    } catch (error) {
      if (!(error instanceof ResponseError) || error.status !== 404) throw error;
      docs.push({
        _index: name,
        _id: id,
        error: { root_cause: [{ type: error.type, reason: error.message }], type: error.type, reason: error.message },
      });
    }
  }
  return ok({ docs });
}

export async function searchRequest(engine: Engine, expression: string, request: EngineRequest): Promise<EngineAnswer> {
  return ok(await searchBody(engine, expression, jsonBody(request), request.parameters));
}

export async function searchBody(
  engine: Engine,
  expression: string,
  body: JsonObject,
  parameters: ReadonlyMap<string, string>,
): Promise<JsonObject> {
  const read = readSearchRequest(body, parameters);
  if (read.pit !== undefined && expression !== '*') throw invalidRequest('[indices] cannot be used with point in time');
  if (read.pit !== undefined)
    return engine.pits.read(read.pit.id, read.pit.keepAlive, (connection, targets) =>
      search(connection, targets, read),
    );
  const indexes = searchedIndexes(engine, expression, parameters);
  await engine.pending.makeVisible(indexes);
  return engine.database.read((connection) => search(connection, searchTargets(indexes), read));
}

const MSEARCH_HEADER = [
  ...[
    'index',
    'ignore_unavailable',
    'preference',
    'search_type',
    'expand_wildcards',
    'allow_no_indices',
    'request_cache',
  ],
];

/** What is wrong in itself, whatever the index, fails all of them; what one index says fails the one. */
export async function multiSearch(
  engine: Engine,
  defaultIndex: string | undefined,
  request: EngineRequest,
): Promise<EngineAnswer> {
  const searches = readSearches(request, defaultIndex);
  const started = performance.now();
  const responses: unknown[] = [];
  for (const { names, body, parameters } of searches) {
    try {
      responses.push({ ...(await searchBody(engine, names, body, parameters)), status: 200 });
    } catch (error) {
      if (!(error instanceof ResponseError) || error instanceof RequestError) throw error;
      const cause = { type: error.type, reason: error.message, ...error.details };
      responses.push({ error: { root_cause: [cause], ...cause }, status: error.status });
    }
  }
  return ok({ took: Math.round(performance.now() - started), responses });
}

interface OneSearch {
  readonly names: string;
  readonly body: JsonObject;
  readonly parameters: ReadonlyMap<string, string>;
}

function readSearches(request: EngineRequest, defaultIndex: string | undefined): readonly OneSearch[] {
  const text = request.body.toString('utf8');
  if (text.trim() === '') throw new ResponseError(400, 'parse_exception', 'request body is required');
  if (!text.endsWith('\n')) throw illegalArgument('The msearch request must be terminated by a newline [\n]');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2) throw invalidRequest('no requests added');
  if (lines.length % 2 !== 0) throw illegalArgument('_msearch needs pairs of a header line and a body line');
  const searches: OneSearch[] = [];
  for (let at = 0; at < lines.length; at += 2) {
    const header = lineBody(request, lines[at]);
    for (const name of Object.keys(header))
      if (!MSEARCH_HEADER.includes(name))
        throw illegalArgument(`key [${name}] is not supported in the metadata section`);
    const names = header['index'] === undefined ? (defaultIndex ?? '*') : listOf(header['index']).map(String).join(',');
    const lenient = (['ignore_unavailable', 'allow_no_indices'] as const).flatMap((name) =>
      header[name] === undefined ? [] : [[name, String(header[name])] as const],
    );
    const search = { names, body: lineBody(request, lines[at + 1]), parameters: new Map(lenient) };
    readSearchRequest(search.body, search.parameters);
    searches.push(search);
  }
  return searches;
}

function lineBody(request: EngineRequest, line: string | undefined): JsonObject {
  try {
    return jsonBody({ ...request, body: Buffer.from(line ?? '') });
  } catch (error) {
    if (error instanceof ResponseError && error.message.includes('end of JSON input'))
      throw new ResponseError(400, 'unexpected_end_of_input_exception', error.message);
    throw error;
  }
}

export async function countRequest(engine: Engine, expression: string, request: EngineRequest): Promise<EngineAnswer> {
  checkParameters(request, ['q', 'df', 'default_operator', 'analyze_wildcard', 'lenient'], '_count');
  const body = countBody(request);
  onlyKeys(body, ['query'], '_count', 'parsing_exception');
  const indexes = searchedIndexes(engine, expression, request.parameters);
  await engine.pending.makeVisible(indexes);
  const targets = searchTargets(indexes);
  const query = urlQuery(request.parameters) ?? body['query'];
  const count = await engine.database.read((connection) => countMatches(connection, targets, [query], Date.now()));
  return ok({ count, _shards: { total: targets.length, successful: targets.length, skipped: 0, failed: 0 } });
}

function countBody(request: EngineRequest): JsonObject {
  try {
    return jsonBody(request);
  } catch (error) {
    if (error instanceof ResponseError && error.type === 'parse_exception') throw parsingError(error.message);
    throw error;
  }
}

/** Indexes of a search or count; none at all only where the request allows it, as it does by default. */
function searchedIndexes(engine: Engine, expression: string, parameters: ReadonlyMap<string, string>): Index[] {
  const indexes = engine.catalog.resolve(expression, parameters.get('ignore_unavailable') === 'true');
  if (indexes.length === 0 && parameters.get('allow_no_indices') === 'false') throw indexNotFound(expression);
  return indexes;
}

/** Deletes in one transaction what a query matches; nobody can write in between, so there are no conflicts to count. */
export async function deleteByQuery(engine: Engine, expression: string, request: EngineRequest): Promise<EngineAnswer> {
  checkParameters(
    request,
    [
      'conflicts',
      'q',
      'df',
      'default_operator',
      'slices',
      'max_docs',
      'scroll_size',
      'wait_for_completion',
      'requests_per_second',
      'lenient',
      'analyze_wildcard',
    ],
    '_delete_by_query',
  );
  if (request.parameters.get('wait_for_completion') === 'false')
    throw unsupported('parameter [wait_for_completion] false in [_delete_by_query]');
  const conflicts = request.parameters.get('conflicts') ?? 'abort';
  if (conflicts !== 'abort' && conflicts !== 'proceed')
    throw illegalArgument(`conflicts may only be "proceed" or "abort" but was [${conflicts}]`);
  const body = jsonBody(request);
  onlyKeys(body, ['query', 'max_docs'], '_delete_by_query', 'parsing_exception');
  const asked = request.parameters.get('max_docs') ?? body['max_docs'];
  const most = asked === undefined ? undefined : integerOf(asked, 'max_docs');
  if (most !== undefined && most < 1)
    throw illegalArgument(`[max_docs] parameter cannot be less than 1, found [${most}]`);
  const query = urlQuery(request.parameters) ?? body['query'];
  if (query === undefined) throw invalidRequest('query is missing');
  const started = performance.now();
  const targets = searchTargets(
    engine.catalog.resolve(expression, request.parameters.get('ignore_unavailable') === 'true'),
  );
  let deleted = 0;
  const gone: GoneRows[] = [];
  await engine.pending.alone(async (connection) => {
    for (const target of targets) {
      const binder = new SqlBinder();
      const [compiled] = compileTargets([target], query, binder, Date.now());
      if (compiled === undefined) continue;
      const { table } = target.index;
      const matches = tableCondition(compiled.predicate).sql;
      const some =
        most === undefined
          ? matches
          : `_seq IN (SELECT _seq FROM ${table} WHERE ${matches} ORDER BY _seq LIMIT ${most - deleted})`;
      const rows = await rowsOf(connection, binder.statement(`DELETE FROM ${table} WHERE ${some} RETURNING _seq`));
      gone.push({ table: numberOf(target.index.table), runs: runsOf(rows.map(([seqNo]) => Number(seqNo))) });
      deleted += rows.length;
    }
  });
  engine.pending.release(gone);
  return ok({
    took: Math.round(performance.now() - started),
    timed_out: false,
    total: deleted,
    deleted,
    batches: deleted === 0 ? 0 : Math.ceil(deleted / 1_000),
    version_conflicts: 0,
    noops: 0,
    retries: { bulk: 0, search: 0 },
    throttled_millis: 0,
    requests_per_second: -1,
    throttled_until_millis: 0,
    failures: [],
  });
}
