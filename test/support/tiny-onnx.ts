// test support: ONNX files of a few nodes, encoded by hand (onnx.proto: ModelProto, GraphProto, NodeProto, ValueInfoProto).

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FLOAT = 1;
const INT32 = 6;
const INT64 = 7;
const FLOAT16 = 10;

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

function numberField(field: number, value: number): number[] {
  return [...varint(field << 3), ...varint(value)];
}

function bytesField(field: number, bytes: readonly number[]): number[] {
  return [...varint((field << 3) | 2), ...varint(bytes.length), ...bytes];
}

function textField(field: number, text: string): number[] {
  return bytesField(field, [...Buffer.from(text)]);
}

/** A dimension of -1 has a name instead of a size. */
function valueInfo(name: string, type: number, shape: readonly number[]): number[] {
  const dimensions = shape.flatMap((size) => bytesField(1, size < 0 ? textField(2, 'any') : numberField(1, size)));
  const tensor = [...numberField(1, type), ...bytesField(2, dimensions)];
  return [...textField(1, name), ...bytesField(2, bytesField(1, tensor))];
}

function node(
  operation: string,
  inputs: readonly string[],
  output: string | readonly string[],
  attributes: readonly number[] = [],
): number[] {
  const outputs = [output].flat();
  return [
    ...inputs.flatMap((input) => textField(1, input)),
    ...outputs.flatMap((name) => textField(2, name)),
    ...textField(4, operation),
    ...attributes,
  ];
}

/** An attribute of one whole number (AttributeProto: name, i, type INT). */
function wholeNumber(name: string, value: number): number[] {
  return bytesField(5, [...textField(1, name), ...numberField(3, value), ...numberField(20, 2)]);
}

/** Named constant values, row-major. */
function initializer(name: string, shape: readonly number[], values: Float32Array | BigInt64Array): Uint8Array {
  const type = values instanceof Float32Array ? FLOAT : INT64;
  const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const head = [...shape.flatMap((size) => numberField(1, size)), ...numberField(2, type), ...textField(8, name)];
  return Buffer.concat([Buffer.from([...head, ...varint((9 << 3) | 2), ...varint(raw.length)]), raw]);
}

interface Graph {
  readonly initializers?: readonly Uint8Array[];
  readonly nodes: readonly number[][];
  readonly inputs: readonly number[][];
  readonly outputs: readonly number[][];
}

function model({ nodes, inputs, outputs, initializers = [] }: Graph): Uint8Array {
  const graph = Buffer.concat([
    Buffer.from([...nodes.flatMap((one) => bytesField(1, one)), ...textField(2, 'tiny')]),
    ...initializers.flatMap((one) => [Buffer.from([(5 << 3) | 2, ...varint(one.length)]), one]),
    Buffer.from(inputs.flatMap((one) => bytesField(11, one))),
    Buffer.from(outputs.flatMap((one) => bytesField(12, one))),
  ]);
  return Buffer.concat([
    Buffer.from([...numberField(1, 8), (7 << 3) | 2, ...varint(graph.length)]),
    graph,
    Buffer.from(bytesField(8, numberField(2, 13))),
  ]);
}

/** `twice` = `rows` + `rows` (FP32[-1, 3]); `ids` (INT64[-1]) and `marks` (INT32[-1]) come back as they are. */
const ECHO = model({
  nodes: [
    node('Add', ['rows', 'rows'], 'twice'),
    node('Identity', ['ids'], 'same_ids'),
    node('Identity', ['marks'], 'same_marks'),
  ],
  inputs: [valueInfo('rows', FLOAT, [-1, 3]), valueInfo('ids', INT64, [-1]), valueInfo('marks', INT32, [-1])],
  outputs: [
    valueInfo('twice', FLOAT, [-1, 3]),
    valueInfo('same_ids', INT64, [-1]),
    valueInfo('same_marks', INT32, [-1]),
  ],
});

const SLOW_STEPS = 6;

