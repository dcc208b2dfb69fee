// local/opensearch/aggregation: the value that stands for a field's where a document has none, and other values of a request as SQL.

import { addressIn, numberIn, type ValueFormat, valueFormat } from '../mapping/value-format.ts';
import { type AggregationBase, literalOf, type Slot, withMissing } from './base.ts';

/** SQL of a request's value among the values of a field; a date is read as `shown` writes them. */
export function fieldLiteral(slot: Slot, value: unknown, base: AggregationBase, shown?: ValueFormat): string {
  switch (slot.family) {
    case 'keyword':
      return literalOf('keyword', String(value), base.binder);
    case 'ip':
      return literalOf('ip', addressIn(value), base.binder);
    default: {
      if (slot.family === 'integer' && isWholeText(value))
        return literalOf('integer', BigInt(String(value)), base.binder);
      const format = shown?.family === 'date' ? shown : valueFormat(slot.family, slot.field, undefined, undefined);
      return literalOf(slot.family, numberIn(format, value, base.nowMs), base.binder);
    }
  }
}

function isWholeText(value: unknown): boolean {
  if (!/^-?\d{1,19}$/.test(String(value))) return false;
  const whole = BigInt(String(value));
  return whole >= -(2n ** 63n) && whole < 2n ** 63n;
}

/** The slot with a request's `missing` for the documents without a value. */
export function filledSlot(slot: Slot, missing: unknown, base: AggregationBase, shown?: ValueFormat): Slot {
  if (missing === undefined || missing === null) return slot;
  const isFraction =
    slot.family === 'integer' && !Number.isInteger(Number(missing)) && Number.isFinite(Number(missing));
  const widened: Slot = isFraction ? asReal(slot) : slot;
  return withMissing(widened, fieldLiteral(widened, missing, base, shown));
}

function asReal(slot: Slot): Slot {
  const list = slot.list === undefined ? undefined : `list_transform(${slot.list}, lambda v: v::DOUBLE)`;
  return { ...slot, family: 'real', single: `${slot.single}::DOUBLE`, list };
}
