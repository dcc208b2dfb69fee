// local/opensearch/http: `_cat/indices`: a line an index, as JSON or as a table of texts, columns and order as asked for.
import { rowsOf } from '../database/database.ts';
import type { Engine } from '../engine.ts';
import { illegalArgument, unsupported } from '../request/response-error.ts';
import type { EngineAnswer, EngineRequest } from './http-front.ts';
import { ok } from './index-routes.ts';

/** Columns by name, with the short names that a request may use. */
const COLUMNS: ReadonlyMap<string, readonly string[]> = new Map([
  ['health', ['h']],
  ['status', ['s']],
  ['index', ['i', 'idx']],
  ['uuid', ['id']],
  ['pri', ['p', 'shards.primary', 'shardsPrimary']],
  ['rep', ['r', 'shards.replica', 'shardsReplica']],
  ['docs.count', ['dc', 'docsCount']],
  ['docs.deleted', ['dd', 'docsDeleted']],
  ['store.size', ['ss', 'storeSize']],
  ['pri.store.size', []],
]);
const NUMERIC = new Set(['pri', 'rep', 'docs.count', 'docs.deleted', 'store.size', 'pri.store.size']);
const PARAMETERS = [
  'format',
  'h',
  's',
  'v',
  'pretty',
  'expand_wildcards',
  'bytes',
  'time',
  'master_timeout',
  'cluster_manager_timeout',
];

type Line = ReadonlyMap<string, string | null>;

export async function catIndexes(engine: Engine, expression: string, request: EngineRequest): Promise<EngineAnswer> {
  const { parameters } = request;
  for (const name of parameters.keys())
    if (!PARAMETERS.includes(name)) throw unsupported(`parameter [${name}] in [_cat/indices]`);
  const format = parameters.get('format') ?? 'text';
  if (format !== 'json' && format !== 'text') throw unsupported(`[format] [${format}] in [_cat/indices]`);
  const shown = (parameters.get('h')?.split(',') ?? [...COLUMNS.keys()]).map((name) => ({
    name,
    column: columnOf(name),
  }));
  const lines = sorted(await linesOf(engine, expression), parameters.get('s'));
  if (format === 'json')
    return ok(
      lines.map((line) => Object.fromEntries(shown.map(({ name, column }) => [name, line.get(column) ?? null]))),
    );
  const hasHead = parameters.has('v') && parameters.get('v') !== 'false';
  const rows = [
    ...(hasHead ? [shown.map(({ name }) => name)] : []),
    ...lines.map((line) => shown.map(({ column }) => line.get(column) ?? '')),
  ];
  const widths = shown.map((_, at) => Math.max(0, ...rows.map((row) => row[at]?.length ?? 0)));
  const pad = (text: string, at: number): string =>
    NUMERIC.has(shown[at]?.column ?? '') && rows.length > 0
      ? text.padStart(widths[at] ?? 0)
      : text.padEnd(widths[at] ?? 0);
  return ok(rows.map((row) => `${row.map(pad).join(' ').trimEnd()}\n`).join(''));
}

function columnOf(name: string): string {
  const column = [...COLUMNS].find(([full, short]) => full === name || short.includes(name))?.[0];
  if (column === undefined) throw unsupported(`column [${name}] in [_cat/indices]`);
  return column;
}

async function linesOf(engine: Engine, expression: string): Promise<readonly Line[]> {
  const indexes = engine.catalog.resolve(expression);
  await engine.pending.makeVisible(indexes);
  return engine.database.read(async (connection) => {
    const lines: Line[] = [];
    for (const { table, name, uuid } of indexes) {
      const [row] = await rowsOf(connection, { sql: `SELECT count(*) FROM ${table}` });
      lines.push(
        new Map<string, string | null>([
          ...([
            ['health', 'green'],
            ['status', 'open'],
            ['index', name],
            ['uuid', uuid],
            ['pri', '1'],
            ['rep', '0'],
          ] as const),
          ...([
            ['docs.count', String(row?.[0] ?? 0)],
            ['docs.deleted', '0'],
            ['store.size', null],
            ['pri.store.size', null],
          ] as const),
        ]),
      );
    }
    return lines;
  });
}

function sorted(lines: readonly Line[], asked: string | undefined): readonly Line[] {
  const keys = (asked?.split(',') ?? []).map((part) => {
    const [name = '', direction = 'asc'] = part.split(':');
    if (direction !== 'asc' && direction !== 'desc') throw illegalArgument(`unknown order [${direction}] in [s]`);
    return { column: columnOf(name), sign: direction === 'asc' ? 1 : -1 };
  });
  return lines.toSorted((left, right) => {
    for (const { column, sign } of keys) {
      const order = compare(left.get(column) ?? '', right.get(column) ?? '', NUMERIC.has(column));
      if (order !== 0) return order * sign;
    }
    return 0;
  });
}

function compare(left: string, right: string, isNumber: boolean): number {
  if (isNumber) return Number(left) - Number(right);
  return left === right ? 0 : left < right ? -1 : 1;
}
