// local/opensearch: the plan of each kind of bucket.
import type { DuckDBConnection } from '@duckdb/node-api';
import type { AggregationBase } from './aggregation-base.ts';
import { planComposite } from './aggregation-composite.ts';
import { planDateHistogram } from './aggregation-date-histogram.ts';
import { planFilters } from './aggregation-filters.ts';
import { planHistogram } from './aggregation-histogram.ts';
import { planIpRange } from './aggregation-ip-range.ts';
import { planMultiTerms } from './aggregation-multi-terms.ts';
import type { BucketNode } from './aggregation-node.ts';
import { type BucketPlan, fixedPlan } from './aggregation-plan.ts';
import { planDateRange, planRange } from './aggregation-range.ts';
import { singleBucketCondition } from './aggregation-single.ts';
import { planTerms } from './aggregation-terms.ts';

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
