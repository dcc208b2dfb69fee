// local/opensearch/highlight: `highlight`: of a page's hits the passages of their texts that the query meant, with tags around its words.
import type { DuckDBConnection } from '@duckdb/node-api';
import { numberOf } from '../catalog/index-catalog.ts';
import { rowsOf } from '../database/database.ts';
import { SqlBinder } from '../database/sql-binder.ts';
import type { Field } from '../mapping/field.ts';
import { parseDocument } from '../mapping/field-value.ts';
import { javaDouble } from '../mapping/java-double.ts';
import { type Mark, marksOf, type WordTest } from '../query/mark.ts';
import { namePattern } from '../request/name-pattern.ts';
import { RequestError, type ResponseError, ShardRefusal } from '../request/response-error.ts';
import type { Hit } from '../search/search-hit.ts';
import { compileTargets, type SearchTarget, searchFailure } from '../search/search-target.ts';
import { sourceValues } from '../search/source-values.ts';
import type { HighlightOptions, HighlightRequest } from './highlight-request.ts';
import { markWords, VALUE_END, type Word, wordsIn } from './marked-words.ts';
import { passagesOf } from './passage.ts';

export type Highlights = Readonly<Record<string, readonly string[]>>;

/** Hits whose texts are held and marked at a time. */
const BATCH = 200;
/** A longer text is refused, as OpenSearch refuses it. */
const MAX_CHARACTERS = 1_000_000;

interface FieldPlan {
  /** As the request names it: an alias keeps its name. */
  readonly name: string;
  readonly field: Field;
  readonly options: HighlightOptions;
  readonly marks: readonly Mark[];
}

interface TargetPlan {
  readonly fields: readonly FieldPlan[];
  readonly binder: SqlBinder;
}

interface FieldText {
  readonly plan: FieldPlan;
  readonly content: string;
  readonly words: readonly Word[];
}

/** One answer per hit, in their order; undefined where nothing of it is shown. */
export async function highlightHits(
  connection: DuckDBConnection,
  targets: readonly SearchTarget[],
  hits: readonly Hit[],
  {
    highlight,
    query,
    nowMs,
  }: { readonly highlight: HighlightRequest; readonly query: unknown; readonly nowMs: number },
): Promise<readonly (Highlights | undefined)[]> {
  const plans = targets.map((target) => planFields(target, highlight, query, nowMs));
  const answers: (Highlights | undefined)[] = hits.map(() => undefined);
  for (let from = 0; from < hits.length; from += BATCH) {
    const batch = hits.slice(from, from + BATCH);
    for (const [target, list] of Map.groupBy(batch.entries(), ([, hit]) => hit.target)) {
      const plan = plans[target.position];
      if (plan === undefined || plan.fields.length === 0) continue;
      const { index } = target;
      const documents = index.store.read(
        numberOf(index.table),
        list.map(([, { seqNo }]) => Number(seqNo)),
      );
      const wanted = new Set(plan.fields.map(({ field }) => field));
      const texts = list.map(([, hit]) => {
        const document = parseDocument(documents.get(Number(hit.seqNo)) ?? '{}');
        const values = sourceValues(index.mapping.root, document, wanted);
        return plan.fields.flatMap((field) => textOf(field, values.get(field.field) ?? [], hit));
      });
      const passed = await askPatterns(connection, plan, texts.flat());
      const passes = (test: WordTest, word: string): boolean => {
        if (test.kind === 'word') return test.text === word;
        if (test.kind === 'prefix') return word.startsWith(test.text);
        return passed.get(test)?.has(word) === true;
      };
      for (const [at, [slot]] of list.entries()) {
        const shown = (texts[at] ?? []).flatMap(({ plan: { name, field, marks, options }, content, words }) => {
          const passages = passagesOf(content, markWords(words, marks, passes), options, field.family === 'text');
          return passages.length === 0 ? [] : [[name, passages] as const];
        });
        if (shown.length > 0) answers[from + slot] = Object.fromEntries(shown);
      }
    }
  }
  return answers;
}

function planFields(target: SearchTarget, highlight: HighlightRequest, query: unknown, nowMs: number): TargetPlan {
  const binder = new SqlBinder();
  const known = new Map<unknown, readonly Mark[]>();
  const marksFor = (asked: unknown): readonly Mark[] => {
    const before = known.get(asked);
    if (before !== undefined) return before;
    const [compiled] = compileTargets([target], asked, binder, nowMs, { isForMarks: true });
    const marks = compiled === undefined ? [] : marksOf(compiled.predicate);
    known.set(asked, marks);
    return marks;
  };
  const plans = new Map<string, FieldPlan>();
  for (const { name, options } of highlight) {
    checkHighlighter(name, options, target);
    const all = options.query === undefined ? marksFor(query) : ownQuery(() => marksFor(options.query));
    for (const [full, field] of fieldsNamed(target, name)) {
      const marks = options.requireFieldMatch ? all.filter((mark) => mark.field === field.name) : all;
      plans.delete(full);
      if (marks.length > 0 || options.noMatchSize > 0) plans.set(full, { name: full, field, options, marks });
    }
  }
  return { fields: [...plans.values()], binder };
}

