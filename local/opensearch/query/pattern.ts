// local/opensearch/query: patterns with `*` and `?` as the linear-time expressions DuckDB runs (RE2).

import { unsupported } from '../request/response-error.ts';
import { escapeExpression, translateRegexp } from './lucene-regexp.ts';

export interface WildcardOptions {
  /** What a wildcard may stand for: in texts a word's own characters only. */
  readonly any: '.' | '[^ ]';
  /** ASCII letters in either case. */
  readonly ignoreCase?: boolean;
}

/** A pattern with `*`, `?` and backslashes as an expression. */
export function wildcardExpression(pattern: string, { any, ignoreCase = false }: WildcardOptions): string {
  const literal = ignoreCase ? foldedExpression : escapeExpression;
  let expression = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === '*') expression += `${any}*`;
    else if (char === '?') expression += any;
    else if (char === '\\' && at + 1 < pattern.length) {
      at += 1;
      expression += literal(pattern.charAt(at));
    } else expression += literal(char);
  }
  return expression;
}

/** An expression for a text whose ASCII letters may stand in either case. */
export function foldedExpression(text: string): string {
  return escapeExpression(text).replaceAll(/[A-Za-z]/g, (char) => `[${char.toLowerCase()}${char.toUpperCase()}]`);
}

/** The plain text of a pattern whose only wildcard is a `*` at its end; undefined for any other. */
export function prefixOf(pattern: string): string | undefined {
  if (!pattern.endsWith('*')) return undefined;
  let text = '';
  for (let at = 0; at < pattern.length - 1; at += 1) {
    const char = pattern.charAt(at);
    if (char === '*' || char === '?') return undefined;
    if (char === '\\') {
      at += 1;
      if (at >= pattern.length - 1) return undefined;
      text += pattern.charAt(at);
    } else text += char;
  }
  return text;
}

/** An expression for a whole keyword value; refuses what one expression cannot say. */
export function luceneExpression(pattern: string): string {
  const alternatives = translateRegexp(pattern, { any: '.' });
  return alternatives
    .map((all) => {
      if (all.length > 1) throw unsupported(`operator [&] in regular expression [${pattern}]`);
      return all[0] ?? '';
    })
    .join('|');
}
