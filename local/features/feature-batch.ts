// local: some flows of one capture as an Arrow record batch: what training reads, one row a flow.

import {
  type DataType,
  Field,
  Float32,
  Float64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Uint8,
  Uint16,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { formatAddress } from '../../lib/document/address-text.ts';
import { type FlowRows, TCP_STATES } from '../../lib/flow/flow-fields.ts';
import { FLOW_NET_FEATURE_VERSION, FLOW_NET_FEATURES, flowNetFeatures } from '../../lib/model/flow-net-features.ts';

/** What a labelling rule looks at and the model never sees; their names begin with an underscore. */
const KEY_FIELDS: readonly Field[] = [
  new Field('_file', new Utf8(), false),
  new Field('_record', new Float64(), false),
  new Field('_start', new Float64(), false),
  new Field('_source', new Utf8(), false),
  new Field('_destination', new Utf8(), false),
  new Field('_sourcePort', new Uint16(), false),
  new Field('_destinationPort', new Uint16(), false),
  new Field('_protocol', new Uint8(), false),
  new Field('_tcpState', new Utf8(), false),
];
const FIELDS = [...KEY_FIELDS, ...FLOW_NET_FEATURES.map((name) => new Field(name, new Float32(), false))];

/** The table's schema; its metadata says by which version of the features it was made. */
export const FEATURE_TABLE_SCHEMA = new Schema(FIELDS, new Map([['featureVersion', String(FLOW_NET_FEATURE_VERSION)]]));

type NumberArray = Float32Array | Float64Array | Uint16Array | Uint8Array;

function numbers(type: DataType, data: NumberArray) {
  return makeData({ type, length: data.length, nullCount: 0, data } as never); // makeData's overloads want one type each
}

function texts(values: readonly string[]) {
  const [data] = vectorFromArray([...values], new Utf8()).data;
  if (data === undefined) throw new TypeError('a text column without rows');
  return data;
}

/** The chosen rows (at least one) of one capture; everything is copied. */
export function featureBatch(file: string, { count, columns }: FlowRows, chosen: readonly number[]): RecordBatch {
  const { source, destination, ipVersion, startSeconds, startNanoseconds, tcpState } = columns;
  const matrix = flowNetFeatures({ count, columns });
  const width = FLOW_NET_FEATURES.length;
  const address = (column: typeof source, row: number): string =>
    formatAddress(ipVersion[row] ?? 4, column.values, column.offsets[row] ?? 0);
  const pick = <A extends NumberArray>(column: A, picked: A): A => {
    for (const [k, row] of chosen.entries()) picked[k] = column[row] ?? 0;
    return picked;
  };
  const length = chosen.length;
  const start = chosen.map((row) => (startSeconds[row] ?? 0) + (startNanoseconds[row] ?? 0) / 1e9);
  const children = [
    texts(chosen.map(() => file)),
    numbers(new Float64(), pick(columns.record, new Float64Array(length))),
    numbers(new Float64(), Float64Array.from(start)),
    texts(chosen.map((row) => address(source, row))),
    texts(chosen.map((row) => address(destination, row))),
    numbers(new Uint16(), pick(columns.sourcePort, new Uint16Array(length))),
    numbers(new Uint16(), pick(columns.destinationPort, new Uint16Array(length))),
    numbers(new Uint8(), pick(columns.protocol, new Uint8Array(length))),
    texts(chosen.map((row) => TCP_STATES[tcpState[row] ?? -1] ?? 'none')),
    ...FLOW_NET_FEATURES.map((_, feature) =>
      numbers(
        new Float32(),
        Float32Array.from(chosen, (row) => matrix[row * width + feature] ?? 0),
      ),
    ),
  ];
  return new RecordBatch(FEATURE_TABLE_SCHEMA, makeData({ type: new Struct(FIELDS), length, nullCount: 0, children }));
}
