// local/opensearch/database: values on their way into SQL: texts and lists as parameters, numbers as quoted digits with a type.
import { type DuckDBType, type DuckDBValue, LIST, listValue, VARCHAR } from '@duckdb/node-api';
import type { Statement } from './database.ts';

export class SqlBinder {
  private readonly values: DuckDBValue[] = [];
  private readonly types: DuckDBType[] = [];
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

  value(value: DuckDBValue, type: DuckDBType): string {
    return this.add(value, type);
  }

  texts(values: readonly string[]): string {
    return this.list(values, VARCHAR);
  }

  /** The statement with those values that its text uses: a condition may be compiled and then not be needed. */
  statement(sql: string): Statement {
    const values: DuckDBValue[] = [];
    const types: DuckDBType[] = [];
    const numbers = new Map<string, string>();
    const text = sql.replaceAll(/\$(\d+)/g, (name, number: string) => {
      const known = numbers.get(name);
      if (known !== undefined) return known;
      const at = Number(number) - 1;
      values.push(this.values[at] ?? null);
      types.push(this.types[at] ?? VARCHAR);
      numbers.set(name, `$${values.length}`);
      return `$${values.length}`;
    });
    return { sql: text, values, types };
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
