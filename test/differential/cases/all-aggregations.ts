// differential: every aggregation request of the list.
import type { AggregationCase } from '../aggregation-case.ts';
import { COMPOSITE_CASES } from './aggregations-composite.ts';
import { HISTOGRAM_CASES } from './aggregations-histograms.ts';
import { METRIC_CASES } from './aggregations-metrics.ts';
import { NESTED_CASES } from './aggregations-nested.ts';
import { RANGE_CASES } from './aggregations-ranges.ts';
import { REFUSED_CASES } from './aggregations-refused.ts';
import { TERMS_CASES } from './aggregations-terms.ts';

export const ALL_AGGREGATIONS: readonly AggregationCase[] = [
  ...TERMS_CASES,
  ...HISTOGRAM_CASES,
  ...RANGE_CASES,
  ...METRIC_CASES,
  ...COMPOSITE_CASES,
  ...NESTED_CASES,
  ...REFUSED_CASES,
];
