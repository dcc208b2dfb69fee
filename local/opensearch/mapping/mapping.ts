// local/opensearch/mapping: mappings: which fields documents of an index have, read from and kept as OpenSearch's JSON.
import { isKnownDateFormat } from '../../../lib/query/date-formats.ts';
import { isJsonObject, type JsonObject } from '../request/json-text.ts';
import { booleanOf, integerOf, objectOf, onlyKeys, stringOf } from '../request/request-value.ts';
import { illegalArgument, ResponseError, unsupported } from '../request/response-error.ts';
import { FIELD_TYPES, type Field, familyOf, limitsOf } from './field.ts';

export type Dynamic = 'true' | 'false' | 'strict';

export interface ObjectNode {
  readonly kind: 'object';
  readonly dynamic: Dynamic;
  readonly enabled: boolean;
  readonly children: ReadonlyMap<string, MappingNode>;
}

export interface FieldNode {
  readonly kind: 'field';
  readonly field: Field;
  readonly subFields: readonly Field[];
}

/** Another name of a field: searched, sorted and aggregated by, never written to. */
export interface AliasNode {
  readonly kind: 'alias';
  readonly name: string;
  readonly path: string;
}

export type MappingNode = ObjectNode | FieldNode | AliasNode;

export interface Mapping {
  readonly json: JsonObject;
  readonly root: ObjectNode;
  /** Every field that can be searched, by its full name; an alias gives the field that it stands for. */
  readonly fields: ReadonlyMap<string, Field>;
  /** Fields in the order of their ordinals; only ever appended to. */
  readonly order: readonly string[];
}

const ROOT_KEYS = [
  'properties',
  'dynamic',
  '_source',
  '_meta',
  'date_detection',
  'numeric_detection',
  'dynamic_templates',
];
const OBJECT_KEYS = ['type', 'properties', 'dynamic', 'enabled'];
const FIELD_KEYS = [
  ...['type', 'fields', 'ignore_above', 'format', 'ignore_malformed', 'meta', 'coerce'],
  // how Lucene lays a field out: nothing to do here, nothing changes in the answers we give
  ...[
    'index',
    'doc_values',
    'norms',
    'store',
    'index_options',
    'eager_global_ordinals',
    'analyzer',
    'search_analyzer',
    'boost',
  ],
];
const DEFAULT_FORMATS: readonly string[] = ['strict_date_optional_time', 'epoch_millis'];
const MAX_DEPTH = 20;

/** Reads the JSON of a mapping; fields keep the ordinals of `order`, new ones get the next. */
export function readMapping(json: JsonObject, order: readonly string[], totalFieldsLimit: number): Mapping {
  onlyKeys(json, ROOT_KEYS, 'mappings', 'mapper_parsing_exception');
  if (json['dynamic_templates'] !== undefined && (json['dynamic_templates'] as unknown[]).length > 0)
    throw unsupported('[dynamic_templates] in [mappings]');
  const ordinals = new Map(order.map((name, index) => [name, index]));
  const fields = new Map<string, Field>();
  const counted = { value: 0 };
  const ordinalOf = (name: string): number => {
    const known = ordinals.get(name);
    if (known !== undefined) return known;
    ordinals.set(name, ordinals.size);
    return ordinals.size - 1;
  };
  const aliases: AliasNode[] = [];
  const root = readObject(json, '', 'true', { fields, aliases, ordinalOf, counted, depth: 0 });
  for (const [name, field] of aliases.map((alias) => resolveAlias(alias, fields, aliases))) fields.set(name, field);
  if (counted.value > totalFieldsLimit) {
    throw illegalArgument(`Limit of total fields [${totalFieldsLimit}] has been exceeded`);
  }
  return { json: shownMapping(json), root, fields, order: [...ordinals.keys()] };
}

/** As OpenSearch shows a mapping: `dynamic` as a text. */
function shownMapping(json: JsonObject): JsonObject {
  const { dynamic, properties } = json;
  return {
    ...json,
    ...(typeof dynamic === 'boolean' ? { dynamic: String(dynamic) } : {}),
    ...(isJsonObject(properties)
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, value]) => [
              name,
              isJsonObject(value) ? shownMapping(value) : value,
            ]),
          ),
        }
      : {}),
  };
}

