// document: how one field of a stored document is described: what it is for people, what values it has, how the index holds it.

import type { z } from 'zod';

/** `stored`: kept and returned, neither searched nor sorted (`enabled: false`). */
export const FIELD_TYPES = [
  'keyword',
  'text',
  'ip',
  'long',
  'double',
  'boolean',
  'date',
  'date_nanos',
  'stored',
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

export interface FieldOptions {
  /** A list of values. */
  readonly many?: true;
  /** In every document of its kind. */
  readonly required?: true;
  /** All values there are. */
  readonly values?: readonly string[];
  /** People look for it by its middle or its end: a pattern may begin with a wildcard. */
  readonly leadingWildcard?: true;
  /** What a stored field has inside. */
  readonly holds?: z.ZodType;
}

export interface Field extends FieldOptions {
  readonly type: FieldType;
  /** One sentence for whoever searches. */
  readonly about: string;
  /** A value as a query would write it. */
  readonly example: string | number | boolean;
}

/** Shorthand for a field's options. */
export const MANY = { many: true } as const;
export const REQUIRED = { required: true } as const;
export const PATTERNED = { leadingWildcard: true } as const;
export const PATTERNED_MANY = { many: true, leadingWildcard: true } as const;
export const REQUIRED_MANY = { many: true, required: true } as const;

/** Dotted names, as queries and responses write them. */
export type FieldTable = Readonly<Record<string, Field>>;

/** Shorthand for tables: type, meaning, example, and what else there is to say. */
export function field<const T extends FieldType, const O extends FieldOptions = Record<never, never>>(
  type: T,
  about: string,
  example: string | number | boolean,
  options?: O,
): Field & { readonly type: T } & O {
  return { type, about, example, ...options } as Field & { readonly type: T } & O; // exactly what was given
}

/** The same fields under a prefix: `prefixedFields('source.', {ip: …})`. */
export function prefixedFields<const P extends string, const T extends FieldTable>(prefix: P, fields: T) {
  const entries = Object.entries(fields).map(([name, value]) => [`${prefix}${name}`, value]);
  return Object.fromEntries(entries) as { readonly [K in keyof T & string as `${P}${K}`]: T[K] }; // name by name
}
