// document: the schema of a document, out of its field table: the same members and types as the index has.

import { z } from 'zod';
import { type DocumentOf, OBJECT_LISTS } from './document-type.ts';
import type { Field, FieldTable } from './field.ts';

export interface SchemaOptions {
  /** Members that the table does not describe: `kept` where a later version may have written them. */
  readonly others: 'refused' | 'kept';
  /** Any field may be missing, as in a reply with a choice of fields. */
  readonly partial?: boolean;
}

const LISTS: ReadonlySet<string> = new Set(OBJECT_LISTS);

function oneValue({ type, values, holds }: Field): z.ZodType {
  if (holds !== undefined) return holds;
  switch (type) {
    case 'stored':
      return z.unknown();
    case 'long':
      return z.number().refine(Number.isInteger, 'not a whole number').meta({ type: 'integer', format: 'int64' });
    case 'double':
      return z.number();
    case 'boolean':
      return z.boolean();
    case 'ip':
      return z.union([z.ipv4(), z.ipv6()]);
    case 'date':
    case 'date_nanos':
      return z.iso.datetime({ offset: true });
    case 'keyword':
    case 'text':
      return values === undefined ? z.string() : z.enum(values);
  }
}

function fieldSchema(field: Field, options: SchemaOptions): z.ZodType {
  const one = oneValue(field);
  const schema = (field.many === true ? z.array(one) : one).meta({ description: field.about });
  return field.required === true && options.partial !== true ? schema : schema.optional();
}

/** Fields by the first part of their names; the rest of the name is empty where there is none. */
function byFirstPart(fields: FieldTable): ReadonlyMap<string, FieldTable> {
  const groups = new Map<string, Record<string, Field>>();
  for (const [name, field] of Object.entries(fields)) {
    const dot = name.indexOf('.');
    const head = dot < 0 ? name : name.slice(0, dot);
    const group = groups.get(head) ?? {};
    group[dot < 0 ? '' : name.slice(dot + 1)] = field;
    groups.set(head, group);
  }
  return groups;
}

function memberSchema(below: FieldTable, path: string, options: SchemaOptions): z.ZodType {
  const own = below[''];
  if (own !== undefined) return fieldSchema(own, options);
  const object = objectSchema(below, `${path}.`, options);
  const schema = LISTS.has(path) ? z.array(object) : object;
  const isRequired = options.partial !== true && Object.values(below).some(({ required }) => required === true);
  return isRequired ? schema : schema.optional();
}

function objectShape(fields: FieldTable, prefix: string, options: SchemaOptions): Readonly<Record<string, z.ZodType>> {
  const members = [...byFirstPart(fields)];
  return Object.fromEntries(members.map(([head, below]) => [head, memberSchema(below, `${prefix}${head}`, options)]));
}

function objectSchema(fields: FieldTable, prefix: string, options: SchemaOptions): z.ZodType {
  const shape = objectShape(fields, prefix, options);
  return options.others === 'refused' ? z.strictObject(shape) : z.looseObject(shape);
}

/** The outermost members' schemas, for whoever adds members of its own. */
export function documentShape(fields: FieldTable, options: SchemaOptions): Readonly<Record<string, z.ZodType>> {
  return objectShape(fields, '', options);
}

/** Checks a document of these fields; its type is the one that the builders of documents give. */
export function documentSchema<const T extends FieldTable>(fields: T, options: SchemaOptions) {
  return objectSchema(fields, '', options) as z.ZodType<DocumentOf<T>>; // both are made of the table, by the same rules
}
