// Every request that our dashboards make, asked of whatever listens at an endpoint, over documents of the product.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOCUMENT_FIELDS, indexAlias } from '../../lib/document/document-kind.ts';
import type { FieldTable } from '../../lib/document/field.ts';
import { SAVED_OBJECTS } from '../../local/dashboards/dashboard-files.ts';
import { type SavedObject, VIEWED_KINDS } from '../../local/dashboards/saved-object.ts';
import { type IndexRequest, indexRequests, type TimeRange, visState } from '../support/dashboards-requests.ts';

const OBJECTS = SAVED_OBJECTS.filter(({ type }) => type === 'search' || type === 'visualization');
const KEYWORDS = new Set(
  VIEWED_KINDS.flatMap((kind) => {
    const fields: FieldTable = DOCUMENT_FIELDS[kind];
    return Object.entries(fields).flatMap(([name, { type }]) => (type === 'keyword' ? [name] : []));
  }),
);
const typeOf = (field: string) => (KEYWORDS.has(field) ? 'string' : 'other');

const aggregationsOf = (object: SavedObject) => (object.type === 'visualization' ? visState(object).aggs : []);

export interface DashboardsTarget {
  readonly endpoint: string;
  readonly range: TimeRange;
  /** Stands before the names of indexes. */
  readonly prefix?: string;
  /** An embedded engine with the same documents, which is to say the same. */
  readonly twin?: string;
  close(): Promise<void>;
}

interface Answer {
  readonly error?: unknown;
  readonly hits?: {
    readonly total: { readonly value: number };
    readonly hits: readonly Readonly<Record<string, unknown>>[];
  };
  readonly aggregations?: Readonly<Record<string, AnswerNode>>;
}

interface AnswerNode {
  readonly buckets?: readonly AnswerBucket[] | Readonly<Record<string, AnswerBucket>>;
  readonly value?: number | null;
  readonly count?: number;
}

type AnswerBucket = { readonly doc_count: number } & Readonly<Record<string, AnswerNode | number>>;

function isNode(value: unknown): value is AnswerNode {
  return typeof value === 'object' && value !== null && ('buckets' in value || 'value' in value || 'count' in value);
}

/** Paths of what has nothing in it: a bucket aggregation without documents, a metric without a value. */
function emptyPaths(aggregations: Readonly<Record<string, unknown>>, path = ''): readonly string[] {
  return Object.entries(aggregations).flatMap(([name, node]) => {
    if (!isNode(node)) return [];
    const here = `${path}/${name}`;
    if (node.buckets === undefined) return (node.value ?? node.count ?? null) === null ? [here] : [];
    const [fullest] = Object.values(node.buckets).sort((a, b) => b.doc_count - a.doc_count);
    return fullest === undefined || fullest.doc_count === 0 ? [here] : emptyPaths(fullest, here);
  });
}

/** Up to here OpenSearch counts distinct values, beyond it estimates them. */
const EXACT_DISTINCT = 3_000;

/** For a comparison: sums of doubles hang on their order, and an estimate is as good as another. */
function comparable(value: unknown, distinctIds: ReadonlySet<string>): unknown {
  const isMany = (id: string, node: unknown) =>
    distinctIds.has(id) && isNode(node) && Number(node.value) > EXACT_DISTINCT;
  return JSON.parse(
    JSON.stringify(value ?? {}, (key, each: unknown) => {
      if (isMany(key, each)) return 'many';
      return typeof each === 'number' ? Number(each.toPrecision(10)) : each;
    }),
  );
}

export function describeDashboards(name: string, start: () => Promise<DashboardsTarget>) {
  describe(name, () => {
    let target: DashboardsTarget;
    beforeAll(async () => {
      target = await start();
    }, 300_000);
    afterAll(() => target.close());

    async function search(url: string, body: Readonly<Record<string, unknown>>): Promise<Answer> {
      const headers = { 'content-type': 'application/json' };
      const reply = await fetch(`${url}/_search`, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await reply.json()) as Answer;
    }

    async function ask(object: SavedObject, { index, body }: IndexRequest): Promise<Answer> {
      const { endpoint, prefix = '', twin } = target;
      const answer = await search(`${endpoint}/${prefix}${index}`, body);
      if (twin !== undefined) {
        const { hits, aggregations } = await search(`${twin}/${index}`, body);
        const distinct = aggregationsOf(object).filter(({ type }) => type === 'cardinality');
        const ids = new Set(distinct.map(({ id }) => id));
        expect(comparable(aggregations, ids)).toEqual(comparable(answer.aggregations, ids));
        expect(hits?.total).toEqual(answer.hits?.total);
      }
      return answer;
    }

    it.each(OBJECTS.map((object) => [object.id, object] as const))(
      '%s is answered, with something in it',
      async (_, object) => {
        for (const request of indexRequests(object, typeOf, target.range)) {
          const answer = await ask(object, request);
          expect(answer.error).toBeUndefined();
          expect(answer.hits?.total.value).toBeGreaterThan(0);
          expect(emptyPaths(answer.aggregations ?? {})).toEqual([]);
          if (request.body['aggs'] !== undefined) continue;
          expect(answer.hits?.hits.length).toBeGreaterThan(0);
          const dates = request.body['docvalue_fields'] as readonly unknown[];
          const isWhole = ({ fields, _source }: Readonly<Record<string, unknown>>) =>
            _source !== undefined && (fields !== undefined || dates.length === 0);
          expect(answer.hits?.hits.filter((hit) => !isWhole(hit))).toEqual([]);
        }
      },
    );

    it.each(VIEWED_KINDS)('the index pattern of %s finds its fields', async (kind) => {
      const reply = await fetch(`${target.endpoint}/${target.prefix ?? ''}${indexAlias(kind)}/_field_caps?fields=*`);
      const { fields } = (await reply.json()) as { readonly fields: Readonly<Record<string, unknown>> };
      const searched = Object.entries(DOCUMENT_FIELDS[kind] as FieldTable).filter(([, { type }]) => type !== 'stored');
      expect(searched.map(([name]) => name).filter((name) => fields[name] === undefined)).toEqual([]);
    });
  });
}
