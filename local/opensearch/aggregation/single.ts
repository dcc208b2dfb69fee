// local/opensearch/aggregation: aggregations of one bucket: the documents that match a query, or that lack a field.

import { checkParameters, fieldParameter } from '../request/body-parameters.ts';
import type { AggregationBase, Slot } from './base.ts';
import { filledSlot } from './missing.ts';
import type { BucketNode } from './node.ts';

/** SQL of whether a document is in the bucket. */
export function singleBucketCondition(node: BucketNode, base: AggregationBase): string {
  if (node.kind === 'filter') return base.filter(node.body);
  checkParameters('missing', node.body, ['field', 'missing']);
  const slot: Slot = base.slot(fieldParameter('missing', node.body));
  const filled = filledSlot(slot, node.body['missing'], base);
  return `${filled.list ?? filled.single} IS NULL`;
}
