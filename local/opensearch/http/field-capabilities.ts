// local/opensearch/http: `_field_caps`: which types a field has in several indexes, and what can be done with it.

import type { Index } from '../catalog/index-catalog.ts';
import type { Engine } from '../engine.ts';
import type { ObjectNode } from '../mapping/mapping.ts';
import { namePattern } from '../request/name-pattern.ts';
import { booleanOf } from '../request/request-value.ts';
import { illegalArgument, unsupported } from '../request/response-error.ts';
import type { EngineAnswer, EngineRequest } from './http-front.ts';
import { ok } from './index-routes.ts';

const PARAMETERS = [
  'fields',
  'include_unmapped',
  'ignore_unavailable',
  'allow_no_indices',
  'expand_wildcards',
  'pretty',
];

interface Capability {
  readonly isSearchable: boolean;
  readonly isAggregatable: boolean;
  readonly indexes: string[];
}

export function fieldCapabilities(engine: Engine, expression: string, request: EngineRequest): EngineAnswer {
  const { parameters } = request;
  for (const name of parameters.keys())
    if (!PARAMETERS.includes(name)) throw unsupported(`parameter [${name}] in [_field_caps]`);
  if (request.body.length > 0) throw unsupported('a body in [_field_caps]');
  const asked = parameters.get('fields');
  if (asked === undefined) throw illegalArgument('specified fields can not be null or empty');
  const patterns = asked.split(',').map(namePattern);
  const indexes = engine.catalog.resolve(expression, parameters.get('ignore_unavailable') === 'true');
  const fields = new Map<string, Map<string, Capability>>();
  for (const index of indexes) {
    const matching = [...index.mapping.fields].filter(([name]) => patterns.some((matches) => matches(name)));
    for (const [name, field] of matching) {
      const isAggregatable = field.family !== 'text' && field.family !== 'flat';
      add(fields, index.name, name, field.type, { isSearchable: true, isAggregatable });
    }
    const objects = objectsOf(index.mapping.root, '').filter(
      (name) => patterns.some((matches) => matches(name)) || matching.some(([field]) => field.startsWith(`${name}.`)),
    );
    for (const name of objects) add(fields, index.name, name, 'object', { isSearchable: false, isAggregatable: false });
  }
  const isUnmapped = booleanOf(parameters.get('include_unmapped') ?? 'false', 'include_unmapped');
  if (isUnmapped) for (const types of fields.values()) addUnmapped(types, indexes);
  return ok({ indices: indexes.map((index) => index.name), fields: bodyOf(fields) });
}

function add(
  fields: Map<string, Map<string, Capability>>,
  index: string,
  name: string,
  type: string,
  can: Omit<Capability, 'indexes'>,
): void {
  const types = fields.get(name) ?? new Map<string, Capability>();
  fields.set(name, types);
  const known = types.get(type) ?? { ...can, indexes: [] };
  types.set(type, known);
  known.indexes.push(index);
}

function objectsOf(node: ObjectNode, path: string): readonly string[] {
  return [...node.children].flatMap(([name, child]) =>
    child.kind === 'object' ? [`${path}${name}`, ...objectsOf(child, `${path}${name}.`)] : [],
  );
}

function addUnmapped(types: Map<string, Capability>, indexes: readonly Index[]): void {
  const mapped = new Set([...types.values()].flatMap((type) => type.indexes));
  const lacking = indexes.map(({ name }) => name).filter((name) => !mapped.has(name));
  if (lacking.length > 0) types.set('unmapped', { isSearchable: false, isAggregatable: false, indexes: lacking });
}

function bodyOf(fields: ReadonlyMap<string, ReadonlyMap<string, Capability>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    [...fields].map(([name, types]) => [
      name,
      Object.fromEntries(
        [...types].map(([type, { isSearchable, isAggregatable, indexes }]) => [
          type,
          {
            ...{ type, searchable: isSearchable, aggregatable: isAggregatable },
            ...(types.size > 1 ? { indices: indexes } : {}),
          },
        ]),
      ),
    ]),
  );
}
