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

/** Rows must not be empty. Everything is copied. */
export function featureBatch(file: string, rows: FlowRows): RecordBatch {
  const { count, columns } = rows;
  const { source, destination, ipVersion, startSeconds, startNanoseconds } = columns;
  const eachRow = <T>(value: (row: number) => T): readonly T[] => Array.from({ length: count }, (_, row) => value(row));
  const address = (column: typeof source, row: number): string =>
    formatAddress(ipVersion[row] ?? 4, column.values, column.offsets[row] ?? 0);
  const matrix = flowNetFeatures(rows);
  const width = FLOW_NET_FEATURES.length;
  const start = Float64Array.from(
    { length: count },
    (_, i) => (startSeconds[i] ?? 0) + (startNanoseconds[i] ?? 0) / 1e9,
  );
  const children = [
    texts(eachRow(() => file)),
    numbers(new Float64(), columns.record.slice(0, count)),
    numbers(new Float64(), start),
    texts(eachRow((row) => address(source, row))),
    texts(eachRow((row) => address(destination, row))),
    numbers(new Uint16(), columns.sourcePort.slice(0, count)),
    numbers(new Uint16(), columns.destinationPort.slice(0, count)),
    numbers(new Uint8(), columns.protocol.slice(0, count)),
    texts(eachRow((row) => TCP_STATES[columns.tcpState[row] ?? 13] ?? 'none')),
    ...FLOW_NET_FEATURES.map((_, feature) =>
      numbers(
        new Float32(),
        Float32Array.from({ length: count }, (__, row) => matrix[row * width + feature] ?? 0),
      ),
    ),
  ];
  return new RecordBatch(
    FEATURE_TABLE_SCHEMA,
    makeData({ type: new Struct(FIELDS), length: count, nullCount: 0, children }),
  );
}
