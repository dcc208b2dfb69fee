// local/opensearch: aggregations of one bucket: the documents that match a query, or that lack a field.
import type { AggregationBase, Slot } from './aggregation-base.ts';
import { filledSlot } from './aggregation-missing.ts';
import type { BucketNode } from './aggregation-node.ts';
import { checkParameters, fieldParameter } from './aggregation-parameters.ts';

/** SQL of whether a document is in the bucket. */
export function singleBucketCondition(node: BucketNode, base: AggregationBase): string {
  if (node.kind === 'filter') return base.filter(node.body);
  checkParameters('missing', node.body, ['field', 'missing']);
  const slot: Slot = base.slot(fieldParameter('missing', node.body));
  const filled = filledSlot(slot, node.body['missing'], base);
  return `${filled.list ?? filled.single} IS NULL`;
}
