// sigma: a processing pipeline for pySigma and sigma-cli, out of the log sources: rules become queries over smartids-flows.
// https://sigmahq-pysigma.readthedocs.io/en/latest/Processing_Pipelines.html

import { DOCUMENT_FIELDS, indexAlias } from '../../lib/document/document-kind.ts';
import { FIELD_ALIASES } from '../../lib/document/field-aliases.ts';
import { logSourceId, type SigmaSource, type ValueChange } from './sigma-source.ts';

type Transformation = Readonly<Record<string, unknown>>;

function about(source: SigmaSource): Pick<Transformation, 'rule_conditions'> {
  return { rule_conditions: [{ type: 'logsource', ...source.logsource }] };
}

function only(...fields: readonly string[]) {
  return { field_name_conditions: [{ type: 'include_fields', fields }] };
}

function change(value: ValueChange): Transformation {
  return value.kind === 'map'
    ? { type: 'map_string', mapping: value.values }
    : { type: 'replace_string', regex: value.expression, replacement: value.replacement };
}

/** What cannot be answered fails before names are changed; then values, then names. */
function sourceTransformations(source: SigmaSource): readonly Transformation[] {
  const id = logSourceId(source.logsource);
  const missing = Object.entries(source.missing).map(([field, reason]) => ({
    id: `${id}_without_${field}`,
    type: 'detection_item_failure',
    message: `${field}: ${reason}`,
    ...about(source),
    ...only(field),
  }));
  const values = Object.entries(source.values ?? {}).map(([field, value]) => ({
    id: `${id}_values_of_${field}`,
    ...change(value),
    ...about(source),
    ...only(field),
  }));
  const names = { id: `${id}_fields`, type: 'field_name_mapping', mapping: source.fields, ...about(source) };
  const protocol = {
    id: `${id}_protocol`,
    type: 'add_condition',
    conditions: { 'network.protocol': source.protocol },
    ...about(source),
  };
  return [...missing, ...values, names, ...(source.protocol === undefined ? [] : [protocol])];
}

/** The pipeline as a document of YAML; JSON is one. */
export function sigmaPipeline(sources: readonly SigmaSource[]): Transformation {
  const known = [...Object.keys(DOCUMENT_FIELDS.flows), ...Object.keys(FIELD_ALIASES.flows)];
  return {
    name: 'Smart IDS flows',
    priority: 20,
    transformations: [
      {
        id: 'other_log_source',
        type: 'rule_failure',
        message: 'Smart IDS has no such log: it sees network traffic',
        rule_conditions: sources.map(({ logsource }) => ({ type: 'logsource', ...logsource })),
        rule_cond_op: 'or',
        rule_cond_not: true,
      },
      { id: 'index', type: 'set_state', key: 'index', val: indexAlias('flows') },
      ...sources.flatMap(sourceTransformations),
      {
        id: 'unknown_field',
        type: 'detection_item_failure',
        message: 'a field that Smart IDS has no name for: see docs/SIGMA.md',
        field_name_conditions: [{ type: 'exclude_fields', fields: known }],
      },
    ],
  };
}
