// model: the first payload bytes of one flow, and the same as text, read once for all features that look at them.

import { PAYLOAD_BYTES, PAYLOAD_PACKETS } from '../../flow/flow-fields.ts';
import { bytesAt, type FlowColumns } from '../feature-group.ts';
import { isPrintable } from './text-measures.ts';

const PACKETS = Array.from({ length: PAYLOAD_PACKETS }, (_, k) => k as 0 | 1 | 2);
const NONE: Uint8Array = new Uint8Array(0);
/** A text begins with this many bytes that are printable or white space. */
const TEXT_START = 3;

/** One direction's kept payload packets. */
export interface PayloadSide {
  readonly packets: readonly Uint8Array[];
  /** The first packet's bytes; empty where there is none. */
  first: Uint8Array;
  /** What the packets say, in lower case, one character a byte; empty where the first does not begin like text. */
  firstText: string;
  /** All kept packets' text, joined. */
  text: string;
}

/** Reused from row to row. */
export interface PayloadView {
  readonly source: PayloadSide;
  readonly destination: PayloadSide;
  /** Who asks and who answers HTTP, whoever sent the first packet seen: a capture may begin in the middle. */
  asks: PayloadSide;
  answers: PayloadSide;
  protocol: number;
  destinationPort: number;
}

/** A function that moves a view to another row. */
export function viewPayloads(columns: FlowColumns): {
  readonly view: PayloadView;
  readonly read: (row: number) => void;
} {
  const source = emptySide();
  const destination = emptySide();
  const view: PayloadView = {
    source,
    destination,
    asks: source,
    answers: destination,
    protocol: 0,
    destinationPort: 0,
  };
  const sides = [
    { side: source, columns: PACKETS.map((k) => columns[`sourcePayload${k}`]) },
    { side: destination, columns: PACKETS.map((k) => columns[`destinationPayload${k}`]) },
  ];
  return {
    view,
    read(row) {
      for (const { side, columns: heads } of sides) {
        const packets = side.packets as Uint8Array[];
        packets.length = 0;
        for (const column of heads) packets.push(bytesAt(column, row, PAYLOAD_BYTES));
        side.first = packets[0] ?? NONE;
        side.firstText = beginsLikeText(side.first) ? lowerText(side.first) : '';
        side.text = side.firstText;
        if (side.firstText !== '')
          for (let k = 1; k < packets.length; k += 1) side.text += lowerText(packets[k] ?? NONE);
      }
      const isTurned = source.firstText.startsWith('http/1.');
      view.asks = isTurned ? destination : source;
      view.answers = isTurned ? source : destination;
      view.protocol = columns.protocol[row] ?? 0;
      view.destinationPort = columns.destinationPort[row] ?? 0;
    },
  };
}

export function lowerText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').toLowerCase();
}

function beginsLikeText(bytes: Uint8Array): boolean {
  if (bytes.length < TEXT_START) return false;
  for (let k = 0; k < TEXT_START; k += 1) if (!isPrintable(bytes[k] ?? 0)) return false;
  return true;
}

function emptySide(): PayloadSide {
  return { packets: [], first: NONE, firstText: '', text: '' };
}
