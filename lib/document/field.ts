// document: how one field of a stored document is described: what it is for people, and how the index holds it.

/** `stored`: kept and returned, neither searched nor sorted (`enabled: false`). */
export type FieldType =
  | 'keyword'
  | 'wildcard'
  | 'text'
  | 'ip'
  | 'long'
  | 'double'
  | 'boolean'
  | 'date'
  | 'date_nanos'
  | 'stored';

export interface Field {
  readonly type: FieldType;
  /** One sentence for whoever searches. */
  readonly about: string;
  /** A value as a query would write it. */
  readonly example: string | number | boolean;
}

/** Dotted names, as queries and responses write them. */
export type FieldTable = Readonly<Record<string, Field>>;

/** Shorthand for tables: type, meaning, example. */
export function field(type: FieldType, about: string, example: string | number | boolean): Field {
  return { type, about, example };
}

/** The same fields under a prefix: `prefixedFields('source.', {ip: …})`. */
export function prefixedFields(prefix: string, fields: FieldTable): FieldTable {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${prefix}${name}`, value]));
}
