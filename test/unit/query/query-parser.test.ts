// The query string parser: Lucene's rules for what is required, optional and forbidden, and errors with their place.
import { describe, expect, it } from 'vitest';
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';
import type { QueryNode } from '../../../lib/query/query-node.ts';
import { parseQueryString } from '../../../lib/query/query-parser.ts';

const SIGN = { must: '+', should: '', 'must-not': '-' } as const;

/** A tree on one line: `+` required, `-` forbidden, kind and field before each text. */
function shown(node: QueryNode | undefined): string {
  if (node === undefined) return 'nothing';
  const boost = node.boost === 1 ? '' : `^${node.boost}`;
  switch (node.kind) {
    case 'boolean':
      return `(${node.clauses.map((clause) => SIGN[clause.occur] + shown(clause.node)).join(' ')})${boost}`;
    case 'range':
      return `${node.field ?? ''}${node.includeFrom ? '[' : '{'}${node.from ?? '*'} ${node.to ?? '*'}${node.includeTo ? ']' : '}'}${boost}`;
    case 'exists':
      return `exists(${node.name})`;
    case 'all':
      return 'all';
    case 'phrase':
      return `${node.field ?? ''}"${node.text}"${node.slop === undefined ? '' : `~${node.slop}`}${boost}`;
    case 'fuzzy':
      return `${node.field ?? ''}:${node.text}~${node.edits ?? ''}${boost}`;
    case 'term':
      return `${node.field ?? ''}:${node.text}${boost}`;
    default:
      return `${node.kind}:${node.field ?? ''}:${node.pattern}${boost}`;
  }
}

function failure(text: string): PipelineError {
  try {
    parseQueryString(text);
  } catch (error) {
    if (error instanceof PipelineError) return error;
  }
  throw new Error(`${text} was parsed`);
}

describe('parseQueryString', () => {
  it.each([
    ['a OR b AND c', '(:a +:b +:c)'],
    ['a AND b OR c', '(+:a +:b :c)'],
    ['a OR b OR c', '(:a :b :c)'],
    ['NOT a', '(-:a)'],
    ['a AND NOT b', '(+:a -:b)'],
    ['a && b || !c', '(+:a +:b -:c)'],
    ['+a -b f:c', '(+:a -:b f:c)'],
    ['a OR (b AND c)', '(:a (+:b +:c))'],
  ])('reads %s by clause, not by precedence: %s', (text, tree) => {
    expect(shown(parseQueryString(text))).toBe(tree);
  });

  it.each([
    ['a f:b', '(+:a +f:b)'],
    ['a OR b', '(:a :b)'],
    ['a OR b AND c', '(:a +:b +:c)'],
    ['a AND b OR c', '(+:a :b :c)'],
  ])('under a default of AND reads %s as %s', (text, tree) => {
    expect(shown(parseQueryString(text, { defaultOperator: 'and' }))).toBe(tree);
  });

  it.each([
    ['one two three', '(:one two three)'],
    ['one two AND three', '(:one +:two +:three)'],
    ['f:one two three', '(f:one :two three)'],
    ['one two~ three', '(:one :two~ :three)'],
  ])('hands words with nothing between them over as one text: %s is %s', (text, tree) => {
    expect(shown(parseQueryString(text))).toBe(tree);
  });

  it.each([
    ['source.ip:"10.0.0.0/8"', 'source.ip"10.0.0.0/8"'],
    ['f:"a \\"b\\" c"~3^2', 'f"a "b" c"~3^2'],
    ['f:ab*', 'prefix:f:ab*'],
    ['f:a?b*', 'wildcard:f:a?b*'],
    ['f:*', 'exists(f)'],
    ['*:*', 'all'],
    ['_exists_:dns.question.name', 'exists(dns.question.name)'],
    ['f:/a[bc]+\\/d/', 'regexp:f:a[bc]+/d'],
    ['roam~1^0.5', ':roam~1^0.5'],
    ['roam~1.5', ':roam~1'],
    ['_exists_:url.*', 'prefix:_exists_:url.*'],
    ['f:[1 TO 5}', 'f[1 5}'],
    ['f:{* TO "2026-11-01 x"]', 'f{* 2026-11-01 x]'],
    ['f:>=10', 'f[10 *]'],
    ['f:<10', 'f[* 10}'],
    ['f:(>=10 AND <20)', '(+f[10 *] +f[* 20})'],
    ['f:(a OR b)^3', '(f:a f:b)^3'],
    ['a\\:b\\ c', ':a:b c'],
    ['\\u0041', ':A'],
    ['', 'nothing'],
    ['   ', 'nothing'],
  ])('reads %s as %s', (text, tree) => {
    expect(shown(parseQueryString(text))).toBe(tree);
  });

  it.each([
    ['a AND', 5],
    ['(a OR b', 7],
    ['a) b', 1],
    ['f:"open', 2],
    ['source.ip:10.0.0.0/8', 18],
    ['f:[1 TO 5', 9],
    ['a^', 2],
    ['a\\', 2],
    ['f:', 2],
    ['f:[1 2]', 5],
  ])('says where %s breaks: position %i', (text, position) => {
    const error = failure(text);
    expect(error.code).toBe('invalid-query');
    expect(error.details['position']).toBe(position);
    expect(error.details['expected']).toBeTypeOf('string');
  });

  it('bounds length, depth and number of clauses', () => {
    expect(failure('a'.repeat(40_000)).message).toContain('40000 characters');
    expect(failure(`${'('.repeat(400)}a${')'.repeat(400)}`).message).toContain('too deep');
    expect(failure(Array.from({ length: 1_100 }, (_, index) => `f:a${index}`).join(' ')).message).toContain(
      'too many clauses',
    );
  });
});
