// local/opensearch/mapping: what a mapped field is and how its values lie in the table.

/** How values of a type are kept and compared. */
export type Family = 'keyword' | 'text' | 'ip' | 'integer' | 'real' | 'boolean' | 'date' | 'nanos' | 'flat';

export interface Field {
  readonly name: string;
  /** OpenSearch's name of the type. */
  readonly type: string;
  readonly family: Family;
  /** Number of its columns: f<ordinal> for one value, m<ordinal> for several. */
  readonly ordinal: number;
  readonly ignoreAbove: number | undefined;
  readonly formats: readonly string[];
  readonly ignoreMalformed: boolean;
  /** Smallest and largest whole number the type holds. */
  readonly limits: readonly [bigint, bigint] | undefined;
}

const FAMILIES: ReadonlyMap<string, Family> = new Map<string, Family>([
  ['keyword', 'keyword'],
  ['wildcard', 'keyword'],
  ['text', 'text'],
  ['match_only_text', 'text'],
  ['ip', 'ip'],
  ['long', 'integer'],
  ['integer', 'integer'],
  ['short', 'integer'],
  ['byte', 'integer'],
  ['double', 'real'],
  ['float', 'real'],
  ['half_float', 'real'],
  ['boolean', 'boolean'],
  ['date', 'date'],
  ['date_nanos', 'nanos'],
  ['flat_object', 'flat'],
]);

const LIMITS: ReadonlyMap<string, readonly [bigint, bigint]> = new Map<string, readonly [bigint, bigint]>([
  ['long', [-(2n ** 63n), 2n ** 63n - 1n]],
  ['integer', [-(2n ** 31n), 2n ** 31n - 1n]],
  ['short', [-32_768n, 32_767n]],
  ['byte', [-128n, 127n]],
]);

export const FIELD_TYPES: readonly string[] = [...FAMILIES.keys()];

export function familyOf(type: string): Family | undefined {
  return FAMILIES.get(type);
}

export function limitsOf(type: string): readonly [bigint, bigint] | undefined {
  return LIMITS.get(type);
}

/** SQL type of one value. */
export function sqlTypeOf(family: Family): 'VARCHAR' | 'UHUGEINT' | 'BIGINT' | 'DOUBLE' | 'BOOLEAN' {
  switch (family) {
    case 'keyword':
    case 'text':
    case 'flat':
      return 'VARCHAR';
    case 'ip':
      return 'UHUGEINT';
    case 'integer':
    case 'date':
    case 'nanos':
      return 'BIGINT';
    case 'real':
      return 'DOUBLE';
    case 'boolean':
      return 'BOOLEAN';
  }
}

/** Whether whole values are looked up in postings. Segments of before know nothing of a family that is added here. */
export function isExact({ family }: Field): boolean {
  return family === 'keyword' || family === 'ip' || family === 'flat';
}

/** Column for documents with one value of the field. Never made from a name: names come from requests. */
export function singleColumn(field: Field): string {
  return `f${field.ordinal}`;
}

/** Column for documents with several values of the field; the other column is NULL there. */
export function multiColumn(field: Field): string {
  return `m${field.ordinal}`;
}
