// local/opensearch/http: from a method and a path to the request's handler; what is not here is refused by name.

import type { Engine } from '../engine.ts';
import { listOf, stringOf } from '../request/request-value.ts';
import { invalidRequest, type ResponseError, unsupported } from '../request/response-error.ts';
import * as aliases from './alias-routes.ts';
import { catIndexes } from './cat-table.ts';
import * as documents from './document-routes.ts';
import { fieldCapabilities } from './field-capabilities.ts';
import { type EngineAnswer, type EngineRequest, jsonBody } from './http-front.ts';
import * as indexes from './index-routes.ts';
import { rollover } from './rollover.ts';
import * as templates from './template-routes.ts';

const { ok } = indexes;
const VERSION = {
  distribution: 'opensearch',
  number: '3.8.0',
  build_type: 'embedded',
  build_hash: 'embedded',
  build_date: '2026-01-01T00:00:00.000000000Z',
  build_snapshot: false,
  lucene_version: '10.4.0',
  minimum_wire_compatibility_version: '2.19.0',
  minimum_index_compatibility_version: '2.0.0',
};

export async function route(engine: Engine, request: EngineRequest): Promise<EngineAnswer> {
  const [first, ...rest] = request.path;
  if (first === undefined && request.method !== 'GET' && request.method !== 'HEAD') throw unknownRequest(request);
  if (first === undefined)
    return ok({
      name: 'embedded',
      cluster_name: 'smart-ids',
      cluster_uuid: 'embedded',
      version: VERSION,
      tagline: 'The OpenSearch Project: https://opensearch.org/',
    });
  if (first.startsWith('_') && first !== '_all') return routeCluster(engine, first, rest, request);
  return routeIndex(engine, first, rest, request);
}

async function routeCluster(
  engine: Engine,
  first: string,
  rest: readonly string[],
  request: EngineRequest,
): Promise<EngineAnswer> {
  const { method } = request;
  const [second, third] = rest;
  const isRead = method === 'GET' || method === 'POST';
  switch (first) {
    case '_cluster':
      if (second === 'health' && method === 'GET') return ok(health(engine));
      break;
    case '_cat':
      if (second === 'indices' && method === 'GET') return catIndexes(engine, third ?? '*', request);
      break;
    case '_index_template':
      if (method === 'GET' || method === 'HEAD')
        return templates.getTemplates(engine, second ?? '*', method === 'HEAD');
      if (second !== undefined && (method === 'PUT' || method === 'POST'))
        return templates.putTemplate(engine, second, request);
      if (second !== undefined && method === 'DELETE') return templates.deleteTemplate(engine, second);
      break;
    case '_alias':
      if (method === 'GET' || method === 'HEAD') return aliases.getAliases(engine, '*', second, method === 'HEAD');
      break;
    case '_aliases':
      if (method === 'POST') return aliases.updateAliases(engine, request);
      if (method === 'GET') return aliases.getAliases(engine, '*', undefined, false);
      break;
    case '_mapping':
      if (method === 'GET') return indexes.getMappings(engine, '*');
      break;
    case '_bulk':
      if (method === 'POST' || method === 'PUT') return documents.bulkRequest(engine, undefined, request);
      break;
    case '_mget':
      if (isRead) return documents.getDocuments(engine, undefined, request);
      break;
    case '_search':
      if (second === 'point_in_time' && method === 'DELETE') return deletePits(engine, third, request);
      if (second === undefined && isRead) return documents.searchRequest(engine, '*', request);
      break;
    case '_msearch':
      if (isRead && second === undefined) return documents.multiSearch(engine, undefined, request);
      break;
    case '_count':
      if (isRead) return documents.countRequest(engine, '*', request);
      break;
    case '_field_caps':
      if (isRead) return fieldCapabilities(engine, '*', request);
      break;
    case '_refresh':
      if (isRead) return refresh(engine, '*');
      break;
    default:
      // such a name is one that no index can have
      if (method === 'PUT' && second === undefined) return indexes.createIndex(engine, first, request);
      break;
  }
  throw unknownRequest(request);
}

