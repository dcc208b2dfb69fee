// capture: what a reader has to say beside the records: counted warnings and the byte ranges that gave none.
import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { MAX_GAPS } from './limits.ts';

/** Odd but usable, or lost: every key of a reader's `warnings`. */
export type CaptureWarning =
  | 'last-record-cut-short'
  | 'record-corrupt'
  | 'interface-unknown'
  | 'interface-over-limit'
  | 'captured-exceeds-original'
  | 'timestamp-out-of-range'
  | 'timestamp-unknown'
  | 'timestamp-fraction-carried'
  | 'timestamp-resolution-ignored'
  | 'linktype-reserved-bits'
  | 'options-malformed'
  | 'block-unknown-skipped'
  | 'compressed-cut-short'
  | 'compressed-corrupt'
  | 'compressed-unsupported'
  | 'compressed-checksum-wrong'
  | 'compressed-trailing-bytes'
  | 'member-not-a-capture'
  | 'member-encrypted'
  | 'member-method-unsupported'
  | 'member-over-limit'
  | 'gap-not-listed';

/** A byte range `[offset, offset + length)` of the uncompressed stream that gave no record. */
export interface CaptureGap {
  readonly offset: number;
  readonly length: number;
  readonly reason: string;
}

export class CaptureNotes {
  readonly warnings = new Map<string, number>();
  readonly gaps: CaptureGap[] = [];

  warn(warning: CaptureWarning): void {
    this.warnings.set(warning, (this.warnings.get(warning) ?? 0) + 1);
  }

  /** Counts the warning and lists the range; one that touches the last with the same reason makes it longer. */
  gap(offset: number, length: number, warning: CaptureWarning, reason: string = warning): void {
    this.warn(warning);
    const last = this.gaps.at(-1);
    if (last !== undefined && last.reason === reason && last.offset + last.length === offset) {
      this.gaps[this.gaps.length - 1] = { offset: last.offset, length: last.length + length, reason };
    } else if (this.gaps.length < MAX_GAPS) {
      this.gaps.push({ offset, length, reason });
    } else {
      this.warn('gap-not-listed');
    }
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    const warnings = await state.json([...this.warnings]);
    const gaps = await state.json(this.gaps);
    if (!state.isRestoring) return;
    for (const [warning, count] of warnings) this.warnings.set(warning, count);
    this.gaps.push(...gaps);
  }
}
