// support: flow rows from a few named values, everything else 0 or empty.

import { FLOW_FIELDS, type FlowField, type FlowRows } from '../../lib/flow/flow-fields.ts';

/** A flow's values by field: numbers, bytes (or text) of binary fields, the items of lists. */
export type FlowValues = Readonly<Partial<Record<FlowField, number | Uint8Array | string | readonly number[]>>>;

const ARRAYS = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

const DEFAULTS: FlowValues = {
  thousandthRecord: -1,
  vlan: -1,
  icmpType: -1,
  icmpCode: -1,
  tunnelId: -1,
  ipVersion: 4,
  protocol: 6,
  source: ipv4('10.0.0.1'),
  destination: ipv4('10.0.0.2'),
  sourcePort: 40_000,
  destinationPort: 80,
  tcpState: 2,
  startSeconds: 1_700_000_000,
  endSeconds: 1_700_000_001,
};

/** `::ffff:a.b.c.d` as 16 bytes. */
export function ipv4(text: string): Uint8Array {
  return Uint8Array.from([...new Array(10).fill(0), 255, 255, ...text.split('.').map(Number)]);
}

function items(value: FlowValues[FlowField]): readonly number[] {
  if (typeof value === 'string') return [...Buffer.from(value, 'latin1')];
  if (typeof value === 'number' || value === undefined) return [];
  return [...value];
}

function numberOf(value: FlowValues[FlowField]): number {
  return typeof value === 'number' ? value : 0;
}

export function flowRows(rows: readonly FlowValues[]): FlowRows {
  const columns = Object.entries(FLOW_FIELDS).map(([name, type]) => {
    const values = rows.map((row) => row[name as FlowField] ?? DEFAULTS[name as FlowField]); // names of FLOW_FIELDS
    if (type !== 'binary' && type !== 'list-i32' && type !== 'list-f64') {
      return [name, ARRAYS[type].from(values.map(numberOf))];
    }
    const lists = values.map(items);
    const offsets = new Int32Array(rows.length + 1);
    for (const [row, list] of lists.entries()) offsets[row + 1] = (offsets[row] ?? 0) + list.length;
    const array = type === 'binary' ? Uint8Array : type === 'list-i32' ? Int32Array : Float64Array;
    return [name, { offsets, values: array.from(lists.flat()) }];
  });
  return { count: rows.length, columns: Object.fromEntries(columns) as FlowRows['columns'] }; // built from FLOW_FIELDS itself
}
