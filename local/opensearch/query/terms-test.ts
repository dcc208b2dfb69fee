// local/opensearch/query: one of several exact values asked of a field, in one condition where the field's values are whole.
import { FLAT_SEPARATOR } from '../mapping/document-fields.ts';
import { multiColumn, singleColumn } from '../mapping/field.ts';
import { type FieldScope, fieldEquals } from './field-test.ts';
import { NONE, type Predicate, test } from './predicate.ts';
import { rowsWithTexts } from './value-test.ts';

/** Holds where the field has one of them: of comparisons joined by OR, DuckDB makes each for each row. */
export function fieldEqualsOneOf(scope: FieldScope, values: readonly unknown[]): Predicate {
  const { field, flatPath } = scope;
  const isWhole = field.family === 'keyword' || (field.family === 'flat' && flatPath !== undefined);
  if (isWhole && values.length > 1 && !scope.isForMarks) {
    const texts = new Set(values.map(String));
    // A wildcard field is found by its characters, and this has none.
    if (field.type === 'wildcard') texts.delete('');
    const prefix = flatPath === undefined ? '' : `${flatPath}${FLAT_SEPARATOR}`;
    return hasOneOf(
      scope,
      [...texts].map((text) => prefix + text),
    );
  }
  const tests = [...new Set(values)].map((value) => fieldEquals(scope, value)).filter((one) => one.kind !== 'none');
  return tests.length === 0 ? NONE : { kind: 'any', of: tests, boost: 1 };
}

/** Beyond, a list of parameters takes longer to be read than the rows. */
const MAX_PARAMETERS = 512;

function hasOneOf(scope: FieldScope, texts: readonly string[]): Predicate {
  const { binder, columns, field } = scope;
  const single = singleColumn(field);
  const multi = multiColumn(field);
  const parts: string[] = [];
  if (texts.length === 0) return NONE;
  const bound = binder.texts(texts);
  if (columns.has(single)) {
    const isShort = texts.length <= MAX_PARAMETERS;
    const list = isShort ? texts.map((text) => binder.text(text)).join(', ') : `SELECT unnest(${bound})`;
    parts.push(`${single} IN (${list})`);
  }
  if (columns.has(multi)) parts.push(`list_has_any(${multi}, ${bound})`);
  return parts.length === 0 ? NONE : test(parts.join(' OR '), 1, rowsWithTexts(scope, texts));
}
