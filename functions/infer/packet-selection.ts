// infer: which flows' packets get a document, and up to which record.

import type { FlowVerdict } from '../../lib/detection/verdict.ts';
import type { FlowRows } from '../../lib/flow/flow-fields.ts';
import type { PacketDocumentMode } from './infer-deps.ts';

/** What a packet's document says of its flow, and the last record that gets one. */
export interface SelectedFlow {
  readonly label: FlowVerdict['label'];
  readonly score: number;
  readonly lastRecord: number;
}

/** Flows by the number of their first record. */
export type PacketSelection = ReadonlyMap<number, SelectedFlow>;

export interface PacketSelector {
  add(rows: FlowRows, row: number, verdict: FlowVerdict): void;
  readonly selection: PacketSelection;
}

/** At most the first PACKET_DOCUMENTS_PER_FLOW records of a flow are selected, wherever in the dump they lie. */
export function createPacketSelector(mode: PacketDocumentMode): PacketSelector {
  const selection = new Map<number, SelectedFlow>();
  return {
    selection,
    add: ({ columns }, row, { label, score, detection }) => {
      if (mode === 'none' || (mode === 'detections' && !detection)) return;
      const thousandth = columns.thousandthRecord[row] ?? -1;
      const lastRecord = thousandth >= 0 ? thousandth : Number.POSITIVE_INFINITY;
      selection.set(columns.record[row] ?? -1, { label, score, lastRecord });
    },
  };
}
