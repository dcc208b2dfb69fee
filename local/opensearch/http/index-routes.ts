// local/opensearch/http: the requests about indexes and their mappings.

import type { Index } from '../catalog/index-catalog.ts';
import type { Engine } from '../engine.ts';
import { isJsonObject, type JsonObject } from '../request/json-text.ts';
import { namePattern } from '../request/name-pattern.ts';
import { illegalArgument, indexNotFound, ResponseError } from '../request/response-error.ts';
import { aliasesBody } from './alias-routes.ts';
import { type EngineAnswer, type EngineRequest, jsonBody } from './http-front.ts';

export const ACKNOWLEDGED = { acknowledged: true };

export function ok(body: unknown): EngineAnswer {
  return { status: 200, body };
}

export async function createIndex(engine: Engine, name: string, request: EngineRequest): Promise<EngineAnswer> {
  if (request.body.toString('utf8').trimStart().startsWith('['))
    throw new ResponseError(
      400,
      'not_x_content_exception',
      'Compressor detection can only be called on some xcontent bytes',
    );
  const body = jsonBody(request);
  await engine.database.write((connection) => engine.catalog.createIndex(connection, name, body));
  return ok({ acknowledged: true, shards_acknowledged: true, index: name });
}

export async function deleteIndexes(engine: Engine, expression: string, request: EngineRequest): Promise<EngineAnswer> {
  const { catalog } = engine;
  for (const part of expression.split(',')) {
    if (!part.includes('*') && !catalog.indexes.has(part) && catalog.aliasTargets(part).length > 0) {
      throw illegalArgument(
        `The provided expression [${part}] matches an alias, specify the corresponding concrete indices instead.`,
      );
    }
  }
  const isLenient = request.parameters.get('ignore_unavailable') === 'true';
  await engine.pending.alone(async (connection) => {
    const doomed = expression
      .split(',')
      .flatMap((part) =>
        part.includes('*') || part === '_all'
          ? namedLike(engine, part)
          : (catalog.indexes.get(part) ?? missing(part, isLenient)),
      );
    for (const index of new Set(doomed)) await catalog.deleteIndex(connection, index);
  });
  return ok(ACKNOWLEDGED);
}

function namedLike(engine: Engine, pattern: string): readonly Index[] {
  const matches = namePattern(pattern === '_all' ? '*' : pattern);
  return [...engine.catalog.indexes.values()].filter((index) => matches(index.name));
}

function missing(name: string, isLenient: boolean): readonly Index[] {
  if (isLenient) return [];
  throw indexNotFound(name);
}

export function indexExists(engine: Engine, expression: string): EngineAnswer {
  try {
    const found = engine.catalog.resolve(expression);
    return { status: found.length > 0 || expression.includes('*') ? 200 : 404, body: undefined };
  } catch {
    return { status: 404, body: undefined };
  }
}

export function getIndexes(engine: Engine, expression: string): EngineAnswer {
  return ok(
    Object.fromEntries(
      engine.catalog
        .resolve(expression)
        .map((index) => [
          index.name,
          { aliases: aliasesBody(index), mappings: index.mapping.json, settings: settingsBody(index) },
        ]),
    ),
  );
}

function settingsBody(index: Index): JsonObject {
  return shownSettings({
    'index.creation_date': String(index.createdMs),
    'index.number_of_shards': '1',
    'index.number_of_replicas': '0',
    'index.uuid': index.uuid,
    'index.provided_name': index.name,
    ...index.settings,
  });
}

/** Settings by their full names as OpenSearch shows them: texts, one object in the other. */
export function shownSettings(settings: JsonObject): JsonObject {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(settings)) {
    const parts = name.split('.');
    const last = parts.pop() ?? '';
    let target = shown;
    for (const part of parts) {
      const inner = (isJsonObject(target[part]) ? target[part] : {}) as Record<string, unknown>;
      target[part] = inner;
      target = inner;
    }
    target[last] = Array.isArray(value) ? value.map(String) : String(value);
  }
  return shown;
}

export function getMappings(engine: Engine, expression: string): EngineAnswer {
  return ok(
    Object.fromEntries(
      engine.catalog.resolve(expression).map((index) => [index.name, { mappings: index.mapping.json }]),
    ),
  );
}

export function getSettings(engine: Engine, expression: string): EngineAnswer {
  return ok(
    Object.fromEntries(
      engine.catalog.resolve(expression).map((index) => [index.name, { settings: settingsBody(index) }]),
    ),
  );
}

export async function putMapping(engine: Engine, expression: string, request: EngineRequest): Promise<EngineAnswer> {
  const body = jsonBody(request);
  await engine.database.write(async (connection) => {
    for (const index of engine.catalog.resolve(expression)) await engine.catalog.putMapping(connection, index, body);
  });
  return ok(ACKNOWLEDGED);
}