/** Only one of the three is here: OpenSearch's default. */
function checkHighlighter(
  name: string,
  { type, scanner, numberOfFragments }: HighlightOptions,
  { index }: SearchTarget,
): void {
  const refuse = (reason: string): ResponseError => searchFailure(new ShardRefusal(reason), index);
  if (type !== 'unified')
    throw refuse(`highlighter type [${type}] for the field [${name}] is not supported by the embedded search engine`);
  if (scanner !== 'sentence' && scanner !== 'word') throw refuse(`Invalid boundary scanner type: ${scanner}`);
  if (numberOfFragments < 0) throw refuse(`[number_of_fragments] [${numberOfFragments}] is negative`);
}

/** A query that cannot be read makes `highlight` one that cannot. */
function ownQuery<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const root = error.details['root_cause'] ?? [{ type: error.type, reason: error.message }];
    const reason = `[highlight] failed to parse field [highlight_query]: ${error.message}`;
    throw new RequestError('x_content_parse_exception', reason, { root_cause: root });
  }
}

/** A pattern means texts and keywords only; a field of another type must be named. */
function fieldsNamed({ index }: SearchTarget, name: string): readonly (readonly [string, Field])[] {
  const { fields } = index.mapping;
  const field = fields.get(name);
  if (!name.includes('*')) return field === undefined || field.family === 'flat' ? [] : [[name, field]];
  const isMeant = namePattern(name);
  return [...fields].filter(
    ([full, { family, type }]) => isMeant(full) && (family === 'text' || family === 'keyword') && type !== 'wildcard',
  );
}

function textOf(plan: FieldPlan, values: readonly unknown[], { target, id }: Hit): readonly FieldText[] {
  const { field } = plan;
  const limit = field.family === 'keyword' ? (field.ignoreAbove ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  const texts = values.filter((value) => typeof value !== 'object').map((value) => writtenText(field, value));
  const content = texts.filter((text) => text.length <= limit).join(VALUE_END);
  if (content === '') return [];
  if (content.length > MAX_CHARACTERS) {
    const reason = `The length of [${field.name}] field of [${id}] doc of [${target.index.name}] index has exceeded [${MAX_CHARACTERS}] - maximum allowed to be analyzed for highlighting.`;
    throw searchFailure(new ShardRefusal(reason), target.index);
  }
  return [{ plan, content, words: plan.marks.length === 0 ? [] : wordsIn(content, field) }];
}

/** As Java writes a value that is no text. */
function writtenText({ family }: Field, value: unknown): string {
  if (typeof value !== 'number') return String(value);
  return family === 'real' || !Number.isInteger(value) || Math.abs(value) >= 1e21 ? javaDouble(value) : String(value);
}

/** By each pattern the words that pass it: asked of the page's words only, each once. */
async function askPatterns(
  connection: DuckDBConnection,
  { fields, binder }: TargetPlan,
  texts: readonly FieldText[],
): Promise<ReadonlyMap<WordTest, ReadonlySet<string>>> {
  const tests = fields.flatMap(({ marks }) => marks.flatMap((mark) => mark.words));
  const sets = new Map<string, Set<string>>();
  const passed = new Map<WordTest, Set<string>>();
  for (const test of tests) {
    if (test.kind !== 'pattern') continue;
    const condition = test.condition('w');
    const set = sets.get(condition) ?? new Set();
    sets.set(condition, set);
    passed.set(test, set);
  }
  const conditions = [...sets.keys()];
  if (conditions.length === 0) return passed;
  const hasPattern = ({ plan }: FieldText): boolean =>
    plan.marks.some(({ words }) => words.some(({ kind }) => kind === 'pattern'));
  const words = [...new Set(texts.filter(hasPattern).flatMap((text) => text.words.map((word) => word.text)))];
  if (words.length === 0) return passed;
  const columns = conditions.map((condition, at) => `(${condition}) AS c${at}`);
  const statement = binder.statement(
    `SELECT w, ${columns.join(', ')} FROM (SELECT unnest(${binder.texts(words)}) AS w)`,
  );
  for (const [word, ...holds] of await rowsOf(connection, statement)) {
    for (const [at, condition] of conditions.entries()) {
      if (holds[at] === true && typeof word === 'string') sets.get(condition)?.add(word);
    }
  }
  return passed;
}
