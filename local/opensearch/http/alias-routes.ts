// local/opensearch/http: the requests about aliases: shown, given, taken, all of one request's or none.

import type { Alias, Index } from '../catalog/index-catalog.ts';
import { checkAliasName, readAlias } from '../catalog/new-index.ts';
import type { Engine } from '../engine.ts';
import type { JsonObject } from '../request/json-text.ts';
import { namePattern } from '../request/name-pattern.ts';
import { booleanOf, listOf, objectOf, onlyKeys, onlyMember, stringOf } from '../request/request-value.ts';
import { illegalArgument, ResponseError, unsupported } from '../request/response-error.ts';
import { type EngineAnswer, type EngineRequest, jsonBody } from './http-front.ts';
import { ACKNOWLEDGED, ok } from './index-routes.ts';

const KINDS = ['add', 'remove', 'remove_index'];
const MEMBERS = ['index', 'indices', 'alias', 'aliases', 'is_write_index', 'is_hidden', 'must_exist'];
/** What OpenSearch's aliases can do and these cannot. */
const UNSUPPORTED = ['filter', 'routing', 'index_routing', 'search_routing'];

export function aliasesBody(index: Index): JsonObject {
  return Object.fromEntries(
    [...index.aliases].map(([name, alias]) => [
      name,
      alias.isWriteIndex === undefined ? {} : { is_write_index: alias.isWriteIndex },
    ]),
  );
}

/** `_alias` and `_alias/{name}`, over all indexes or some. */
export function getAliases(
  engine: Engine,
  expression: string,
  alias: string | undefined,
  isHead: boolean,
): EngineAnswer {
  const names = alias?.split(',');
  const patterns = names?.map(namePattern);
  const found: Record<string, unknown> = {};
  const seen = new Set<string>();
  for (const index of engine.catalog.resolve(expression)) {
    const all = Object.entries(aliasesBody(index));
    const aliases = patterns === undefined ? all : all.filter(([name]) => patterns.some((matches) => matches(name)));
    for (const [name] of aliases) seen.add(name);
    if (aliases.length > 0 || patterns === undefined) found[index.name] = { aliases: Object.fromEntries(aliases) };
  }
  const missing = (names ?? []).filter((name) => !name.includes('*') && name !== '_all' && !seen.has(name));
  if (isHead) return { status: missing.length > 0 ? 404 : 200, body: undefined };
  if (missing.length === 0) return ok(found);
  const error = `alias${missing.length > 1 ? 'es' : ''} [${missing.join(',')}] missing`;
  return { status: 404, body: { error, status: 404, ...found } };
}

export async function updateAliases(engine: Engine, request: EngineRequest): Promise<EngineAnswer> {
  if (request.body.length === 0) throw new ResponseError(400, 'parse_exception', 'request body is required');
  const body = jsonBody(request);
  onlyKeys(body, ['actions'], '_aliases', 'x_content_parse_exception');
  return applyAliasActions(engine, listOf(body['actions'] ?? []));
}

/** What actions make of the aliases of indexes, before any of it is done. */
interface AliasChanges {
  readonly aliases: Map<Index, Map<string, Alias>>;
  readonly doomed: Set<Index>;
}

export async function applyAliasActions(engine: Engine, actions: readonly unknown[]): Promise<EngineAnswer> {
  if (actions.length === 0) throw illegalArgument('No action specified');
  await engine.pending.alone(async (connection) => {
    const changes: AliasChanges = { aliases: new Map(), doomed: new Set() };
    for (const item of actions) planAction(engine, item, changes);
    checkWriteIndexes(engine, changes);
    for (const [index, aliases] of changes.aliases) {
      index.aliases.clear();
      for (const [name, alias] of aliases) index.aliases.set(name, alias);
      await engine.catalog.saveIndex(connection, index);
    }
    for (const index of changes.doomed) await engine.catalog.deleteIndex(connection, index);
  });
  return ok(ACKNOWLEDGED);
}

function planAction(engine: Engine, item: unknown, changes: AliasChanges): void {
  const [kind, value] = onlyMember(objectOf(item, 'action'), 'action');
  if (!KINDS.includes(kind)) throw refuse(`[aliases] unknown field [${kind}]`);
  const action = objectOf(value, kind);
  for (const name of Object.keys(action)) if (UNSUPPORTED.includes(name)) throw unsupported(`[${name}] of an alias`);
  onlyKeys(action, MEMBERS, `alias action ${kind}`, 'x_content_parse_exception');
  const names = listOf(action['indices'] ?? action['index'] ?? []).map((name) => stringOf(name, 'index'));
  const aliases = listOf(action['aliases'] ?? action['alias'] ?? []).map((name) => stringOf(name, 'alias'));
  if (names.length === 0) throw refuse('One of [index] or [indices] is required');
  if (kind !== 'remove_index' && aliases.length === 0) throw refuse('One of [alias] or [aliases] is required');
  const indexes = names.flatMap((name) => engine.catalog.resolve(name));
  for (const index of indexes) {
    if (kind === 'remove_index') changes.doomed.add(index);
    else {
      const changed = changes.aliases.get(index) ?? new Map(index.aliases);
      changes.aliases.set(index, changed);
      for (const alias of aliases) if (kind === 'add') addAlias(engine, changed, alias, action);
    }
  }
  if (kind === 'remove') removeAliases(indexes, aliases, action, changes);
}

function addAlias(engine: Engine, aliases: Map<string, Alias>, alias: string, action: JsonObject): void {
  checkAliasName(alias);
  if (engine.catalog.indexes.has(alias)) {
    throw new ResponseError(
      400,
      'invalid_alias_name_exception',
      `Invalid alias name [${alias}]: an index or data stream exists with the same name as the alias`,
    );
  }
  const definition = action['is_write_index'] === undefined ? {} : { is_write_index: action['is_write_index'] };
  aliases.set(alias, readAlias(definition, alias));
}

function removeAliases(
  indexes: readonly Index[],
  aliases: readonly string[],
  action: JsonObject,
  changes: AliasChanges,
): void {
  const mustExist = action['must_exist'] === undefined || booleanOf(action['must_exist'], 'must_exist');
  for (const alias of aliases) {
    const matches = namePattern(alias);
    let removed = 0;
    for (const index of indexes) {
      const changed = changes.aliases.get(index);
      for (const name of [...(changed?.keys() ?? [])].filter(matches)) {
        changed?.delete(name);
        removed += 1;
      }
    }
    if (removed === 0 && mustExist && !alias.includes('*'))
      throw new ResponseError(404, 'aliases_not_found_exception', `aliases [${alias}] missing`);
  }
}

function checkWriteIndexes(engine: Engine, { aliases, doomed }: AliasChanges): void {
  const writers = new Map<string, string>();
  for (const index of engine.catalog.indexes.values()) {
    if (doomed.has(index)) continue;
    for (const [name, { isWriteIndex }] of aliases.get(index) ?? index.aliases) {
      if (isWriteIndex !== true) continue;
      const other = writers.get(name);
      if (other !== undefined) {
        throw new ResponseError(
          500,
          'illegal_state_exception',
          `alias [${name}] has more than one write index [${other},${index.name}]`,
        );
      }
      writers.set(name, index.name);
    }
  }
}

function refuse(reason: string): ResponseError {
  return new ResponseError(400, 'x_content_parse_exception', reason);
}
