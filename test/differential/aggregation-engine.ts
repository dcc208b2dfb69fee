// differential: asks an engine aggregation requests, several at a time, in their order.
import { type AggregationAnswer, answerOf } from './aggregation-answer.ts';
import type { AggregationCase } from './aggregation-case.ts';
import { withBounds } from './percentile-bounds.ts';
import type { SearchEngineUnderTest } from './search-engine-under-test.ts';

type Json = Readonly<Record<string, unknown>>;

/** `bounded`: with the neighbours of each percentile beside it. */
export async function askAggregations(
  engine: SearchEngineUnderTest,
  cases: readonly AggregationCase[],
  bounded: boolean,
): Promise<readonly AggregationAnswer[]> {
  const answers: AggregationAnswer[] = [];
  for (const { index, body } of cases) {
    const { aggs } = body;
    const isTree = typeof aggs === 'object' && aggs !== null && !Array.isArray(aggs);
    const asked = { size: 0, ...body, ...(bounded && isTree ? { aggs: withBounds(aggs as Json) } : {}) };
    // kept answers of OpenSearch's cache are not always those it gave first
    const path = `/${index}/_search?request_cache=false`;
    const reply = await engine.request('POST', path, asked);
    answers.push(answerOf(reply.status, reply.body));
  }
  return answers;
}
