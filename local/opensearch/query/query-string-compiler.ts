// local/opensearch/query: a parsed query string as conditions over one index.

import { unescapeQueryText } from '../../../lib/query/query-escape.ts';
import type {
  BooleanNode,
  FuzzyNode,
  LeafNode,
  QueryNode,
  RangeNode,
  WildcardNode,
} from '../../../lib/query/query-node.ts';
import { lowerCase, standardTokens } from '../../../lib/query/standard-tokens.ts';
import { queryRefusal, queryShardError } from '../request/response-error.ts';
import { type FieldScope, fieldEquals, fieldExists, fieldRange } from './field-test.ts';
import { type FuzzyOptions, readFuzziness } from './fuzziness.ts';
import type { NamedField } from './named-fields.ts';
import { scopesOf } from './named-fields.ts';
import { fieldIsLike, fieldMatchesRegexp, fieldMatchesWrittenWildcard, fieldStartsWith } from './pattern-test.ts';
import { ALL, NONE, type Predicate } from './predicate.ts';
import { fieldScope, fieldsLike, leniently, metaFieldIn, type QueryScope } from './query-scope.ts';
import { bestOf, type FieldsType, fieldsMatch } from './several-fields.ts';
import { type AnalyzerName, wordsTogether } from './text-test.ts';

export interface QueryStringSettings {
  /** Fields for words without one, with their boosts. */
  readonly fields: readonly NamedField[];
  /** What a missing field name stands for; undefined where `fields` lists several. */
  readonly defaultName: string | undefined;
  readonly type: FieldsType;
  readonly defaultOperator: 'and' | 'or';
  readonly isLenient: boolean;
  readonly phraseSlop: number;
  readonly zone: string | undefined;
  readonly fuzzy: FuzzyOptions;
  readonly analyzer: AnalyzerName | undefined;
  readonly quoteAnalyzer: AnalyzerName | undefined;
  readonly allowsLeadingWildcard: boolean;
  readonly analyzesWildcards: boolean;
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
    if (clause.node.kind === 'term' && clause.node.isRun && compiled.kind === 'boolean') {
      // Words side by side, looked for in one field: each is a clause of its own.
      must.push(...compiled.must);
      should.push(...compiled.should);
    } else if (clause.occur === 'must') must.push(compiled);
    else if (clause.occur === 'should') should.push(compiled);
    else mustNot.push(compiled);
  }
  if (must.length + should.length + mustNot.length === 0) return undefined;
  const isOnlyNegative = must.length === 0 && should.length === 0;
  return {
    kind: 'boolean',
    must: isOnlyNegative ? [ALL] : must,
    filter: [],
    should,
    mustNot,
    minimumShouldMatch: should.length > 0 && must.length === 0 ? 1 : 0,
    boost: node.boost,
  };
}

function compileLeaf(node: LeafNode, scope: QueryScope, settings: QueryStringSettings): Predicate | undefined {
  if (node.kind === 'all') {
    const name = node.field ?? settings.defaultName;
    if (name === '*') return { kind: 'all', boost: node.boost };
    if (name !== undefined) return existsNamed(name, scope, node.boost);
    return bestOf(scopesOf(settings.fields, scope, node.boost), fieldExists);
  }
  if (node.kind === 'exists') return existsNamed(node.name, scope, node.boost);
  const meta = node.field === undefined ? undefined : compileMeta(node, node.field, scope);
  if (meta !== undefined) return meta;
  const asked = node.kind === 'term' ? (oneSidedRange(node, settings) ?? node) : node;
  const targets = scopesOf(targetFields(node, scope, settings), scope, node.boost);
  if (asked.kind === 'term' || asked.kind === 'phrase') {
    const isPhrase = asked.kind === 'phrase';
    const zoned = settings.zone === undefined ? targets : targets.map((target) => ({ ...target, zone: settings.zone }));
    return fieldsMatch(isPhrase ? 'phrase' : settings.type, zoned, asked.text, {
      operator: settings.defaultOperator,
      slop: isPhrase ? (asked.slop ?? settings.phraseSlop) : settings.phraseSlop,
      analyzer: isPhrase ? settings.quoteAnalyzer : settings.analyzer,
      isLenient: settings.isLenient,
    });
  }
  if (
    (asked.kind === 'wildcard' || asked.kind === 'prefix') &&
    !settings.allowsLeadingWildcard &&
    targets.length > 0 &&
    /^[*?]/.test(asked.pattern)
  ) {
    throw queryShardError(
      `Failed to parse query: [${asked.pattern}] begins with a wildcard, and [allow_leading_wildcard] is false`,
      scope.index.name,
    );
  }
  return bestOf(targets, (target) => leniently(settings.isLenient, () => compileOnField(asked, target, settings)));
}

