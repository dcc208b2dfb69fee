// local/opensearch/http: rollover: an alias' writes go to a new index once its index is large or old enough.

import type { Index } from '../catalog/index-catalog.ts';
import { rowsOf } from '../database/database.ts';
import type { Engine } from '../engine.ts';
import type { JsonObject } from '../request/json-text.ts';
import { integerOf, objectOf, onlyKeys, stringOf } from '../request/request-value.ts';
import { illegalArgument, ResponseError, unsupported } from '../request/response-error.ts';
import { timeValueMs } from '../request/time-value.ts';
import { type EngineAnswer, type EngineRequest, jsonBody } from './http-front.ts';
import { ok } from './index-routes.ts';

const NUMBERED = /^(.*)-(\d+)$/;
const NUMBER_DIGITS = 6;
const MEMBERS = ['conditions', 'settings', 'mappings', 'aliases'];
const CONDITIONS = ['max_docs', 'max_age', 'max_size'];

/** `name`: of the new index; without one the number at the end of the old one's is counted up. */
export async function rollover(
  engine: Engine,
  alias: string,
  name: string | undefined,
  request: EngineRequest,
): Promise<EngineAnswer> {
  for (const parameter of request.parameters.keys())
    if (!['dry_run', 'pretty', 'timeout', 'wait_for_active_shards'].includes(parameter))
      throw unsupported(`parameter [${parameter}] in [_rollover]`);
  const body = jsonBody(request);
  onlyKeys(body, MEMBERS, '_rollover', 'x_content_parse_exception');
  const conditions = body['conditions'] === undefined ? {} : objectOf(body['conditions'], 'conditions');
  onlyKeys(conditions, CONDITIONS, 'conditions of _rollover', 'x_content_parse_exception');
  const old = writeIndexOf(engine, alias);
  const next = name ?? nextName(old.name);
  const isDry = request.parameters.get('dry_run') === 'true' || request.parameters.get('dry_run') === '';
  await engine.pending.makeVisible([old]);
  const met = await conditionsMet(engine, old, conditions);
  const isDue = Object.keys(met).length === 0 || Object.values(met).includes(true);
  engine.catalog.checkName(next);
  const rollsOver = isDue && !isDry;
  if (rollsOver) await move(engine, alias, old, next, body);
  return ok({
    acknowledged: rollsOver,
    shards_acknowledged: rollsOver,
    old_index: old.name,
    new_index: next,
    rolled_over: rollsOver,
    dry_run: isDry,
    conditions: met,
  });
}

function writeIndexOf(engine: Engine, alias: string): Index {
  const targets = engine.catalog.aliasTargets(alias);
  if (targets.length === 0) {
    const what = engine.catalog.indexes.has(alias) ? 'is an index' : 'does not exist';
    throw illegalArgument(`rollover target [${alias}] ${what}: it must be an alias`);
  }
  const writer = targets.find((index) => index.aliases.get(alias)?.isWriteIndex === true);
  const [only] = targets;
  if (writer !== undefined) return writer;
  if (only !== undefined && targets.length === 1 && only.aliases.get(alias)?.isWriteIndex === undefined) return only;
  throw illegalArgument(`rollover target [${alias}] does not point to a write index`);
}

function nextName(name: string): string {
  const [, stem = '', digits] = NUMBERED.exec(name) ?? [];
  if (digits === undefined)
    throw illegalArgument(`index name [${name}] does not match pattern '^.*-\\d+$': name the new index`);
  return `${stem}-${String(BigInt(digits) + 1n).padStart(NUMBER_DIGITS, '0')}`;
}

async function conditionsMet(
  engine: Engine,
  index: Index,
  conditions: JsonObject,
): Promise<Readonly<Record<string, boolean>>> {
  const met: Record<string, boolean> = {};
  for (const [name, value] of Object.entries(conditions)) {
    if (name === 'max_docs') {
      const most = numberOf(value, name);
      met[`[max_docs: ${most}]`] = (await countOf(engine, index)) >= most;
    } else if (name === 'max_age') {
      const text = stringOf(value, name);
      const ms = ageMs(text);
      met[`[max_age: ${ms === 0 ? '0s' : text}]`] = Date.now() - index.createdMs >= ms;
    } else throw unsupported('[max_size] in [conditions of _rollover]');
  }
  return met;
}

async function countOf(engine: Engine, index: Index): Promise<number> {
  const [row] = await engine.database.read((connection) =>
    rowsOf(connection, { sql: `SELECT count(*) FROM ${index.table}` }),
  );
  return Number(row?.[0] ?? 0);
}

function numberOf(value: unknown, name: string): number {
  try {
    return integerOf(value, name);
  } catch {
    throw new ResponseError(400, 'x_content_parse_exception', `[conditions] failed to parse field [${name}]`);
  }
}

function ageMs(text: string): number {
  const ms = timeValueMs(text);
  if (ms === undefined)
    throw new ResponseError(
      400,
      'x_content_parse_exception',
      `[conditions] failed to parse field [max_age]: [${text}] is no time value`,
    );
  return ms;
}

async function move(engine: Engine, alias: string, old: Index, next: string, body: JsonObject): Promise<void> {
  const { conditions: _, ...definition } = body;
  await engine.pending.alone(async (connection) => {
    const isExplicit = old.aliases.get(alias)?.isWriteIndex === true;
    const made = await engine.catalog.createIndex(connection, next, definition);
    made.aliases.set(alias, { isWriteIndex: isExplicit ? true : undefined });
    if (isExplicit) old.aliases.set(alias, { isWriteIndex: false });
    else old.aliases.delete(alias);
    await engine.catalog.saveIndex(connection, made);
    await engine.catalog.saveIndex(connection, old);
  });
}
