// model: features from what the first payload bytes look like, whatever the protocol: text or not, how random, how long.

import { PAYLOAD_BYTES } from '../../flow/flow-fields.ts';
import { bytesAt, type FeatureGroup, type FeatureWriter, type FlowColumns } from '../feature-group.ts';

const SIDES = ['source', 'destination'] as const;
const PACKETS = [0, 1, 2] as const;

const SHAPE = ['Printable', 'Entropy', 'Zero', 'High', 'Digits', 'Run'] as const;
const names = SIDES.flatMap((side) => [
  ...PACKETS.map((k) => `${side}PayloadLength${k}`),
  ...SHAPE.map((shape) => `${side}First${shape}`),
  ...['Printable', 'Entropy'].map((shape) => `${side}Payload${shape}`),
]);

const BYTE_VALUES = 256;

/** log2 of small integers, so that an entropy costs no logarithm. */
const LOG2 = Float64Array.from({ length: PACKETS.length * PAYLOAD_BYTES + 1 }, (_, n) => (n === 0 ? 0 : Math.log2(n)));

interface Counts {
  readonly histogram: Uint16Array;
  total: number;
  /** Longest run of one byte value. */
  run: number;
}

function count(bytes: Uint8Array, counts: Counts): void {
  const { histogram } = counts;
  let previous = -1;
  let run = 0;
  for (let k = 0; k < bytes.length; k += 1) {
    const byte = bytes[k] ?? 0;
    histogram[byte] = (histogram[byte] ?? 0) + 1;
    run = byte === previous ? run + 1 : 1;
    if (run > counts.run) counts.run = run;
    previous = byte;
  }
  counts.total += bytes.length;
}

function sum(histogram: Uint16Array, from: number, to: number): number {
  let total = 0;
  for (let byte = from; byte <= to; byte += 1) total += histogram[byte] ?? 0;
  return total;
}

/** Bits a byte: 0 for one repeated value, at most log2 of the number of bytes. */
function entropy({ histogram, total }: Counts): number {
  let bits = 0;
  for (let byte = 0; byte < BYTE_VALUES; byte += 1) {
    const times = histogram[byte] ?? 0;
    if (times > 0) bits += times * (LOG2[times] ?? 0);
  }
  return (LOG2[total] ?? 0) - bits / total;
}

/** Space to tilde, and tab, line feed, carriage return. */
function printable(histogram: Uint16Array): number {
  return sum(histogram, 0x20, 0x7e) + sum(histogram, 0x09, 0x0a) + (histogram[0x0d] ?? 0);
}

function bind(columns: FlowColumns): FeatureWriter {
  const payloads = SIDES.map((side) => PACKETS.map((k) => columns[`${side}Payload${k}`]));
  const lengths = SIDES.map((side) => PACKETS.map((k) => columns[`${side}PayloadLength${k}`]));
  const counts: Counts = { histogram: new Uint16Array(BYTE_VALUES), total: 0, run: 0 };

  return (row, out, start) => {
    let at = start;
    const put = (value: number): void => {
      out[at] = value;
      at += 1;
    };
    for (let side = 0; side < SIDES.length; side += 1) {
      for (const column of lengths[side] ?? []) put(column[row] ?? 0);
      counts.histogram.fill(0);
      counts.total = 0;
      counts.run = 0;
      const [first, ...others] = payloads[side] ?? [];
      if (first !== undefined) count(bytesAt(first, row, PAYLOAD_BYTES), counts);
      if (counts.total === 0) {
        for (let k = 0; k < SHAPE.length + 2; k += 1) put(-1);
        continue;
      }
      const { histogram } = counts;
      put(printable(histogram) / counts.total);
      put(entropy(counts));
      put((histogram[0] ?? 0) / counts.total);
      put(sum(histogram, 0x80, 0xff) / counts.total);
      put(sum(histogram, 0x30, 0x39) / counts.total);
      put(counts.run);
      for (const column of others) count(bytesAt(column, row, PAYLOAD_BYTES), counts);
      put(printable(histogram) / counts.total);
      put(entropy(counts));
    }
  };
}

/** Per side: lengths on the wire of the first three payload packets, the first one's bytes, and all of them; -1 without payload. */
export const PAYLOAD_SHAPE: FeatureGroup = { names, bind };
