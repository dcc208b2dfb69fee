// local/opensearch/aggregation: the plan of each kind of bucket.
import type { DuckDBConnection } from '@duckdb/node-api';
import type { AggregationBase } from './base.ts';
import { planComposite } from './composite.ts';
import { planDateHistogram } from './date-histogram.ts';
import { planFilters } from './filters.ts';
import { planHistogram } from './histogram.ts';
import { planIpRange } from './ip-range.ts';
import { planMultiTerms } from './multi-terms.ts';
import type { BucketNode } from './node.ts';
import { type BucketPlan, fixedPlan } from './plan.ts';
import { planDateRange, planRange } from './range.ts';
import { singleBucketCondition } from './single.ts';
import { planTerms } from './terms.ts';

/** `parent`: the node that this one stands under. */
export function planBucket(
  node: BucketNode,
  base: AggregationBase,
  connection: DuckDBConnection,
  parent: BucketNode | undefined,
): BucketPlan | Promise<BucketPlan> {
  switch (node.kind) {
    case 'terms':
      return planTerms(node, base);
    case 'multi_terms':
      return planMultiTerms(node, base);
    case 'composite':
      return planComposite(node, base, connection, parent);
    case 'date_histogram':
      return planDateHistogram(node, base, connection);
    case 'histogram':
      return planHistogram(node, base);
    case 'range':
      return planRange(node, base);
    case 'date_range':
      return planDateRange(node, base);
    case 'ip_range':
      return planIpRange(node, base);
    case 'filter':
    case 'missing':
      return fixedPlan(node, [singleBucketCondition(node, base)], [{}], [node.kind], 'single');
    case 'filters':
      return planFilters(node, base);
  }
}