function targetFields(node: LeafNode, scope: QueryScope, settings: QueryStringSettings): readonly NamedField[] {
  if (node.field === undefined || (node.field === '*' && settings.defaultName === '*')) return settings.fields;
  if (!node.field.includes('*')) return [{ name: node.field, boost: 1 }];
  return fieldsLike(scope, node.field).map((field) => ({ name: field.name, boost: 1 }));
}

function compileMeta(node: LeafNode, field: string, scope: QueryScope): Predicate | undefined {
  // Only a plain name behind _exists_ asks whether a field is there: a pattern is looked for in a field of that name.
  if (field === '_exists_') return NONE;
  if (field !== '_id' && field !== '_index') return undefined;
  if (node.kind === 'term' || node.kind === 'phrase') return metaFieldIn(scope, field, [node.text], node.boost);
  if (field === '_index' && (node.kind === 'wildcard' || node.kind === 'prefix'))
    return metaFieldIn(scope, field, [node.pattern], node.boost);
  return NONE;
}

/** `name:>5` and its kin are ranges, wherever it is one name that the text is asked of. */
function oneSidedRange(
  node: Extract<LeafNode, { kind: 'term' }>,
  settings: QueryStringSettings,
): RangeNode | undefined {
  if ((node.field ?? settings.defaultName) === undefined || node.text.length < 2) return undefined;
  const operator = /^[<>]=?/.exec(node.text)?.[0];
  if (operator === undefined) return undefined;
  // "<=" alone is "less than ="
  const written = operator.length === 2 && node.text.length === 2 ? operator.charAt(0) : operator;
  const bound = node.text.slice(written.length);
  const range = { ...node, kind: 'range', includeFrom: true, includeTo: true } as const;
  return written.startsWith('>')
    ? { ...range, from: bound, to: undefined, includeFrom: written === '>=' }
    : { ...range, from: undefined, to: bound, includeTo: written === '<=' };
}

function compileOnField(
  node: Exclude<LeafNode, { kind: 'all' | 'exists' | 'term' | 'phrase' }>,
  target: FieldScope,
  settings: QueryStringSettings,
): Predicate | undefined {
  const isText = target.field.family === 'text';
  const normal = (text: string): string => (isText ? lowerCase(text) : text);
  switch (node.kind) {
    case 'prefix':
    case 'wildcard':
      return compileWildcard(node, target, settings);
    case 'regexp':
      return fieldMatchesRegexp(target, normal(node.pattern));
    case 'fuzzy':
      return fieldIsLike(target, normal(node.text), fuzzyOf(node, settings));
    case 'range':
      return fieldRange(target, {
        ...node,
        from: node.from === undefined ? undefined : normal(node.from),
        to: node.to === undefined ? undefined : normal(node.to),
        zone: settings.zone,
      });
  }
}

/** The edits are counted by the word as it was written, whatever the field makes of it. */
function fuzzyOf({ edits, text }: FuzzyNode, { fuzzy }: QueryStringSettings): FuzzyOptions {
  const allowed = (edits === undefined ? fuzzy.fuzziness : readFuzziness(edits))(text);
  return { ...fuzzy, fuzziness: () => allowed };
}

function compileWildcard(node: WildcardNode, target: FieldScope, settings: QueryStringSettings): Predicate | undefined {
  if (node.kind === 'wildcard') {
    return fieldMatchesWrittenWildcard(target, target.field.family === 'text' ? lowerCase(node.pattern) : node.pattern);
  }
  const prefix = unescapeQueryText(node.pattern.slice(0, -1));
  if (target.field.family !== 'text') return fieldStartsWith(target, prefix);
  if (!settings.analyzesWildcards) return fieldStartsWith(target, lowerCase(prefix));
  const words = standardTokens(prefix);
  const [first] = words;
  if (first === undefined) return undefined;
  if (words.length === 1) return fieldStartsWith(target, first);
  const tests = words.map((word, at) =>
    at === words.length - 1 ? fieldStartsWith(target, word) : fieldEquals(target, word),
  );
  return wordsTogether(tests, { operator: settings.defaultOperator, minimum: undefined }, 1);
}

/** A field of this name, or any field below it, has a value. */
export function existsNamed(name: string, scope: QueryScope, boost: number): Predicate {
  if (name === '*') throw queryRefusal('Cannot run exists query on every field at once');
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
