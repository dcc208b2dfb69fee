// local/opensearch: a parsed query string as conditions over one index.

import { unescapeQueryText } from '../../lib/query/query-escape.ts';
import type { BooleanNode, LeafNode, QueryNode } from '../../lib/query/query-node.ts';
import { type FieldScope, fieldExists, fieldRange } from './field-test.ts';
import { ALL, NONE, type Predicate } from './predicate.ts';
import { fieldScope, fieldsLike, leniently, metaFieldIn, type QueryScope } from './query-scope.ts';
import { fieldHasPhrase, fieldIsLike, fieldMatches, fieldMatchesRegexp, fieldMatchesWildcard } from './text-test.ts';

export interface QueryStringSettings {
  /** Fields for words without one, with their boosts. */
  readonly fields: readonly { readonly name: string; readonly boost: number }[];
  readonly defaultOperator: 'and' | 'or';
  readonly isLenient: boolean;
  readonly phraseSlop: number;
  readonly zone: string | undefined;
  readonly minimumShouldMatch: ((optional: number) => number) | undefined;
}

/** Undefined: the analyser left nothing of the text, and Lucene drops the clause. */
export function compileQueryNode(
  node: QueryNode,
  scope: QueryScope,
  settings: QueryStringSettings,
): Predicate | undefined {
  return node.kind === 'boolean' ? compileBoolean(node, scope, settings) : compileLeaf(node, scope, settings);
}

function compileBoolean(node: BooleanNode, scope: QueryScope, settings: QueryStringSettings): Predicate | undefined {
  const must: Predicate[] = [];
  const should: Predicate[] = [];
  const mustNot: Predicate[] = [];
  for (const clause of node.clauses) {
    const compiled = compileQueryNode(clause.node, scope, settings);
    if (compiled === undefined) continue;
    if (clause.occur === 'must') must.push(compiled);
    else if (clause.occur === 'should') should.push(compiled);
    else mustNot.push(compiled);
  }
  if (must.length + should.length + mustNot.length === 0) return undefined;
  const isOnlyNegative = must.length === 0 && should.length === 0;
  const needed = must.length === 0 ? 1 : 0;
  return {
    kind: 'boolean',
    must: isOnlyNegative ? [ALL] : must,
    filter: [],
    should,
    mustNot,
    minimumShouldMatch: should.length === 0 ? 0 : Math.max(needed, settings.minimumShouldMatch?.(should.length) ?? 0),
    boost: node.boost,
  };
}

function compileLeaf(node: LeafNode, scope: QueryScope, settings: QueryStringSettings): Predicate | undefined {
  if (node.kind === 'all') return { kind: 'all', boost: node.boost };
  if (node.kind === 'exists') return existsNamed(node.name, scope, node.boost);
  const meta = node.field === undefined ? undefined : compileMeta(node, node.field, scope);
  if (meta !== undefined) return meta;
  const targets = targetFields(node, scope, settings);
  const compiled: Predicate[] = [];
  let dropped = 0;
  for (const target of targets) {
    const one = leniently(settings.isLenient, () => compileOnField(node, target, settings));
    if (one === undefined) dropped += 1;
    else if (one.kind !== 'none') compiled.push(one);
  }
  if (targets.length > 0 && dropped === targets.length) return undefined;
  const [first] = compiled;
  if (first === undefined) return NONE;
  return compiled.length === 1 ? first : { kind: 'any', of: compiled, boost: 1 };
}

function targetFields(node: LeafNode, scope: QueryScope, settings: QueryStringSettings): readonly FieldScope[] {
  const wanted =
    node.field === undefined
      ? settings.fields
      : node.field.includes('*')
        ? fieldsLike(scope, node.field).map((field) => ({ name: field.name, boost: 1 }))
        : [{ name: node.field, boost: 1 }];
  const scopes: FieldScope[] = [];
  for (const { name, boost } of wanted) {
    const target = fieldScope(scope, name, boost * node.boost);
    if (target !== undefined) scopes.push(target);
  }
  return scopes;
}

function compileMeta(node: LeafNode, field: string, scope: QueryScope): Predicate | undefined {
  if (field !== '_id' && field !== '_index') return undefined;
  if (node.kind === 'term' || node.kind === 'phrase') return metaFieldIn(scope, field, [node.text], node.boost);
  if (field === '_index' && (node.kind === 'wildcard' || node.kind === 'prefix'))
    return metaFieldIn(scope, field, [node.pattern], node.boost);
  return NONE;
}

function compileOnField(
  node: Exclude<LeafNode, { kind: 'all' | 'exists' }>,
  target: FieldScope,
  settings: QueryStringSettings,
): Predicate | undefined {
  switch (node.kind) {
    case 'term':
      if (isDate(target)) return dateEquals(target, node.text, settings);
      return fieldMatches(target, node.text, { operator: settings.defaultOperator });
    case 'phrase':
      if (isDate(target)) return dateEquals(target, node.text, settings);
      return fieldHasPhrase(target, node.text, node.slop ?? settings.phraseSlop);
    case 'prefix':
    case 'wildcard':
      return fieldMatchesWildcard(target, target.field.family === 'text' ? node.pattern.toLowerCase() : node.pattern);
    case 'regexp':
      return fieldMatchesRegexp(target, target.field.family === 'text' ? node.pattern.toLowerCase() : node.pattern);
    case 'fuzzy':
      return fieldIsLike(target, target.field.family === 'text' ? node.text.toLowerCase() : node.text, node.edits);
    case 'range':
      return fieldRange(target, { ...node, zone: settings.zone });
  }
}

function isDate(target: FieldScope): boolean {
  return target.field.family === 'date' || target.field.family === 'nanos';
}

function dateEquals(target: FieldScope, text: string, settings: QueryStringSettings): Predicate {
  return fieldRange(target, { from: text, to: text, includeFrom: true, includeTo: true, zone: settings.zone });
}

/** A field of this name, or any field below it, has a value. */
export function existsNamed(name: string, scope: QueryScope, boost: number): Predicate {
  if (name === '_id' || name === '_index' || name === '_source') return { kind: 'all', boost };
  const direct = fieldScope(scope, unescapeQueryText(name), 1);
  const targets =
    direct === undefined
      ? [...(name.includes('*') ? fieldsLike(scope, name) : fieldsLike(scope, `${name}.*`))].flatMap(
          (field) => fieldScope(scope, field.name) ?? [],
        )
      : [direct];
  const present = targets.map(fieldExists).filter((one) => one.kind !== 'none');
  if (present.length === 0) return NONE;
  return { kind: 'constant', of: { kind: 'any', of: present, boost: 1 }, boost };
}
