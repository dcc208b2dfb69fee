// differential: where the two engines' answers to an aggregation may differ, each with its reason; what is not here must not.

import type { AggregationAnswer, AggregationDifference } from './aggregation-answer.ts';
import { hasField } from './aggregation-documents.ts';

export interface AcceptedDifference {
  readonly name: string;
  readonly reason: string;
  readonly covers: (difference: AggregationDifference) => boolean;
}

type Json = Readonly<Record<string, unknown>>;

/** Whole numbers and dates of which a document of the corpus may have several. */
const LISTS = new Set(['times', 'nanos', 'ports', 'flags']);

/** What OpenSearch states for its distinct counts above the threshold. */
const DISTINCT_ERROR = 0.06;
const MERGE_FAILURES = [
  ...['class_cast_exception', 'two different types in two different indices', 'Expected ['],
  'encoded bytes are of incorrect length',
];

export const ACCEPTED_DIFFERENCES: readonly AcceptedDifference[] = [
  {
    name: 'distinct above the threshold',
    reason: 'OpenSearch estimates distinct counts above precision_threshold; ours are exact.',
    covers: ({ path, theirs, ours, asked }) =>
      path.endsWith('.value') &&
      asked.title.includes('precision_threshold') &&
      typeof theirs === 'number' &&
      typeof ours === 'number' &&
      Math.abs(theirs - ours) <= DISTINCT_ERROR * ours,
  },
  {
    name: 'indexes that disagree about a field, merged',
    reason:
      'Where one of several indexes lacks a field and the request gives a value for the missing ones, or another index has it, OpenSearch takes it for a field of another type there and fails when it merges. We answer with the type that the field has.',
    covers: ({ path, theirs, ours, asked }) =>
      path === 'status' &&
      asked.index.includes(',') &&
      isAnswer(theirs) &&
      isAnswer(ours) &&
      ours.status === 200 &&
      theirs.status >= 400 &&
      MERGE_FAILURES.some((failure) => theirs.reason?.includes(failure) === true),
  },
  {
    name: 'indexes that disagree about a field, partial',
    reason:
      'The same, where the index that lacks the field cannot read the value given for the missing ones: OpenSearch answers from the other indexes only and lists a failure. We answer for all.',
    covers: ({ path, theirs, asked }) =>
      path === 'status' && asked.index.includes(',') && isAnswer(theirs) && theirs.status === 206,
  },
  {
    name: 'text of a date that an index lacks',
    reason:
      'Of several indexes of which one lacks a date field, OpenSearch writes a metric as its first answering index does: without a text if that is the one. We always write the text.',
    covers: ({ path, theirs, ours, asked }) =>
      asked.index.includes(',') && theirs === undefined && ours !== undefined && path.endsWith('_as_string'),
  },
  {
    name: 'only minima of what an index lacks',
    reason:
      'Where all that is asked of a bucket is `min` of fields that an index lacks, OpenSearch 3.8 stops before it has counted: its buckets are missing or empty. Ours are counted.',
    covers: ({ asked }) => hasOnlyAbsentMinima(asked.body['aggs'], asked.index),
  },
  {
    name: 'missing of what an index lacks, between buckets',
    reason:
      "A `missing` over a field that an index lacks collects that index's documents twice into what is below it, where it stands between other buckets: the buckets below add up to more than their parent. Ours do not.",
    covers: ({ path, asked }) => path !== 'status' && hasDeepAbsence(asked.body['aggs'], asked.index),
  },
  {
    name: 'a value for what an index lacks',
    reason:
      'A value given for missing ones is a text where an index lacks the field, whatever the field is in the others: its bucket stands beside the one of the same value.',
    covers: ({ path, ours, asked }) =>
      (path !== 'status' || (isAnswer(ours) && ours.status !== 200)) && fillsAbsence(asked.body['aggs'], asked.index),
  },
  {
    name: 'empty buckets moved twice',
    reason:
      'Of a date_histogram below other buckets that has both `offset` and `extended_bounds`, OpenSearch puts in the empty buckets of the bounds at the offset, and again at twice the offset.',
    covers: ({ path, asked }) => path !== 'status' && hasMovedBounds(asked.body['aggs']),
  },
  {
    name: 'terms of a wildcard field',
    reason: "OpenSearch 3.8 counts the values of a wildcard field under one another's keys. Our counts are right.",
    covers: ({ asked }) => asked.title.startsWith('diff-hostile') && asked.title.includes('"terms":{"field":"wild"'),
  },
  {
    name: 'a part of a flat_object',
    reason:
      'OpenSearch 3.8 aggregates a part of a flat_object over the values of all parts, those of others under a key such as java.lang.Object@5b19fa2. We count the values of the part.',
    covers: ({ asked }) => asked.title.startsWith('diff-hostile') && asked.title.includes('"field":"flat.a"'),
  },
  {
    name: 'too many buckets',
    reason: 'OpenSearch counts against search.max_buckets also those that it does not show; we count those shown.',
    covers: ({ theirs }) => isAnswer(theirs) && theirs.reason?.includes('too_many_buckets_exception') === true,
  },
  {
    name: 'below a composite walked by value',
    reason:
      'Where OpenSearch walks the first source of a composite by value, a document with two values of one key counts once in the bucket and twice in what is below it. Ours counts once in both.',
    covers: ({ path, asked }) => path !== 'status' && isWalkedTwice(asked.body['aggs'], asked.index),
  },
  {
    name: 'empty meta',
    reason: 'OpenSearch writes an empty `meta` where it knows without counting that there is nothing.',
    covers: ({ path, theirs }) => path.endsWith('.meta') && JSON.stringify(theirs) === '{}',
  },
];

