// local/opensearch: the requests about indexes, aliases, mappings and templates.
import { rowsOf } from './database.ts';
import type { Engine } from './engine.ts';
import { type EngineAnswer, type EngineRequest, jsonBody } from './http-front.ts';
import type { Index } from './index-catalog.ts';
import type { JsonObject } from './json-text.ts';
import { namePattern } from './name-pattern.ts';
import { checkTemplate, readAlias } from './new-index.ts';
import { booleanOf, listOf, objectOf, onlyKeys, onlyMember, stringOf } from './request-value.ts';
import { illegalArgument, indexNotFound, ResponseError, unsupported } from './response-error.ts';

const ACKNOWLEDGED = { acknowledged: true };

export function ok(body: unknown): EngineAnswer {
  return { status: 200, body };
}

export async function createIndex(engine: Engine, name: string, request: EngineRequest): Promise<EngineAnswer> {
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
  const settings: Record<string, unknown> = {
    creation_date: String(index.createdMs),
    number_of_shards: '1',
    number_of_replicas: '0',
    uuid: index.uuid,
    provided_name: index.name,
  };
  for (const [name, value] of Object.entries(index.settings)) {
    settings[name.slice('index.'.length)] = Array.isArray(value) ? value.map(String) : String(value);
  }
  return { index: settings };
}

