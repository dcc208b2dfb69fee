// dashboards: visualizations of the kinds that we use, each with all the parameters Dashboards would have saved.

import { type Aggregation, aggregations, type Bucket, byTime, type Metric } from './aggregation.ts';
import { indexReference, type SavedObject, savedObject, searchSource, type ViewedKind } from './saved-object.ts';

export interface Question {
  readonly id: string;
  readonly title: string;
  /** What to make of it, shown with the title. */
  readonly about?: string;
  readonly kind?: ViewedKind;
  /** Which documents; absent: all. */
  readonly query?: string;
  readonly metrics: readonly Metric[];
}

const LEGEND = { addTooltip: true, addLegend: true, legendPosition: 'right' } as const;

function visualization(
  { id, title, about = '', kind = 'flows', query = '' }: Omit<Question, 'metrics'>,
  type: string,
  aggs: readonly Aggregation[],
  params: Readonly<Record<string, unknown>>,
): SavedObject {
  const { attributes, references } = searchSource(kind, query);
  return savedObject(
    'visualization',
    id,
    {
      title,
      description: about,
      visState: JSON.stringify({ title, type, aggs, params }),
      uiStateJSON: '{}',
      version: 1,
      ...attributes,
    },
    references,
  );
}

const AXIS_TEXT = { show: true, filter: true, truncate: 100 };

/** What an area, bars or lines are drawn by. */
function axes(type: string, shape: 'area' | 'histogram', metrics: readonly Metric[], isSideways: boolean) {
  const [categoryPosition, valuePosition] = isSideways ? ['left', 'bottom'] : ['bottom', 'left'];
  return {
    type,
    grid: { categoryLines: false },
    categoryAxes: [
      {
        ...{ id: 'CategoryAxis-1', type: 'category', position: categoryPosition, show: true, style: {}, title: {} },
        ...{ scale: { type: 'linear' }, labels: { ...AXIS_TEXT, ...(isSideways && { rotate: 0 }) } },
      },
    ],
    valueAxes: [
      {
        ...{ id: 'ValueAxis-1', name: isSideways ? 'BottomAxis-1' : 'LeftAxis-1', type: 'value', show: true },
        ...{ position: valuePosition, style: {}, scale: { type: 'linear', mode: 'normal' } },
        ...{ labels: { ...AXIS_TEXT, rotate: 0 }, title: { text: metrics[0]?.params.customLabel ?? '' } },
      },
    ],
    seriesParams: metrics.map(({ params }, i) => ({
      ...{ show: true, type: shape, mode: 'stacked', valueAxis: 'ValueAxis-1', interpolate: 'linear', lineWidth: 2 },
      ...{ data: { id: String(i + 1), label: params.customLabel }, drawLinesBetweenPoints: true, showCircles: true },
    })),
    ...LEGEND,
    ...{ times: [], addTimeMarker: false, labels: { show: false } },
    thresholdLine: { show: false, value: 10, width: 1, style: 'full', color: '#E7664C' },
  };
}

/** Over time, divided by `by`. */
export function overTime(question: Question, shape: 'area' | 'histogram', by?: Bucket): SavedObject {
  const buckets = [['segment', byTime()] as const, ...(by === undefined ? [] : [['group', by] as const])];
  const aggs = aggregations(question.metrics, buckets);
  return visualization(question, shape, aggs, axes(shape, shape, question.metrics, false));
}

/** Bars of `along`, divided by `by`; sideways where names are long. */
export function bars(question: Question, along: Bucket, by?: Bucket, direction?: 'sideways'): SavedObject {
  const buckets = [['segment', along] as const, ...(by === undefined ? [] : [['group', by] as const])];
  const type = direction === 'sideways' ? 'horizontal_bar' : 'histogram';
  const params = axes(type, 'histogram', question.metrics, direction === 'sideways');
  return visualization(question, type, aggregations(question.metrics, buckets), params);
}

/** A ring, and one more around it for each further bucket. */
export function ring(question: Question, ...rings: readonly Bucket[]): SavedObject {
  const aggs = aggregations(
    question.metrics,
    rings.map((bucket) => ['segment', bucket] as const),
  );
  const labels = { show: true, values: true, last_level: true, truncate: 100 };
  return visualization(question, 'pie', aggs, { type: 'pie', ...LEGEND, isDonut: true, labels });
}

/** A row for every value of the buckets, one within the other. */
export function table(question: Question, ...columns: readonly Bucket[]): SavedObject {
  const aggs = aggregations(
    question.metrics,
    columns.map((bucket) => ['bucket', bucket] as const),
  );
  return visualization(question, 'table', aggs, {
    ...{ perPage: 10, showPartialRows: false, showMetricsAtAllLevels: false },
    ...{ showTotal: false, totalFunc: 'sum', percentageCol: '' },
  });
}

/** Numbers in large type, one for each metric, or for each bucket. */
export function numbers(question: Question, by?: Bucket): SavedObject {
  const aggs = aggregations(question.metrics, by === undefined ? [] : [['group', by]]);
  const style = { bgFill: '#000', bgColor: false, labelColor: false, subText: '', fontSize: 32 };
  const metric = {
    ...{ percentageMode: false, useRanges: false, colorSchema: 'Green to Red', metricColorMode: 'None' },
    ...{ colorsRange: [{ from: 0, to: 10_000 }], labels: { show: true }, invertColors: false, style },
  };
  return visualization(question, 'metric', aggs, { addTooltip: true, addLegend: false, type: 'metric', metric });
}

export interface Choice {
  readonly field: string;
  readonly label: string;
  readonly kind: ViewedKind;
  /** Text is looked up in the index as it is typed; addresses and numbers are listed. */
  readonly isText: boolean;
}

/** Lists to choose from; what is chosen filters the whole dashboard. */
export function controls(id: string, title: string, choices: readonly Choice[]): SavedObject {
  const references = choices.map(({ kind }, i) => indexReference(`control_${i}_index_pattern`, kind));
  const list = choices.map(({ field, label, isText }, i) => ({
    ...{ id: `${id}-${i}`, indexPatternRefName: `control_${i}_index_pattern`, fieldName: field, parent: '', label },
    type: 'list',
    options: { type: 'terms', multiselect: true, dynamicOptions: isText, size: isText ? 10 : 500, order: 'desc' },
  }));
  const params = { controls: list, updateFiltersOnChange: true, useTimeFilter: false, pinFilters: false };
  return savedObject(
    'visualization',
    id,
    {
      ...{ title, description: '', uiStateJSON: '{}', version: 1 },
      visState: JSON.stringify({ title, type: 'input_control_vis', aggs: [], params }),
      kibanaSavedObjectMeta: { searchSourceJSON: '{}' },
    },
    references,
  );
}

/** Words for whoever reads the dashboard. */
export function note(id: string, title: string, markdown: string): SavedObject {
  const params = { fontSize: 12, openLinksInNewTab: false, markdown };
  return savedObject('visualization', id, {
    ...{ title, description: '', uiStateJSON: '{}', version: 1 },
    visState: JSON.stringify({ title, type: 'markdown', aggs: [], params }),
    kibanaSavedObjectMeta: { searchSourceJSON: '{}' },
  });
}