/** A bucket aggregation of which all that stands below are `min` over fields that one of its indexes lacks. */
function hasOnlyAbsentMinima(aggs: unknown, index: string): boolean {
  return nodesOf(aggs).some((node) => {
    const below = nodesOf(node['aggs']).filter((child) => child['bucket_sort'] === undefined);
    const isAbsent = (child: Json): boolean => {
      const { field, missing } = (child['min'] ?? {}) as { field?: string; missing?: unknown };
      return field !== undefined && missing === undefined && index.split(',').some((name) => !hasField(name, field));
    };
    return (below.length > 0 && below.every(isAbsent)) || hasOnlyAbsentMinima(node['aggs'], index);
  });
}

/** A `missing` that collects again what an index gives: over a field that the index lacks, between other buckets. */
function hasDeepAbsence(aggs: unknown, index: string, depth = 0): boolean {
  return nodesOf(aggs).some((node) => {
    const { field } = (node['missing'] ?? {}) as { field?: string };
    const below = nodesOf(node['aggs']);
    const isBetween = below.length > 0 && (depth > 0 || below.some((child) => child['aggs'] !== undefined));
    return (
      (field !== undefined && isBetween && index.split(',').some((name) => !hasField(name, field))) ||
      hasDeepAbsence(node['aggs'], index, depth + 1)
    );
  });
}

/** A field that an index lacks, with a value for the missing ones. */
function fillsAbsence(aggs: unknown, index: string): boolean {
  return nodesOf(aggs).some((node) => {
    const own = Object.values(node) as Json[];
    return (
      fillsAbsence(node['aggs'], index) ||
      [...own, ...own.flatMap((body) => (Array.isArray(body?.['terms']) ? (body['terms'] as Json[]) : []))].some(
        (body) =>
          typeof body?.['field'] === 'string' &&
          body['missing'] !== undefined &&
          index.split(',').some((name) => !hasField(name, String(body['field']))),
      )
    );
  });
}

function hasMovedBounds(aggs: unknown, depth = 0): boolean {
  return nodesOf(aggs).some((node) => {
    const body = (node['date_histogram'] ?? {}) as Json;
    const isMoved = depth > 0 && body['offset'] !== undefined && body['extended_bounds'] !== undefined;
    return isMoved || hasMovedBounds(node['aggs'], depth + 1);
  });
}

/** A composite with something below whose first source may have two values of one key in a document. */
function isWalkedTwice(aggs: unknown, index: string): boolean {
  return nodesOf(aggs).some((node) => {
    const { sources } = (node['composite'] ?? {}) as { sources?: readonly Json[] };
    const [source] = Object.values(sources?.[0] ?? {}) as Json[];
    const { field } = (Object.values(source ?? {})[0] ?? {}) as { field?: string };
    return node['aggs'] !== undefined && field !== undefined && mayBeList(index, field);
  });
}

/** Any field of the product's documents may. */
function mayBeList(index: string, field: string): boolean {
  return LISTS.has(field) || !index.startsWith('diff-agg-');
}

function nodesOf(aggs: unknown): readonly Json[] {
  return typeof aggs === 'object' && aggs !== null ? (Object.values(aggs) as Json[]) : [];
}

/** The first of a request's differences that no entry covers. */
export function unacceptedOf(differences: readonly AggregationDifference[]): AggregationDifference | undefined {
  return differences.find((difference) => acceptedAs(difference) === undefined);
}

export function acceptedAs(difference: AggregationDifference): AcceptedDifference | undefined {
  return ACCEPTED_DIFFERENCES.find(({ covers }) => covers(difference));
}

function isAnswer(value: unknown): value is AggregationAnswer {
  return typeof value === 'object' && value !== null && 'status' in value;
}