interface Reading {
  readonly fields: Map<string, Field>;
  readonly aliases: AliasNode[];
  readonly ordinalOf: (name: string) => number;
  readonly counted: { value: number };
  readonly depth: number;
}

function readObject(json: JsonObject, path: string, inherited: Dynamic, reading: Reading): ObjectNode {
  if (reading.depth > MAX_DEPTH)
    throw illegalArgument(`Limit of mapping depth [${MAX_DEPTH}] has been exceeded due to object field [${path}]`);
  const dynamic = json['dynamic'] === undefined ? inherited : dynamicOf(json['dynamic'], path);
  const enabled = json['enabled'] === undefined ? true : booleanOf(json['enabled'], 'enabled');
  const children = new Map<string, MappingNode>();
  const properties = json['properties'] === undefined ? {} : objectOf(json['properties'], 'properties');
  for (const [name, value] of Object.entries(properties)) {
    const [head = '', ...rest] = name.split('.');
    if (name === '' || head === '' || rest.includes('')) throw illegalArgument(`field name [${name}] is not allowed`);
    const definition = rest.length === 0 ? objectOf(value, name) : { properties: { [rest.join('.')]: value } };
    const full = path === '' ? head : `${path}.${head}`;
    const before = children.get(head);
    if (before?.kind === 'object') {
      const more = readNode(definition, full, dynamic, reading);
      if (more.kind !== 'object') throw illegalArgument(`field [${full}] is both an object and a field`);
      children.set(head, { ...before, children: new Map([...before.children, ...more.children]) });
    } else {
      children.set(head, readNode(definition, full, dynamic, reading));
    }
  }
  return { kind: 'object', dynamic, enabled, children };
}

function readNode(json: JsonObject, path: string, inherited: Dynamic, reading: Reading): MappingNode {
  reading.counted.value += 1;
  const type = json['type'];
  if (type === undefined || type === 'object') {
    onlyKeys(json, OBJECT_KEYS, path, 'mapper_parsing_exception');
    return readObject(json, path, inherited, { ...reading, depth: reading.depth + 1 });
  }
  if (type === 'alias') return readAlias(json, path, reading);
  const field = readField(json, path, reading);
  const subFields: Field[] = [];
  for (const [name, value] of Object.entries(json['fields'] === undefined ? {} : objectOf(json['fields'], 'fields'))) {
    reading.counted.value += 1;
    subFields.push(readField(objectOf(value, name), `${path}.${name}`, reading));
  }
  return { kind: 'field', field, subFields };
}

function readAlias(json: JsonObject, name: string, reading: Reading): AliasNode {
  onlyKeys(json, ['type', 'path'], name);
  if (json['path'] === undefined) {
    throw mapperParsing(`The [path] property must be specified for field [${name}].`);
  }
  const alias: AliasNode = { kind: 'alias', name, path: stringOf(json['path'], `${name}.path`) };
  reading.aliases.push(alias);
  return alias;
}

function resolveAlias(
  { name, path }: AliasNode,
  fields: ReadonlyMap<string, Field>,
  aliases: readonly AliasNode[],
): readonly [string, Field] {
  const refused = (why: string) => mapperParsing(`Invalid [path] value [${path}] for field alias [${name}]: ${why}`);
  if (path === name) throw refused('an alias cannot refer to itself.');
  if (aliases.some((other) => other.name === path)) throw refused('an alias cannot refer to another alias.');
  const field = fields.get(path);
  if (field === undefined) throw refused('an alias must refer to an existing field in the mappings.');
  return [name, field];
}

function mapperParsing(reason: string): ResponseError {
  return new ResponseError(400, 'mapper_parsing_exception', reason);
}

