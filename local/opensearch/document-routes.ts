// local/opensearch: the requests about documents: one, several, by query.
import { bulk } from './bulk.ts';
import { rowsOf } from './database.ts';
import { readDocuments } from './document-reader.ts';
import { type GoneRows, runsOf } from './document-store.ts';
import type { Engine } from './engine.ts';
import { type EngineAnswer, type EngineRequest, jsonBody } from './http-front.ts';
import { type Index, numberOf } from './index-catalog.ts';
import { ok } from './index-routes.ts';
import type { JsonObject } from './json-text.ts';
import { conditionOf } from './predicate.ts';
import { listOf, objectOf, onlyKeys, stringOf } from './request-value.ts';
import { illegalArgument, indexNotFound, ResponseError, unsupported } from './response-error.ts';
import { countMatches, search } from './search.ts';
import { IDLE_PARAMETERS, readSearchRequest, urlQuery, urlSource } from './search-request.ts';
import { compileTargets, type SearchTarget } from './search-target.ts';
import { readSourceFilter } from './source-filter.ts';
import { SqlBinder } from './sql-binder.ts';
import { readConditions, type WriteOperation } from './write-operation.ts';

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
  const answer = await bulk(engine.writer, request.body, index);
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
  const { body } = request;
  if (kind !== 'delete' && body.toString('utf8').trim() === '')
    throw new ResponseError(400, 'parse_exception', 'request body is required');
  const isCreate = kind === 'index' && (opType === 'create' || id === undefined);
  const operation: WriteOperation = {
    kind: isCreate ? 'create' : kind,
    index,
    id,
    body,
    requireAlias: request.parameters.get('require_alias') === 'true',
    conditions: readConditions((name) => request.parameters.get(name)),
  };
  const [result] = await engine.writer.submit([operation]);
  if (result === undefined) throw illegalArgument('nothing was written');
  await refreshIfAsked(engine, request);
  if (result.error === undefined) return { status: result.status, body: result.body };
  return {
    status: result.status,
    body: { error: { root_cause: [result.error], ...result.error }, status: result.status },
  };
}

async function refreshIfAsked(engine: Engine, request: EngineRequest): Promise<void> {
  const refresh = request.parameters.get('refresh');
  if (refresh !== undefined && refresh !== 'false') await engine.pending.flush();
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
  if (wanted.length === 0) throw illegalArgument('Validation Failed: 1: no documents to get;');
  const docs: unknown[] = [];
  for (const doc of wanted) {
    onlyKeys(doc, ['_index', '_id', '_source'], 'docs');
    const name = doc['_index'] === undefined ? defaultIndex : stringOf(doc['_index'], '_index');
    if (name === undefined) throw illegalArgument('Validation Failed: 1: index is missing for doc;');
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
  const isLenient = parameters.get('ignore_unavailable') === 'true';
  const indexes =
    read.pitId === undefined ? engine.catalog.resolve(expression, isLenient) : engine.pits.indexesOf(read.pitId);
  await engine.pending.makeVisible(indexes);
  return engine.database.read((connection) => search(connection, indexes, read));
}

export async function multiSearch(
  engine: Engine,
  defaultIndex: string | undefined,
  request: EngineRequest,
): Promise<EngineAnswer> {
  const lines = request.body
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  if (lines.length % 2 !== 0 || lines.length === 0)
    throw illegalArgument('_msearch needs pairs of a header line and a body line');
  const started = performance.now();
  const responses: unknown[] = [];
  for (let at = 0; at < lines.length; at += 2) {
    const parse = (line: string | undefined): JsonObject => jsonBody({ ...request, body: Buffer.from(line ?? '') });
    try {
      const header = parse(lines[at]);
      onlyKeys(
        header,
        ['index', 'ignore_unavailable', 'preference', 'search_type', 'expand_wildcards', 'allow_no_indices'],
        '_msearch header',
      );
      const names =
        header['index'] === undefined ? (defaultIndex ?? '*') : listOf(header['index']).map(String).join(',');
      responses.push({ ...(await searchBody(engine, names, parse(lines[at + 1]), new Map())), status: 200 });
    } catch (error) {
      if (!(error instanceof ResponseError)) throw error;
      const cause = { type: error.type, reason: error.message, ...error.details };
      responses.push({ error: { root_cause: [cause], ...cause }, status: error.status });
    }
  }
  return ok({ took: Math.round(performance.now() - started), responses });
}

export async function countRequest(engine: Engine, expression: string, request: EngineRequest): Promise<EngineAnswer> {
  checkParameters(request, ['q', 'df', 'default_operator', 'analyze_wildcard', 'lenient'], '_count');
  const body = jsonBody(request);
  onlyKeys(body, ['query'], '_count');
  const indexes = engine.catalog.resolve(expression, request.parameters.get('ignore_unavailable') === 'true');
  await engine.pending.makeVisible(indexes);
  const targets = targetsOf(indexes);
  const query = urlQuery(request.parameters) ?? body['query'];
  const count = await engine.database.read((connection) => countMatches(connection, targets, [query], Date.now()));
  return ok({ count, _shards: { total: targets.length, successful: targets.length, skipped: 0, failed: 0 } });
}

function targetsOf(indexes: readonly Index[]): readonly SearchTarget[] {
  return indexes.map((index, position) => ({ index, columns: index.visibleColumns, position }));
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
  const body = jsonBody(request);
  onlyKeys(body, ['query'], '_delete_by_query');
  const query = urlQuery(request.parameters) ?? body['query'];
  if (query === undefined)
    throw new ResponseError(400, 'action_request_validation_exception', 'Validation Failed: 1: query is missing;');
  const started = performance.now();
  const targets = targetsOf(
    engine.catalog.resolve(expression, request.parameters.get('ignore_unavailable') === 'true'),
  );
  let deleted = 0;
  const gone: GoneRows[] = [];
  await engine.pending.alone(async (connection) => {
    for (const target of targets) {
      const binder = new SqlBinder();
      const [compiled] = compileTargets([target], query, binder, Date.now());
      if (compiled === undefined) continue;
      const rows = await rowsOf(
        connection,
        binder.statement(`DELETE FROM ${target.index.table} WHERE ${conditionOf(compiled.predicate)} RETURNING _seq`),
      );
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
