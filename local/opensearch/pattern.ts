// local/opensearch: wildcards and Lucene's regular expressions as the linear-time expressions DuckDB runs (RE2).
// https://lucene.apache.org/core/10_0_0/core/org/apache/lucene/util/automaton/RegExp.html
import { illegalArgument, unsupported } from './response-error.ts';

export const MAX_REGEXP_LENGTH = 1_000;
/** What RE2 allows between braces. */
const MAX_REPEATS = 1_000;
/** Operators that Lucene's expressions have and RE2's have not. */
const LUCENE_ONLY = new Set(['~', '&', '#', '@', '<', '>', '"']);

/** A pattern with `*`, `?` and backslashes as an expression; `any` is what a wildcard may stand for. */
export function wildcardExpression(pattern: string, any: '.' | '[^ ]'): string {
  let expression = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === '*') expression += `${any}*`;
    else if (char === '?') expression += any;
    else if (char === '\\' && at + 1 < pattern.length) {
      at += 1;
      expression += escapeExpression(pattern.charAt(at));
    } else expression += escapeExpression(char);
  }
  return expression;
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

/** A Lucene expression (anchored at both ends) as an RE2 expression; refuses what RE2 cannot say. */
export function luceneExpression(pattern: string): string {
  if (pattern.length > MAX_REGEXP_LENGTH) {
    throw illegalArgument(
      `The length of regex [${pattern.length}] used in the Regexp Query request has exceeded the allowed maximum of [${MAX_REGEXP_LENGTH}].`,
    );
  }
  let expression = '';
  let inClass = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === '\\') {
      at += 1;
      const escaped = pattern.charAt(at);
      if (escaped === '')
        throw illegalArgument(`failed to parse regexp [${pattern}] due to end of string after a backslash`);
      expression += /[dDsSwW]/.test(escaped) ? `\\${escaped}` : escapeExpression(escaped);
    } else if (inClass) {
      if (char === ']') inClass = false;
      expression += char === '[' || char === '&' ? `\\${char}` : char;
    } else if (char === '[') {
      inClass = true;
      expression += char;
    } else if (LUCENE_ONLY.has(char)) {
      throw unsupported(`operator [${char}] in regular expression [${pattern}]`);
    } else if (char === '^' || char === '$') {
      expression += `\\${char}`;
    } else if (char === '(' && pattern.charAt(at + 1) === '?') {
      throw illegalArgument(`failed to parse regexp [${pattern}] due to unexpected [?] at position ${at + 1}`);
    } else {
      expression += char;
    }
  }
  if (inClass) throw illegalArgument(`failed to parse regexp [${pattern}] due to a missing ]`);
  checkExpression(expression, pattern);
  return expression;
}

export function escapeExpression(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** RE2 and JavaScript agree on what is well formed among what is left; an ill-formed one must not reach the database. */
function checkExpression(expression: string, pattern: string): void {
  try {
    new RegExp(expression, 's');
  } catch (error) {
    throw illegalArgument(
      `failed to parse regexp [${pattern}] due to ${error instanceof Error ? error.message : 'its form'}`,
    );
  }
  for (const [, least = '0', most = '0'] of expression.matchAll(/\{(\d+)(?:,(\d*))?\}/g)) {
    if (Number(least) > MAX_REPEATS || Number(most) > MAX_REPEATS) {
      throw illegalArgument(`regexp [${pattern}] repeats more than ${MAX_REPEATS} times`);
    }
  }
}
