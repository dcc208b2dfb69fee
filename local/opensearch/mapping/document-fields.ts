// local/opensearch/mapping: takes a document apart into the values of its mapped fields.

import { isJsonObject, type JsonObject } from '../request/json-text.ts';
import { ResponseError } from '../request/response-error.ts';
import { guessMapping } from './dynamic-field.ts';
import type { Field } from './field.ts';
import { type ColumnValue, columnValueOf } from './field-value.ts';
import type { FieldNode, Mapping, MappingNode, ObjectNode } from './mapping.ts';

/** Joins a flat_object's path and value; never part of a path. */
export const FLAT_SEPARATOR = '\u0001';

export interface DocumentFields {
  readonly fields: readonly Field[];
  readonly values: readonly ColumnValue[];
  /** Mapping for fields that were unknown and must be added first; undefined: nothing to add. */
  readonly additions: JsonObject | undefined;
}

/** About a document, never in it. */
const META_FIELDS = new Set([
  ...['_id', '_index', '_source', '_routing', '_field_names', '_ignored', '_seq_no', '_version', '_nested_path'],
]);

export interface ValueTarget {
  readonly documentId: string;
  readonly fields: Field[];
  readonly values: ColumnValue[];
}

interface Extraction extends ValueTarget {
  readonly additions: Record<string, unknown>;
}

/** Values in document order; a field with several values stands several times. Throws where a value fits no type. */
export function documentFields(mapping: Mapping, document: JsonObject, documentId: string): DocumentFields {
  const extraction: Extraction = { documentId, fields: [], values: [], additions: {} };
  readMembers(mapping.root, document, '', extraction);
  const hasAdditions = Object.keys(extraction.additions).length > 0;
  return {
    fields: extraction.fields,
    values: extraction.values,
    additions: hasAdditions ? { properties: extraction.additions } : undefined,
  };
}

function readMembers(node: ObjectNode, document: JsonObject, path: string, extraction: Extraction): void {
  if (!node.enabled) return;
  for (const name in document) {
    const value = document[name];
    const child = node.children.get(name);
    if (child !== undefined) readChild(child, value, path, name, extraction);
    else if (name.includes('.')) readDotted(node, name, value, path, extraction);
    else readUnmapped(node, name, value, path, extraction);
  }
}

/** `{"a.b": 1}` means `{"a": {"b": 1}}`. */
function readDotted(node: ObjectNode, name: string, value: unknown, path: string, extraction: Extraction): void {
  const dot = name.indexOf('.');
  const rest = name.slice(dot + 1);
  const head = name.slice(0, dot);
  if (head === '' || rest === '' || rest.startsWith('.') || rest.endsWith('.')) {
    throw new ResponseError(400, 'mapper_parsing_exception', `failed to parse: field name [${name}] is not allowed`);
  }
  readMembers(node, { [head]: { [rest]: value } }, path, extraction);
}

function readChild(child: MappingNode, value: unknown, path: string, name: string, extraction: Extraction): void {
  if (value === null || value === undefined) return;
  if (child.kind === 'alias') {
    throw new ResponseError(
      400,
      'mapper_parsing_exception',
      `failed to parse: Cannot write to a field alias [${child.name}].`,
    );
  }
  if (child.kind === 'object') {
    readObjects(child, value, path === '' ? name : `${path}.${name}`, extraction);
    return;
  }
  addFieldValues(child, value, extraction);
}

/** Adds a member's value, or values, to those of its field and of the fields below it. */
export function addFieldValues(node: FieldNode, value: unknown, target: ValueTarget): void {
  if (value === null) return;
  if (node.field.family === 'flat') readFlat(node.field, value, '', target);
  else readValues(node.field, value, target);
  for (const sub of node.subFields) readValues(sub, value, target);
}

function readObjects(node: ObjectNode, value: unknown, path: string, extraction: Extraction): void {
  if (!node.enabled || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) readObjects(node, item, path, extraction);
    return;
  }
  if (!isJsonObject(value)) {
    throw new ResponseError(
      400,
      'mapper_parsing_exception',
      `object mapping for [${path}] tried to parse field [${path}] as object, but found a concrete value`,
    );
  }
  readMembers(node, value, path, extraction);
}

function readValues(field: Field, value: unknown, extraction: ValueTarget): void {
  if (value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) readValues(field, item, extraction);
    return;
  }
  const converted = columnValueOf(field, value, extraction.documentId);
  if (converted === undefined) return;
  extraction.fields.push(field);
  extraction.values.push(converted);
}

function readFlat(field: Field, value: unknown, path: string, extraction: ValueTarget): void {
  if (value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) readFlat(field, item, path, extraction);
  } else if (isJsonObject(value)) {
    for (const [name, item] of Object.entries(value))
      readFlat(field, item, path === '' ? name : `${path}.${name}`, extraction);
  } else if (path === '') {
    throw new ResponseError(
      400,
      'mapper_parsing_exception',
      `failed to parse field [${field.name}] of type [flat_object]: it is not an object`,
    );
  } else {
    extraction.fields.push(field);
    extraction.values.push(`${path}${FLAT_SEPARATOR}${String(value)}`);
  }
}

function readUnmapped(node: ObjectNode, name: string, value: unknown, path: string, extraction: Extraction): void {
  if (path === '' && META_FIELDS.has(name)) {
    throw new ResponseError(
      400,
      'mapper_parsing_exception',
      `failed to parse: Field [${name}] is a metadata field and cannot be added inside a document. Use the index API request parameters.`,
    );
  }
  if (node.dynamic === 'false') return;
  const full = path === '' ? name : `${path}.${name}`;
  if (node.dynamic === 'strict') {
    throw new ResponseError(
      400,
      'strict_dynamic_mapping_exception',
      `mapping set to strict, dynamic introduction of [${name}] within [${path === '' ? '_doc' : path}] is not allowed`,
    );
  }
  const guess = guessMapping(value);
  if (guess === undefined) return;
  let target = extraction.additions;
  const parents = full.split('.').slice(0, -1);
  for (const parent of parents) {
    const known = target[parent] as { properties?: Record<string, unknown> } | undefined;
    const step = { properties: known?.properties ?? {} };
    target[parent] = step;
    target = step.properties;
  }
  target[name] = guess;
}