function aliasesBody(index: Index): JsonObject {
  return Object.fromEntries(
    [...index.aliases].map(([name, alias]) => [
      name,
      alias.isWriteIndex === undefined ? {} : { is_write_index: alias.isWriteIndex },
    ]),
  );
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

export async function putTemplate(engine: Engine, name: string, request: EngineRequest): Promise<EngineAnswer> {
  const body = jsonBody(request);
  checkTemplate(body);
  if (request.parameters.get('create') === 'true' && engine.catalog.templates.has(name)) {
    throw illegalArgument(`index template [${name}] already exists`);
  }
  await engine.database.write((connection) => engine.catalog.putTemplate(connection, name, body));
  return ok(ACKNOWLEDGED);
}

export function getTemplates(engine: Engine, name: string, isHead: boolean): EngineAnswer {
  const matches = namePattern(name);
  const found = [...engine.catalog.templates.values()].filter((template) => matches(template.name));
  if (found.length === 0 && !name.includes('*')) {
    if (isHead) return { status: 404, body: undefined };
    throw new ResponseError(404, 'resource_not_found_exception', `index template matching [${name}] not found`);
  }
  if (isHead) return { status: 200, body: undefined };
  return ok({
    index_templates: found.map((template) => ({
      name: template.name,
      index_template: { composed_of: [], ...template.json },
    })),
  });
}

export async function deleteTemplate(engine: Engine, name: string): Promise<EngineAnswer> {
  const matches = namePattern(name);
  const found = [...engine.catalog.templates.keys()].filter(matches);
  if (found.length === 0 && !name.includes('*')) {
    throw new ResponseError(404, 'index_template_missing_exception', `index_template [${name}] missing`);
  }
  await engine.database.write(async (connection) => {
    for (const template of found) await engine.catalog.deleteTemplate(connection, template);
  });
  return ok(ACKNOWLEDGED);
}

/** `_alias` and `_alias/{name}`, over all indexes or some. */
export function getAliases(
  engine: Engine,
  expression: string,
  alias: string | undefined,
  isHead: boolean,
): EngineAnswer {
  const patterns = alias?.split(',').map(namePattern);
  const found: Record<string, unknown> = {};
  for (const index of engine.catalog.resolve(expression)) {
    const all = Object.entries(aliasesBody(index));
    const aliases = patterns === undefined ? all : all.filter(([name]) => patterns.some((matches) => matches(name)));
    if (aliases.length > 0 || patterns === undefined) found[index.name] = { aliases: Object.fromEntries(aliases) };
  }
  const isMissing = alias !== undefined && !alias.includes('*') && Object.keys(found).length === 0;
  if (isHead) return { status: isMissing ? 404 : 200, body: undefined };
  if (isMissing) return { status: 404, body: { error: `alias [${alias}] missing`, status: 404 } };
  return ok(found);
}

export async function updateAliases(engine: Engine, request: EngineRequest): Promise<EngineAnswer> {
  const body = jsonBody(request);
  onlyKeys(body, ['actions'], '_aliases');
  return applyAliasActions(engine, listOf(body['actions'] ?? []));
}

export async function applyAliasActions(engine: Engine, actions: readonly unknown[]): Promise<EngineAnswer> {
  await engine.pending.alone(async (connection) => {
    const changed = new Map<string, Index>();
    const doomed: Index[] = [];
    for (const item of actions) {
      const [kind, value] = onlyMember(objectOf(item, 'action'), 'action');
      const action = objectOf(value, kind);
      onlyKeys(
        action,
        ['index', 'indices', 'alias', 'aliases', 'is_write_index', 'is_hidden', 'must_exist'],
        `alias action ${kind}`,
      );
      const indexes = listOf(action['indices'] ?? action['index']).flatMap((name) =>
        engine.catalog.resolve(stringOf(name, 'index')),
      );
      const aliases = listOf(action['aliases'] ?? action['alias'] ?? []).map((name) => stringOf(name, 'alias'));
      if (kind === 'remove_index') {
        doomed.push(...indexes);
        continue;
      }
      if (kind !== 'add' && kind !== 'remove') throw unsupported(`alias action [${kind}]`);
      for (const index of indexes) {
        for (const alias of aliases) changeAlias(engine, index, kind, alias, action);
        changed.set(index.name, index);
      }
    }
    for (const index of changed.values()) await engine.catalog.saveIndex(connection, index);
    for (const index of doomed) await engine.catalog.deleteIndex(connection, index);
  });
  return ok(ACKNOWLEDGED);
}

function changeAlias(engine: Engine, index: Index, kind: 'add' | 'remove', alias: string, action: JsonObject): void {
  if (kind === 'add') {
    if (engine.catalog.indexes.has(alias)) {
      throw new ResponseError(
        400,
        'invalid_alias_name_exception',
        `Invalid alias name [${alias}]: an index or data stream exists with the same name as the alias`,
      );
    }
    const definition = action['is_write_index'] === undefined ? {} : { is_write_index: action['is_write_index'] };
    index.aliases.set(alias, readAlias(definition, alias));
    return;
  }
  const matches = namePattern(alias);
  const removed = [...index.aliases.keys()].filter(matches);
  for (const name of removed) index.aliases.delete(name);
  const mustExist = action['must_exist'] !== undefined && booleanOf(action['must_exist'], 'must_exist');
  if (removed.length === 0 && (mustExist || !alias.includes('*'))) {
    throw new ResponseError(404, 'aliases_not_found_exception', `aliases [${alias}] missing`);
  }
}

export async function catIndexes(engine: Engine, expression: string): Promise<EngineAnswer> {
  const indexes = engine.catalog.resolve(expression);
  await engine.pending.makeVisible(indexes);
  const rows = await engine.database.read(async (connection) => {
    const counts: unknown[] = [];
    for (const index of indexes) {
      const [row] = await rowsOf(connection, {
        sql: `SELECT count(*) FROM ${index.table}`,
      });
      counts.push(Number(row?.[0] ?? 0));
    }
    return counts;
  });
  return ok(
    indexes.map((index, at) => ({
      health: 'green',
      status: 'open',
      index: index.name,
      uuid: index.uuid,
      pri: '1',
      rep: '0',
      'docs.count': String(rows[at]),
      'docs.deleted': '0',
      'store.size': null,
      'pri.store.size': null,
    })),
  );
}

export function fieldCapabilities(engine: Engine, expression: string, request: EngineRequest): EngineAnswer {
  const patterns = (request.parameters.get('fields') ?? '*').split(',').map(namePattern);
  const indexes = engine.catalog.resolve(expression);
  const fields: Record<string, Record<string, unknown>> = {};
  for (const index of indexes) {
    for (const [name, field] of index.mapping.fields) {
      if (!patterns.some((matches) => matches(name))) continue;
      const byType = fields[name] ?? {};
      fields[name] = byType;
      byType[field.type] = {
        type: field.type,
        searchable: true,
        aggregatable: field.family !== 'text' && field.family !== 'flat',
      };
    }
  }
  return ok({ indices: indexes.map((index) => index.name), fields });
}
