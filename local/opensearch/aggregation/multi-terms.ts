// local/opensearch/aggregation: multi_terms: one bucket per combination of the values of several fields.

import { javaDouble } from '../mapping/java-double.ts';
import { type ValueFormat, valueFormat } from '../mapping/value-format.ts';
import {
  checkParameters,
  fieldFailure,
  fieldParameter,
  parseFailure,
  textParameter,
  tokenOf,
} from '../request/body-parameters.ts';
import { isJsonObject, type JsonObject } from '../request/json-text.ts';
import { unsupported } from '../request/response-error.ts';
import type { AggregationBase } from './base.ts';
import { filledSlot } from './missing.ts';
import type { BucketNode } from './node.ts';
import type { BucketPlan } from './plan.ts';
import { zoneParameter } from './range.ts';
import { keyPart, readTermsSettings, TERMS_PARAMETERS, termKey, termsPlan } from './terms.ts';

export function planMultiTerms(node: BucketNode, base: AggregationBase): BucketPlan {
  const { body, name } = node;
  checkParameters('multi_terms', body, [...TERMS_PARAMETERS, 'terms']);
  const settings = readTermsSettings(node);
  const fields = readFields(body['terms'], name);
  const parts = fields.map((field) => {
    const slot = base.slot(fieldParameter('field_config', field), 'keyword');
    const written = textParameter('field_config', field, 'format');
    const format = valueFormat(slot.family, slot.field, written, zoneParameter('field_config', field));
    return { format, key: termKey(filledSlot(slot, field['missing'], base, format), undefined) };
  });
  return termsPlan(
    node,
    base,
    settings,
    parts.map(({ key }) => key),
    (keys) => ({
      key: parts.map(({ format }, at) => keyPart(format, keys[at])),
      key_as_string: parts.map(({ format }, at) => partText(format, keys[at])).join('|'),
    }),
  );
}

function partText(format: ValueFormat, key: unknown): string {
  const shown = keyPart(format, key);
  return format.family === 'real' && typeof shown === 'number' ? javaDouble(shown) : String(shown);
}

function readFields(terms: unknown, name: string): readonly JsonObject[] {
  const list: readonly unknown[] = Array.isArray(terms) ? terms : terms === undefined ? [] : [terms];
  if (list.length < 2) {
    throw fieldFailure(
      'multi_terms',
      'terms',
      `multi term aggregation must has at least 2 terms. Found [${list.length}] in [${name}]${list.length === 1 ? ' Use terms aggregation for single term aggregation' : ''}`,
    );
  }
  return list.map((field) => {
    if (!isJsonObject(field))
      throw parseFailure(`[multi_terms] terms doesn't support values of type: ${tokenOf(field)}`);
    for (const key of Object.keys(field)) {
      if (key === 'script' || key === 'value_type') throw unsupported(`[${key}] in [multi_terms]`);
      if (!['field', 'missing', 'format', 'time_zone'].includes(key))
        throw fieldFailure(
          'multi_terms',
          'terms',
          `[field_config] unknown field [${key}]`,
          'x_content_parse_exception',
        );
    }
    return field;
  });
}
