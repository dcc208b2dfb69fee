// simple_query_string: operators where they can be operators, ordinary characters everywhere else, and never an error.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSimpleQuery, SIMPLE_FLAGS, type SimpleNode } from '../../../lib/query/simple-query-parser.ts';

const ALL = new Set<string>(SIMPLE_FLAGS);

function shown(node: SimpleNode | undefined): string {
  if (node === undefined) return 'nothing';
  switch (node.kind) {
    case 'all':
      return 'all';
    case 'group':
      return `(${node.nodes.map(shown).join(node.occur === 'must' ? ' + ' : ' | ')})`;
    case 'not':
      return `-${shown(node.node)}`;
    case 'phrase':
      return `"${node.text}"~${node.slop}`;
    case 'prefix':
      return `${node.text}*`;
    case 'fuzzy':
      return `${node.text}~${node.edits}`;
    case 'text':
      return node.text;
  }
}

function read(text: string, defaultOperator: 'and' | 'or' = 'or', flags: ReadonlySet<string> = ALL): string {
  return shown(parseSimpleQuery(text, { defaultOperator, flags }));
}

describe('parseSimpleQuery', () => {
  it.each([
    ['a b', '(a | b)'],
    ['a + b', '(a + b)'],
    ['a + b c', '((a + b) | c)'],
    ['a | b + c', '((a | b) + c)'],
    ['a -b', '(a | -b)'],
    ['a + --b', '(a + b)'],
    ['a - b', '(a | b)'],
    ['(a b) + c', '((a | b) + c)'],
    ['"a b"~3', '"a b"~3'],
    ['"a b"', '"a b"~0'],
    ['ab*', 'ab*'],
    ['a*b', 'a*b'],
    ['ab~ cd~1 ef~9', '((ab~2 | cd~1 | ef~2))'],
    ['ab~x', 'ab'],
    ['a\\ b', 'a b'],
    ['(a', 'a'],
    ['a)', 'a'],
    ['"a', 'a'],
    ['()', 'nothing'],
    ['*', 'all'],
    ['  ', 'nothing'],
    ['+ | a', 'a'],
    ['f:a', 'f:a'],
  ])('reads %s as %s', (text, tree) => {
    expect(read(text).replace(/^\(\((.*)\)\)$/, '($1)')).toBe(tree.replace(/^\(\((.*)\)\)$/, '($1)'));
  });

  it('joins by the default operator where none is written', () => {
    expect(read('a b -c', 'and')).toBe('(a + b + -c)');
  });

  it('takes operators that are off for ordinary characters', () => {
    expect(read('a|b -c "d e"', 'or', new Set(['WHITESPACE']))).toBe('(a|b | -c | "d | e")');
    expect(read('a b', 'or', new Set())).toBe('a b');
  });

  it('reads any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab +-|"()*~\\12') }), (text) => {
        read(text);
      }),
    );
  });
});
