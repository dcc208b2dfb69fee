// local/opensearch/query: simple_query_string: its settings, and its text parsed and compiled.
import { parseSimpleQuery, SIMPLE_FLAGS, type SimpleNode } from '../../../lib/query/simple-query-parser.ts';
import { lowerCase, standardTokens } from '../../../lib/query/standard-tokens.ts';
import type { JsonObject } from '../request/json-text.ts';
import { booleanOf, boostOf, onlyMembers, stringOf } from '../request/request-value.ts';
import { illegalArgument, parsingError } from '../request/response-error.ts';
import { type FieldScope, fieldEquals } from './field-test.ts';
import { type FuzzyOptions, readFuzziness, readFuzzyOptions } from './fuzziness.ts';
import { isLenient, readAnalyzer, readOperator } from './match-compiler.ts';
import { readMinimumShouldMatch } from './minimum-should-match.ts';
import { readNamedFields, scopesOf } from './named-fields.ts';
import { fieldIsLike, fieldStartsWith } from './pattern-test.ts';
import { ALL, NONE, type Predicate } from './predicate.ts';
import { leniently, type QueryScope } from './query-scope.ts';
import { withMinimum } from './query-string-clause.ts';
import { bestOf, type FieldsOptions, fieldsMatch } from './several-fields.ts';
import { type AnalyzerName, wordsTogether } from './text-test.ts';

const KEYS = [
  ...['query', 'fields', 'default_operator', 'analyzer', 'flags', 'lenient', 'minimum_should_match'],
  ...['analyze_wildcard', 'fuzzy_prefix_length', 'fuzzy_transpositions', 'boost', '_name'],
  ...['fuzzy_max_expansions', 'auto_generate_synonyms_phrase_query'],
];

interface Settings {
  readonly fields: readonly FieldScope[];
  readonly operator: 'and' | 'or';
  readonly isLenient: boolean;
  readonly fuzzy: FuzzyOptions;
  readonly analyzer: AnalyzerName | undefined;
  readonly analyzesWildcards: boolean;
}

export function compileSimpleQueryString(body: JsonObject, scope: QueryScope): Predicate {
  onlyMembers(body, KEYS, 'simple_query_string');
  if (body['query'] === undefined || body['query'] === null)
    throw parsingError('[simple_query_string] needs a text under [query]');
  const text = stringOf(body['query'], 'query');
  const { fields, isEveryField } = readNamedFields(body['fields'], scope);
  const settings: Settings = {
    fields: scopesOf(fields, scope),
    operator: readOperator(body['default_operator'], 'default_operator'),
    isLenient: body['lenient'] === undefined ? isEveryField : isLenient(body),
    fuzzy: readFuzzyOptions(body, 'fuzzy_prefix_length'),
    analyzer: readAnalyzer(body),
    analyzesWildcards:
      body['analyze_wildcard'] !== undefined && booleanOf(body['analyze_wildcard'], 'analyze_wildcard'),
  };
  const minimum = body['minimum_should_match'];
  const tree = parseSimpleQuery(text, { defaultOperator: settings.operator, flags: readFlags(body['flags']) });
  const compiled = tree === undefined ? NONE : (compileNode(tree, settings) ?? NONE);
  const least = withMinimum(
    compiled,
    minimum === undefined || minimum === null ? undefined : readMinimumShouldMatch(minimum),
  );
  const boost = boostOf(body);
  return boost === 1 ? least : { kind: 'any', of: [least], boost };
}

/** `OR|AND|PREFIX`, or the sum of the flags' powers of two; SLOP is another name for NEAR. */
function readFlags(value: unknown): ReadonlySet<string> {
  if (value === undefined || value === '') return new Set(SIMPLE_FLAGS);
  if (typeof value === 'number')
    return new Set(SIMPLE_FLAGS.filter((_, bit) => value < 0 || (value & (1 << bit)) !== 0));
  const flags = new Set<string>();
  for (const name of stringOf(value, 'flags').toUpperCase().split('|')) {
    if (name === '') continue;
    if (name === 'ALL') for (const flag of SIMPLE_FLAGS) flags.add(flag);
    else if (name === 'SLOP') flags.add('NEAR');
    else if (name === 'NONE') flags.clear();
    else if (SIMPLE_FLAGS.some((flag) => flag === name)) flags.add(name);
    else throw illegalArgument(`Unknown simple_query_string flag [${name}]`);
  }
  return flags;
}

/** Undefined: the analyser left nothing of it. */
function compileNode(node: SimpleNode, settings: Settings): Predicate | undefined {
  const { fields } = settings;
  switch (node.kind) {
    case 'all':
      return ALL;
    case 'text':
      return fieldsMatch('most_fields', fields, node.text, { ...textOptions(settings), slop: 0 });
    case 'phrase':
      return fieldsMatch('phrase', fields, node.text, { ...textOptions(settings), slop: node.slop });
    case 'prefix':
      return bestOf(fields, (field) => leniently(settings.isLenient, () => startsWith(field, node.text, settings)));
    case 'fuzzy':
      return bestOf(fields, (field) =>
        leniently(settings.isLenient, () =>
          fieldIsLike(field, normal(field, node.text), { ...settings.fuzzy, fuzziness: readFuzziness(node.edits) }),
        ),
      );
    case 'not': {
      const inner = compileNode(node.node, settings);
      if (inner === undefined) return undefined;
      return { ...EMPTY, mustNot: [inner], must: [ALL] };
    }
    case 'group': {
      const nodes = node.nodes.flatMap((one) => compileNode(one, settings) ?? []);
      if (nodes.length === 0) return undefined;
      return node.occur === 'must' ? { ...EMPTY, must: nodes } : { ...EMPTY, should: nodes, minimumShouldMatch: 1 };
    }
  }
}

function textOptions({ operator, analyzer, isLenient: lenient }: Settings): Omit<FieldsOptions, 'slop'> {
  return { operator, analyzer, isLenient: lenient };
}

const EMPTY = {
  kind: 'boolean',
  must: [],
  filter: [],
  should: [],
  mustNot: [],
  minimumShouldMatch: 0,
  boost: 1,
} as const satisfies Predicate;

function normal({ field }: FieldScope, text: string): string {
  return field.family === 'text' ? lowerCase(text) : text;
}

function startsWith(field: FieldScope, text: string, settings: Settings): Predicate | undefined {
  if (!settings.analyzesWildcards || field.field.family !== 'text') return fieldStartsWith(field, normal(field, text));
  const words = standardTokens(text);
  const [first] = words;
  if (first === undefined) return undefined;
  if (words.length === 1) return fieldStartsWith(field, first);
  const tests = words.map((word, at) =>
    at === words.length - 1 ? fieldStartsWith(field, word) : fieldEquals(field, word),
  );
  return wordsTogether(tests, { operator: settings.operator, minimum: undefined }, 1);
}