async function routeIndex(
  engine: Engine,
  name: string,
  rest: readonly string[],
  request: EngineRequest,
): Promise<EngineAnswer> {
  const { method } = request;
  const [action, second, third] = rest;
  const isRead = method === 'GET' || method === 'POST';
  const isWrite = method === 'PUT' || method === 'POST';
  switch (action) {
    case undefined:
      if (method === 'PUT') return indexes.createIndex(engine, name, request);
      if (method === 'HEAD') return indexes.indexExists(engine, name);
      if (method === 'GET') return indexes.getIndexes(engine, name);
      if (method === 'DELETE') return indexes.deleteIndexes(engine, name, request);
      break;
    case '_doc':
      if (second === undefined) {
        if (method === 'POST') return documents.writeDocument(engine, 'index', name, undefined, request);
        break;
      }
      if (isWrite) return documents.writeDocument(engine, 'index', name, second, request);
      if (method === 'GET' || method === 'HEAD') return documents.getDocument(engine, name, second, request, false);
      if (method === 'DELETE') return documents.writeDocument(engine, 'delete', name, second, request);
      break;
    case '_source':
      if (second !== undefined && (method === 'GET' || method === 'HEAD'))
        return documents.getDocument(engine, name, second, request, true);
      break;
    case '_create':
      if (second !== undefined && isWrite) return documents.writeDocument(engine, 'create', name, second, request);
      break;
    case '_update':
      if (second !== undefined && method === 'POST')
        return documents.writeDocument(engine, 'update', name, second, request);
      break;
    case '_bulk':
      if (isWrite) return documents.bulkRequest(engine, name, request);
      break;
    case '_mget':
      if (isRead) return documents.getDocuments(engine, name, request);
      break;
    case '_search':
      if (second === 'point_in_time' && method === 'POST') return createPit(engine, name, request);
      if (second === undefined && isRead) return documents.searchRequest(engine, name, request);
      break;
    case '_msearch':
      if (isRead && second === undefined) return documents.multiSearch(engine, name, request);
      break;
    case '_count':
      if (isRead) return documents.countRequest(engine, name, request);
      break;
    case '_delete_by_query':
      if (method === 'POST') return documents.deleteByQuery(engine, name, request);
      break;
    case '_refresh':
    case '_flush':
      if (isRead) return refresh(engine, name);
      break;
    case '_rollover':
      if (method === 'POST' && third === undefined) return rollover(engine, name, second, request);
      break;
    case '_mapping':
      if (method === 'GET') return indexes.getMappings(engine, name);
      if (isWrite) return indexes.putMapping(engine, name, request);
      break;
    case '_settings':
      if (method === 'GET') return indexes.getSettings(engine, name);
      break;
    case '_alias':
    case '_aliases':
      return routeAlias(engine, name, second, request);
    case '_field_caps':
      if (isRead) return fieldCapabilities(engine, name, request);
      break;
    default:
      if (third !== undefined) break;
  }
  throw unknownRequest(request);
}

async function routeAlias(
  engine: Engine,
  name: string,
  alias: string | undefined,
  request: EngineRequest,
): Promise<EngineAnswer> {
  const { method } = request;
  if (method === 'GET' || method === 'HEAD') return aliases.getAliases(engine, name, alias, method === 'HEAD');
  if (alias === undefined) throw unknownRequest(request);
  if (method === 'PUT' || method === 'POST') {
    return aliases.applyAliasActions(engine, [{ add: { ...jsonBody(request), index: name, alias } }]);
  }
  if (method === 'DELETE') return aliases.applyAliasActions(engine, [{ remove: { index: name, alias } }]);
  throw unknownRequest(request);
}

async function refresh(engine: Engine, expression: string): Promise<EngineAnswer> {
  const total = engine.catalog.resolve(expression).length;
  await engine.pending.flush();
  return ok({ _shards: { total, successful: total, failed: 0 } });
}

async function createPit(engine: Engine, expression: string, request: EngineRequest): Promise<EngineAnswer> {
  const pit = await engine.pits.create(expression, request.parameters.get('keep_alive'));
  const total = pit.targets.length;
  return ok({
    pit_id: pit.id,
    _shards: { total, successful: total, skipped: 0, failed: 0 },
    creation_time: pit.createdMs,
  });
}

function deletePits(engine: Engine, which: string | undefined, request: EngineRequest): EngineAnswer {
  if (which === '_all') return ok({ pits: engine.pits.delete(undefined) });
  const ids = listOf(jsonBody(request)['pit_id'] ?? []).map((id) => stringOf(id, 'pit_id'));
  if (ids.length === 0) throw invalidRequest('no pit ids specified');
  return ok({ pits: engine.pits.delete(ids) });
}

function health(engine: Engine): Readonly<Record<string, unknown>> {
  const shards = engine.catalog.indexes.size;
  return {
    cluster_name: 'smart-ids',
    status: 'green',
    timed_out: false,
    number_of_nodes: 1,
    number_of_data_nodes: 1,
    discovered_cluster_manager: true,
    active_primary_shards: shards,
    active_shards: shards,
    relocating_shards: 0,
    initializing_shards: 0,
    unassigned_shards: 0,
    delayed_unassigned_shards: 0,
    number_of_pending_tasks: 0,
    number_of_in_flight_fetch: 0,
    task_max_waiting_in_queue_millis: 0,
    active_shards_percent_as_number: 100,
  };
}

function unknownRequest(request: EngineRequest): ResponseError {
  return unsupported(`[${request.method} /${request.path.join('/')}]`);
}