/** Multiplies a square matrix by itself again and again: with 1,200 rows it takes a good part of a second. */
const SLOW = model({
  nodes: Array.from({ length: SLOW_STEPS }, (_, k) =>
    node('MatMul', [k === 0 ? 'square' : `step${k}`, 'square'], k === SLOW_STEPS - 1 ? 'product' : `step${k + 1}`),
  ),
  inputs: [valueInfo('square', FLOAT, [-1, -1])],
  outputs: [valueInfo('product', FLOAT, [-1, -1])],
});

/**
 * A packet model: the logits are the sum over the sequence's tokens (those that the mask lets through) of a row a token.
 * `table` has `labels` values a token.
 */
export function tinyPacketModel(table: Float32Array, labels: number): Uint8Array {
  return model({
    initializers: [
      initializer('table', [table.length / labels, labels], table),
      initializer('middle', [1], BigInt64Array.of(1n)),
    ],
    nodes: [
      node('Gather', ['table', 'input_ids'], 'rows'),
      node('Cast', ['attention_mask'], 'mask', wholeNumber('to', FLOAT)),
      node('Unsqueeze', ['mask', 'middle'], 'weights'),
      node('MatMul', ['weights', 'rows'], 'sums'),
      node('Squeeze', ['sums', 'middle'], 'logits'),
    ],
    inputs: [valueInfo('input_ids', INT64, [-1, -1]), valueInfo('attention_mask', INT64, [-1, -1])],
    outputs: [valueInfo('logits', FLOAT, [-1, labels])],
  });
}

/** `picked` are the `rows` at the places `ids`: a place that there is not makes the run fail. */
const PICK = model({
  nodes: [node('Gather', ['rows', 'ids'], 'picked')],
  inputs: [valueInfo('rows', FLOAT, [-1, 3]), valueInfo('ids', INT64, [-1])],
  outputs: [valueInfo('picked', FLOAT, [-1, 3])],
});

/** `sum` = `ids` + `mask` (INT64[-1, -1]): the shape of what a language model takes. */
const TOKENS = model({
  nodes: [node('Add', ['ids', 'mask'], 'sum')],
  inputs: [valueInfo('ids', INT64, [-1, -1]), valueInfo('mask', INT64, [-1, -1])],
  outputs: [valueInfo('sum', INT64, [-1, -1])],
});

/** `rows` as 16-bit floats and back, and through 8-bit integers: `half` and `product` (`rows` times `columns`), FP32. */
const NARROW = model({
  nodes: [
    node('Cast', ['rows'], 'narrow', wholeNumber('to', FLOAT16)),
    node('Add', ['narrow', 'narrow'], 'narrow_twice'),
    node('Cast', ['narrow_twice'], 'half', wholeNumber('to', FLOAT)),
    node('DynamicQuantizeLinear', ['rows'], ['rows8', 'rows_scale', 'rows_zero']),
    node('DynamicQuantizeLinear', ['columns'], ['columns8', 'columns_scale', 'columns_zero']),
    node('MatMulInteger', ['rows8', 'columns8', 'rows_zero', 'columns_zero'], 'product32'),
    node('Cast', ['product32'], 'product_float', wholeNumber('to', FLOAT)),
    node('Mul', ['rows_scale', 'columns_scale'], 'scale'),
    node('Mul', ['product_float', 'scale'], 'product'),
  ],
  inputs: [valueInfo('rows', FLOAT, [-1, 3]), valueInfo('columns', FLOAT, [3, -1])],
  outputs: [valueInfo('half', FLOAT, [-1, 3]), valueInfo('product', FLOAT, [-1, -1])],
});

/** A model repository with `echo`, `slow`, `pick`, `tokens` and `narrow`, version 1, and `broken`, which is no ONNX file. */
export function writeTinyRepository(folder: string): string {
  const broken = Uint8Array.from([1, 2, 3]);
  const files = { echo: ECHO, slow: SLOW, pick: PICK, tokens: TOKENS, narrow: NARROW, broken };
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(folder, name, '1'), { recursive: true });
    writeFileSync(join(folder, name, '1', 'model.onnx'), bytes);
  }
  return folder;
}
