// differential: the answers of two engines to one aggregation request, brought to what is compared, and where they differ.
import type { AggregationCase } from './aggregation-case.ts';
import { LOWER, UPPER } from './percentile-bounds.ts';

type Json = Readonly<Record<string, unknown>>;

export interface AggregationAnswer {
  readonly status: number;
  /** The error's type and that of its root cause. */
  readonly error?: readonly [string, string | undefined];
  readonly reason?: string;
  readonly aggregations?: Json;
}

export interface AggregationDifference {
  readonly asked: AggregationCase;
  /** Members on the way to the value. */
  readonly path: string;
  readonly theirs: unknown;
  readonly ours: unknown;
}

/** Sums in another order of the same documents; relative. */
const SUM_ERROR = 1e-11;
/** A variance is what two sums of squares differ by: its error is theirs, relative to the mean square. */
const SQUARES_ERROR = 1e-14;
const SPREADS = /^(variance|std_)/;

export function answerOf(status: number, body: Json): AggregationAnswer {
  const shards = body['_shards'] as { failures?: readonly { reason: Json }[] } | undefined;
  const [failure] = shards?.failures ?? [];
  if (failure !== undefined) return { status: 206, error: ['partial', String(failure.reason['type'])] };
  if (status === 200) return { status, aggregations: (body['aggregations'] ?? {}) as Json };
  const error = body['error'] as { type: string; root_cause?: readonly { type: string }[] };
  return { status, error: [error.type, error.root_cause?.[0]?.type], reason: JSON.stringify(error) };
}

export function differencesOf(
  asked: AggregationCase,
  theirs: AggregationAnswer,
  ours: AggregationAnswer,
): readonly AggregationDifference[] {
  const found: AggregationDifference[] = [];
  const add = (path: string, their: unknown, our: unknown): void => {
    found.push({ asked, path, theirs: their, ours: our });
  };
  if (theirs.status !== ours.status) add('status', theirs, ours);
  else if (theirs.error !== undefined) {
    if (theirs.error.join() !== ours.error?.join()) add('error', theirs, ours);
  } else compare('', theirs.aggregations, ours.aggregations, add);
  return found;
}

type Add = (path: string, theirs: unknown, ours: unknown) => void;

function compare(path: string, theirs: unknown, ours: unknown, add: Add): void {
  if (isNumber(theirs) && isNumber(ours)) {
    if (!isNear(theirs, ours)) add(path, theirs, ours);
  } else if (Array.isArray(theirs) && Array.isArray(ours)) {
    if (theirs.length !== ours.length) add(`${path}.length`, theirs.map(shortKey), ours.map(shortKey));
    else for (const [at, item] of theirs.entries()) compare(`${path}[${at}]`, item, ours[at], add);
  } else if (isObject(theirs) && isObject(ours)) compareMembers(path, theirs, ours, add);
  else if (theirs !== ours) add(path, theirs, ours);
}

function compareMembers(path: string, theirs: Json, ours: Json, add: Add): void {
  const names = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
  const error = varianceError(theirs);
  for (const name of names) {
    if (name.endsWith(LOWER) || name.endsWith(UPPER)) continue;
    if (error !== undefined && SPREADS.test(name) && isNearSpread(name, theirs[name], ours[name], error)) continue;
    const here = path === '' ? name : `${path}.${name}`;
    const lower = ours[`${name}${LOWER}`];
    const upper = ours[`${name}${UPPER}`];
    if (isObject(lower) && isObject(upper)) comparePercentiles(here, theirs[name], ours[name], lower, upper, add);
    else compare(here, theirs[name], ours[name], add);
  }
}

/** What the variance of an extended_stats may be off by; undefined for anything else. */
function varianceError({ count, sum_of_squares: squares }: Json): number | undefined {
  return isNumber(count) && isNumber(squares) ? (SQUARES_ERROR * Number(squares)) / Number(count) : undefined;
}

/** Deviations and their bounds: with the error of their square's root, and with texts that follow from them. */
function isNearSpread(name: string, theirs: unknown, ours: unknown, error: number): boolean {
  if (isNumber(theirs) && isNumber(ours)) {
    const [a, b] = [Number(theirs), Number(ours)];
    return name.startsWith('variance') ? Math.abs(a - b) <= 2 * error : Math.abs(a * a - b * b) <= 4 * error;
  }
  if (name === 'std_deviation_bounds' && isObject(theirs) && isObject(ours))
    return Object.entries(theirs).every(([bound, value]) => {
      const other = ours[bound];
      if (!isNumber(value) || !isNumber(other)) return value === other;
      return isNear(value, other) || Math.abs(Number(value) - Number(other)) <= 6 * Math.sqrt(error);
    });
  return name.endsWith('_as_string') && typeof theirs === typeof ours && error > 1;
}

/** Their values must lie between ours of a little lower and a little higher rank; the rest must be the same. */
function comparePercentiles(path: string, theirs: unknown, ours: unknown, lower: Json, upper: Json, add: Add): void {
  const [their, own, low, high] = [theirs, ours, lower, upper].map(percentsIn);
  if (their === undefined || own === undefined || their.map(keyOf).join() !== own.map(keyOf).join()) {
    add(path, theirs, ours);
    return;
  }
  for (const [at, { key, value, text }] of their.entries()) {
    const from = low?.[at]?.value ?? null;
    const to = high?.[at]?.value ?? null;
    if ((text === undefined) !== (own[at]?.text === undefined)) add(`${path}.${key}_as_string`, text, own[at]?.text);
    if (value === null && from === null) continue;
    if (value === null || from === null || to === null) add(path, theirs, ours);
    else if ((value < from && !isNear(value, from)) || (value > to && !isNear(value, to)))
      add(path, theirs, [ours, from, to]);
  }
}

interface Percent {
  readonly key: string;
  readonly value: number | null;
  readonly text: string | undefined;
}

function keyOf({ key }: Percent): string {
  return key;
}

function percentsIn(answer: unknown): readonly Percent[] | undefined {
  const values = isObject(answer) ? answer['values'] : undefined;
  if (Array.isArray(values)) {
    return values.map((item: Json) => ({
      key: String(item['key']),
      value: numberOrNull(item['value']),
      text: item['value_as_string'] as string | undefined,
    }));
  }
  if (!isObject(values)) return undefined;
  return Object.keys(values)
    .filter((key) => !key.endsWith('_as_string'))
    .map((key) => ({
      key,
      value: numberOrNull(values[key]),
      text: values[`${key}_as_string`] as string | undefined,
    }));
}

function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function isNear(left: number | bigint, right: number | bigint): boolean {
  if (typeof left === 'bigint' && typeof right === 'bigint') return left === right;
  const a = Number(left);
  const b = Number(right);
  return a === b || Math.abs(a - b) <= SUM_ERROR * Math.max(Math.abs(a), Math.abs(b));
}

function shortKey(item: unknown): unknown {
  return isObject(item) && 'key' in item ? [item['key'], item['doc_count']] : item;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
