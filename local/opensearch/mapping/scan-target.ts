// local/opensearch/mapping: a field as the document scanner looks at it: what it asks of each value is worked out once.
import { isCalendarFormat } from '../../../lib/query/date-formats.ts';
import type { Family, Field } from './field.ts';

/** Below Lucene's longest term. */
const MAX_PLAIN_BYTES = 8_191;

export class ScanTarget {
  readonly field: Field;
  readonly family: Family;
  /** Smallest and largest whole number. */
  readonly low: number;
  readonly high: number;
  /** Whether its dates are read as RFC 3339 first. */
  readonly isCalendar: boolean;
  /** A keyword of so many bytes has no more UTF-16 units, and is neither ignored nor too long. */
  readonly plainBytes: number;

  constructor(field: Field) {
    this.field = field;
    this.family = field.family;
    const [low, high] = field.limits ?? [];
    this.low = Number(low ?? Number.NEGATIVE_INFINITY);
    this.high = Number(high ?? Number.POSITIVE_INFINITY);
    this.isCalendar = isCalendarFormat(field.formats[0] ?? '');
    this.plainBytes = Math.min(MAX_PLAIN_BYTES, field.ignoreAbove ?? MAX_PLAIN_BYTES);
  }
}
