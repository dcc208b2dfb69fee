// differential: every list of aggregation requests.
import type { AggregationCase } from '../aggregation-case.ts';
import { COMPOSITE_CASES } from './aggregations-composite.ts';
import { DOCUMENT_CASES } from './aggregations-documents.ts';
import { HISTOGRAM_CASES } from './aggregations-histograms.ts';
import { METRIC_CASES } from './aggregations-metrics.ts';
import { NESTED_CASES } from './aggregations-nested.ts';
import { RANGE_CASES } from './aggregations-ranges.ts';
import { REFUSED_CASES } from './aggregations-refused.ts';
import { TERMS_CASES } from './aggregations-terms.ts';

/** By the name of their group. */
export const AGGREGATION_LISTS: Readonly<Record<string, readonly AggregationCase[]>> = {
  terms: TERMS_CASES,
  histograms: HISTOGRAM_CASES,
  ranges: RANGE_CASES,
  metrics: METRIC_CASES,
  composite: COMPOSITE_CASES,
  nested: NESTED_CASES,
  documents: DOCUMENT_CASES,
  refused: REFUSED_CASES,
};
