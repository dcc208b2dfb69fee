// differential: one aggregation request that both engines are asked.

type Json = Readonly<Record<string, unknown>>;

export interface AggregationCase {
  /** Unique; says what is asked. */
  readonly title: string;
  readonly index: string;
  readonly body: Json;
  /** Of a request that only we refuse: what our message must name. */
  readonly names?: string;
}

export const A = 'diff-agg-a';
export const B = 'diff-agg-b';
export const AB = `${A},${B}`;
export const EMPTY = 'diff-agg-empty';

/** A tree under the name `x`, over all documents or those of a query. */
export function tree(aggregation: Json, index: string = A, query?: Json): AggregationCase {
  return request({ ...(query === undefined ? {} : { query }), aggs: { x: aggregation } }, index);
}

export function request(body: Json, index: string = A): AggregationCase {
  return { title: `${index} ${textOf(body)}`, index, body };
}

/** A tree that OpenSearch answers and we do not. */
export function refusedTree(aggregation: Json, names: string): AggregationCase {
  return { ...tree(aggregation), names };
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? `${item}` : item));
}
