// local/opensearch: values on their way into SQL: texts and lists as parameters, numbers as quoted digits with a type.
import { type DuckDBType, type DuckDBValue, LIST, listValue, VARCHAR } from '@duckdb/node-api';

export class SqlBinder {
  readonly values: DuckDBValue[] = [];
  readonly types: DuckDBType[] = [];
  private readonly known = new Map<string, string>();

  text(value: string): string {
    const known = this.known.get(value);
    if (known !== undefined) return known;
    const name = this.add(value, VARCHAR);
    this.known.set(value, name);
    return name;
  }

  list(values: readonly DuckDBValue[], type: DuckDBType): string {
    return this.add(listValue(values), LIST(type));
  }

  texts(values: readonly string[]): string {
    return this.list(values, VARCHAR);
  }

  private add(value: DuckDBValue, type: DuckDBType): string {
    this.values.push(value);
    this.types.push(type);
    return `$${this.values.length}`;
  }
}

/**
 * A whole number as a literal. Unlike a parameter it takes part in DuckDB's zone maps; there is nothing to escape, for a
 * bigint's text is a sign and digits.
 */
export function wholeNumber(value: bigint, type: 'BIGINT' | 'UHUGEINT'): string {
  return `'${value.toString()}'::${type}`;
}

export function realNumber(value: number): string {
  return `'${String(value)}'::DOUBLE`;
}