function readField(json: JsonObject, name: string, reading: Reading): Field {
  const type = stringOf(json['type'], `${name}.type`);
  const family = familyOf(type);
  if (family === undefined) {
    throw new ResponseError(
      400,
      'mapper_parsing_exception',
      `No handler for type [${type}] declared on field [${name}]: the embedded search engine knows [${FIELD_TYPES.join(', ')}]`,
    );
  }
  onlyKeys(json, FIELD_KEYS, name, 'mapper_parsing_exception');
  for (const key of ['analyzer', 'search_analyzer']) {
    if (json[key] !== undefined && json[key] !== 'standard')
      throw unsupported(`[${key}] [${String(json[key])}] of field [${name}]`);
  }
  const field: Field = {
    name,
    type,
    family,
    ordinal: reading.ordinalOf(name),
    ignoreAbove: json['ignore_above'] === undefined ? undefined : integerOf(json['ignore_above'], 'ignore_above'),
    formats: json['format'] === undefined ? DEFAULT_FORMATS : formatsOf(stringOf(json['format'], 'format')),
    ignoreMalformed:
      json['ignore_malformed'] === undefined ? false : booleanOf(json['ignore_malformed'], 'ignore_malformed'),
    limits: limitsOf(type),
  };
  reading.fields.set(name, field);
  return field;
}

/** The formats of a `format` text such as `strict_date_optional_time||epoch_millis`. */
export function formatsOf(text: string): readonly string[] {
  const names = text.split('||');
  const unknown = names.find((name) => !isKnownDateFormat(name));
  if (unknown !== undefined) throw unsupported(`date format [${unknown}]`);
  return names;
}

function dynamicOf(value: unknown, path: string): Dynamic {
  const text = stringOf(value, 'dynamic');
  if (text === 'true' || text === 'false' || text === 'strict') return text;
  throw unsupported(`dynamic [${text}] of [${path === '' ? 'mappings' : path}]`);
}

/** A request's mapping over its template's: a field is the request's own altogether, objects are joined. */
export function overlayMappings(base: JsonObject, over: JsonObject): JsonObject {
  const left = base['properties'];
  const right = over['properties'];
  if (!isJsonObject(left) || !isJsonObject(right)) return { ...base, ...over };
  const members: Record<string, unknown> = { ...left };
  for (const [name, value] of Object.entries(right)) {
    const before = members[name];
    const isJoined = isObjectMapping(before) && isObjectMapping(value);
    members[name] = isJoined ? overlayMappings(before, value) : value;
  }
  return { ...base, ...over, properties: members };
}

function isObjectMapping(value: unknown): value is JsonObject {
  return isJsonObject(value) && isJsonObject(value['properties']);
}

/** One mapping laid over another, as put-mapping does; a field's type cannot change. */
export function mergeMappings(base: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...base, ...over };
  for (const key of ['properties', 'fields']) {
    const left = base[key];
    const right = over[key];
    if (!isJsonObject(left) || !isJsonObject(right)) {
      if (left !== undefined && right === undefined) merged[key] = left;
      continue;
    }
    const members: Record<string, unknown> = { ...left };
    for (const [name, value] of Object.entries(right)) {
      const before = members[name];
      members[name] = isJsonObject(before) && isJsonObject(value) ? mergeField(name, before, value) : value;
    }
    merged[key] = members;
  }
  return merged;
}

function mergeField(name: string, before: JsonObject, after: JsonObject): JsonObject {
  const from = before['type'] ?? 'object';
  const to = after['type'] ?? 'object';
  if (from !== to) {
    throw illegalArgument(`mapper [${name}] cannot be changed from type [${String(from)}] to [${String(to)}]`);
  }
  return mergeMappings(before, after);
}

/** Fields that a document may have other values of by one mapping than by the other. */
export function changedFields(before: Mapping, after: Mapping): readonly string[] {
  const known = definitionsOf(before.root);
  return [...definitionsOf(after.root)].flatMap(([name, text]) => (known.get(name) === text ? [] : [name]));
}

function definitionsOf(node: ObjectNode, found = new Map<string, string>()): ReadonlyMap<string, string> {
  for (const child of node.enabled ? node.children.values() : []) {
    if (child.kind === 'object') definitionsOf(child, found);
    else if (child.kind === 'field')
      for (const field of [child.field, ...child.subFields]) found.set(field.name, JSON.stringify(field, encodeLong));
  }
  return found;
}

function encodeLong(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
