// flow: an ended flow's state as one row of FLOW_FIELDS.

import { writeAddress } from './addresses.ts';
import { CELL, cell, SIDE, sideBase } from './flow-cells.ts';
import { FIRST_PACKETS, FLOW_FIELDS, type FlowField, PAYLOAD_BYTES, PAYLOAD_PACKETS } from './flow-fields.ts';
import type { FlowTable } from './flow-table.ts';
import { MAX_FACTS_BYTES } from './limits.ts';
import { HEAD } from './payload-heads.ts';
import { countOf, DESTINATION_SAID, SOURCE_SAID } from './said-counts.ts';
import { NOT_TCP, tcpStateCode } from './tcp-state.ts';

const NANOSECONDS = 1e9;
const PROTOCOL_TCP = 6;
const ADDRESS_BYTES = 16;
const MAC_BYTES = 6;
const FIELD_NAMES = Object.keys(FLOW_FIELDS);

/** Position of a field in a row. */
export function fieldPosition(name: FlowField): number {
  return FIELD_NAMES.indexOf(name);
}

/**
 * One row, filled again and again. `values` has one number per field in FLOW_FIELDS' order; a variable field's number is
 * its length, and what it holds follows in `bytes` (binary) or `numbers` (lists), field after field.
 */
export class FlowRow {
  readonly values = new Float64Array(FIELD_NAMES.length);
  readonly bytes = new Uint8Array(
    2 * (2 * ADDRESS_BYTES + MAC_BYTES + PAYLOAD_PACKETS * PAYLOAD_BYTES) + MAX_FACTS_BYTES,
  );
  readonly numbers = new Float64Array(3 * FIRST_PACKETS);
  byteLength = 0;
  numberLength = 0;
}

/** Fields that are a cell as it stands. */
const CELL_FIELDS = copies([
  ['record', CELL.record],
  ['lastRecord', CELL.lastRecord],
  ['offset', CELL.offset],
  ['records', CELL.records],
  ['thousandthRecord', CELL.thousandthRecord],
  ['part', CELL.part],
  ['interfaceId', CELL.interfaceId],
  ['startSeconds', CELL.startSeconds],
  ['startNanoseconds', CELL.startNanoseconds],
  ['ipVersion', CELL.ipVersion],
  ['protocol', CELL.protocol],
  ['vlan', CELL.vlan],
  ['sourcePort', CELL.sourcePort],
  ['destinationPort', CELL.destinationPort],
  ['endReason', CELL.endReason],
  ['icmpUnreachable', CELL.icmpUnreachable],
]);

const SIDE_CELLS = [
  ['Packets', SIDE.packets],
  ['Bytes', SIDE.bytes],
  ['PayloadPackets', SIDE.payloadPackets],
  ['PayloadBytes', SIDE.payloadBytes],
  ['Fin', SIDE.fin],
  ['Syn', SIDE.syn],
  ['Rst', SIDE.rst],
  ['Psh', SIDE.psh],
  ['Ack', SIDE.ack],
  ['Urg', SIDE.urg],
  ['Ece', SIDE.ece],
  ['Cwr', SIDE.cwr],
  ['SizeMin', SIDE.sizeMin],
  ['SizeMax', SIDE.sizeMax],
  ['FirstWindow', SIDE.firstWindow],
  ['FirstTtl', SIDE.firstTtl],
  ['FirstTos', SIDE.firstTos],
  ['Retransmissions', SIDE.retransmissions],
] as const;

const HEAD_CELLS = [
  ['PayloadRecord', HEAD.record],
  ['PayloadOffset', HEAD.offset],
  ['PayloadRecordLength', HEAD.recordLength],
  ['PayloadLength', HEAD.payloadLength],
] as const;

const SIDE_NAMES = ['source', 'destination'] as const;
const HEAD_NUMBERS = [0, 1, 2] as const;

/** Where each direction's fields stand. */
const SIDES = SIDE_NAMES.map((side) => ({
  cells: copies(SIDE_CELLS.map(([name, at]) => [`${side}${name}` as const, at])),
  sizeMean: fieldPosition(`${side}SizeMean`),
  sizeStd: fieldPosition(`${side}SizeStd`),
  gapMin: fieldPosition(`${side}GapMin`),
  heads: HEAD_NUMBERS.map((k) => ({
    bytes: fieldPosition(`${side}Payload${k}`),
    record: fieldPosition(`${side}PayloadRecord${k}`),
    cells: copies(HEAD_CELLS.map(([name, at]) => [`${side}${name}${k}` as const, at])),
  })),
}));

/** Positions of counts, each with its unit. */
const SAID_COUNTS = [SOURCE_SAID, DESTINATION_SAID].map((units) =>
  Object.entries(units).map(([name, unit]) => ({ at: fieldPosition(name as FlowField), unit })),
); // named as their fields are

const AT = {
  endSeconds: fieldPosition('endSeconds'),
  endNanoseconds: fieldPosition('endNanoseconds'),
  source: fieldPosition('source'),
  destination: fieldPosition('destination'),
  sourceMac: fieldPosition('sourceMac'),
  destinationMac: fieldPosition('destinationMac'),
  icmpType: fieldPosition('icmpType'),
  icmpCode: fieldPosition('icmpCode'),
  tunnelType: fieldPosition('tunnelType'),
  tunnelDepth: fieldPosition('tunnelDepth'),
  tunnelId: fieldPosition('tunnelId'),
  tunnelSource: fieldPosition('tunnelSource'),
  tunnelDestination: fieldPosition('tunnelDestination'),
  tcpState: fieldPosition('tcpState'),
  signs: fieldPosition('signs'),
  gapMin: fieldPosition('gapMin'),
  sizeMin: fieldPosition('sizeMin'),
  firstSizes: fieldPosition('firstSizes'),
  firstDirections: fieldPosition('firstDirections'),
  firstGaps: fieldPosition('firstGaps'),
  windows: fieldPosition('sourceWindowFlows'),
  application: fieldPosition('application'),
} as const;

/** Adds the last field of a row: the first `length` bytes of application facts as JSON in UTF-8, at most MAX_FACTS_BYTES. */
export function writeApplication(row: FlowRow, facts: Buffer, length: number): void {
  facts.copy(row.bytes, row.byteLength, 0, length);
  row.byteLength += length;
  row.values[AT.application] = length;
}

/** Writes the row of a flow that `takeEnding` gave, before it is released. `firstChunk`, `lastChunk` and `application` stay 0. */
export function writeFlowRow(row: FlowRow, table: FlowTable, slot: number): void {
  const { values } = row;
  const page = table.cells.page(slot);
  const base = table.cells.base(slot);
  values.fill(0);
  row.byteLength = 0;
  row.numberLength = 0;
  copyCells(values, page, base, CELL_FIELDS);
  const protocol = cell(page, base + CELL.protocol);
  values[AT.tcpState] = protocol === PROTOCOL_TCP ? tcpStateCode(cell(page, base + CELL.tcp)) : NOT_TCP;
  const isIcmp = protocol === 1 || protocol === 58;
  values[AT.icmpType] = isIcmp ? cell(page, base + CELL.icmpType) : -1;
  values[AT.icmpCode] = isIcmp ? cell(page, base + CELL.icmpCode) : -1;
  writeEnd(values, page, base);
  writeAddresses(row, table, slot, cell(page, base + CELL.isForward));
  writeMacs(row, page, base);
  writeTunnel(row, table, cell(page, base + CELL.tunnelBlock));
  writeGaps(values, AT.gapMin, page, base + CELL.gapMin, cell(page, base + CELL.records) - 1);
  writeSizes(values, page, base);
  writeFirstPackets(row, table, page, base);
  for (let direction = 0; direction < 2; direction++) writeSide(row, table, page, sideBase(base, direction), direction);
  table.windows.write(slot, values, AT.windows);
}

function writeSide(row: FlowRow, table: FlowTable, page: Float64Array, side: number, direction: number): void {
  const { values } = row;
  const at = SIDES[direction];
  if (at === undefined) return;
  copyCells(values, page, side, at.cells);
  const packets = cell(page, side + SIDE.packets);
  values[AT.signs] = (values[AT.signs] ?? 0) | cell(page, side + SIDE.signs);
  writeSaid(values, cell(page, side + SIDE.said), direction);
  writeMeanAndStd(values, at.sizeMean, packets, cell(page, side + SIDE.sizeSum), cell(page, side + SIDE.sizeSquares));
  writeGaps(values, at.gapMin, page, side + SIDE.gapMin, packets - 1);
  const kept = cell(page, side + SIDE.headCount);
  for (let k = 0; k < PAYLOAD_PACKETS; k++) {
    const head = at.heads[k];
    if (head === undefined) return;
    if (k >= kept) {
      values[head.record] = -1;
      continue;
    }
    const block = cell(page, side + SIDE.payloadBlock + k);
    table.heads.copy(block, values, head.cells);
    const length = table.heads.copyBytes(block, row.bytes, row.byteLength);
    values[head.bytes] = length;
    row.byteLength += length;
  }
}

function writeSaid(values: Float64Array, said: number, direction: number): void {
  if (said === 0) return;
  for (const { at, unit } of SAID_COUNTS[direction] ?? []) values[at] = countOf(said, unit);
}

/** Where the dump's time steps back inside a flow, its end is its start and what passed on the clock since. */
function writeEnd(values: Float64Array, page: Float64Array, base: number): void {
  const start = cell(page, base + CELL.startSeconds);
  const end = cell(page, base + CELL.endSeconds);
  const startNanoseconds = cell(page, base + CELL.startNanoseconds);
  const endNanoseconds = cell(page, base + CELL.endNanoseconds);
  const isBefore = end < start || (end === start && endNanoseconds < startNanoseconds);
  const passed = Math.max(cell(page, base + CELL.lastTime) - cell(page, base + CELL.startClock), 0);
  const clockEnd = startNanoseconds + (passed % NANOSECONDS);
  values[AT.endSeconds] = isBefore
    ? start + Math.floor(passed / NANOSECONDS) + Math.floor(clockEnd / NANOSECONDS)
    : end;
  values[AT.endNanoseconds] = isBefore ? clockEnd % NANOSECONDS : endNanoseconds;
}

function writeAddresses(row: FlowRow, table: FlowTable, slot: number, isForward: number): void {
  const first = isForward === 1 ? 0 : ADDRESS_BYTES;
  const word = (i: number) => table.keyWord(slot, i);
  writeAddress(row.bytes, first, word(0), word(1), word(2), word(3));
  writeAddress(row.bytes, ADDRESS_BYTES - first, word(4), word(5), word(6), word(7));
  row.values[AT.source] = ADDRESS_BYTES;
  row.values[AT.destination] = ADDRESS_BYTES;
  row.byteLength = 2 * ADDRESS_BYTES;
}

function writeMacs(row: FlowRow, page: Float64Array, base: number): void {
  if (cell(page, base + CELL.hasMac) === 0) return;
  writeMac(row, cell(page, base + CELL.sourceMacHigh), cell(page, base + CELL.sourceMacLow));
  writeMac(row, cell(page, base + CELL.destinationMacHigh), cell(page, base + CELL.destinationMacLow));
  row.values[AT.sourceMac] = MAC_BYTES;
  row.values[AT.destinationMac] = MAC_BYTES;
}

function writeMac(row: FlowRow, high: number, low: number): void {
  const { bytes, byteLength } = row;
  bytes[byteLength] = high >>> 8;
  bytes[byteLength + 1] = high;
  bytes[byteLength + 2] = low >>> 24;
  bytes[byteLength + 3] = low >>> 16;
  bytes[byteLength + 4] = low >>> 8;
  bytes[byteLength + 5] = low;
  row.byteLength += MAC_BYTES;
}

function writeTunnel(row: FlowRow, { tunnels }: FlowTable, block: number): void {
  const { values } = row;
  values[AT.tunnelId] = -1;
  if (block < 0) return;
  values[AT.tunnelType] = tunnels.type(block);
  values[AT.tunnelDepth] = tunnels.depth(block);
  values[AT.tunnelId] = tunnels.id(block);
  if (!tunnels.hasAddresses(block)) return;
  tunnels.writeAddresses(block, row.bytes, row.byteLength);
  row.byteLength += 2 * ADDRESS_BYTES;
  values[AT.tunnelSource] = ADDRESS_BYTES;
  values[AT.tunnelDestination] = ADDRESS_BYTES;
}

/** Sizes over both directions: the directions' sums are exact, so theirs is. */
function writeSizes(values: Float64Array, page: Float64Array, base: number): void {
  const source = sideBase(base, 0);
  const destination = sideBase(base, 1);
  const one = cell(page, source + SIDE.packets) > 0 ? source : destination;
  const other = cell(page, destination + SIDE.packets) > 0 ? destination : source;
  values[AT.sizeMin] = Math.min(cell(page, one + SIDE.sizeMin), cell(page, other + SIDE.sizeMin));
  values[AT.sizeMin + 1] = Math.max(cell(page, one + SIDE.sizeMax), cell(page, other + SIDE.sizeMax));
  const sum = cell(page, source + SIDE.sizeSum) + cell(page, destination + SIDE.sizeSum);
  const squares = cell(page, source + SIDE.sizeSquares) + cell(page, destination + SIDE.sizeSquares);
  writeMeanAndStd(values, AT.sizeMin + 2, cell(page, base + CELL.records), sum, squares);
}

/** Mean, then standard deviation (of the population), from exact sums. */
function writeMeanAndStd(values: Float64Array, at: number, count: number, sum: number, squares: number): void {
  if (count === 0) return;
  const mean = sum / count;
  values[at] = mean;
  values[at + 1] = Math.sqrt(Math.max((squares - sum * mean) / count, 0));
}

/** Minimum, maximum, mean and standard deviation, nanoseconds to seconds. */
function writeGaps(values: Float64Array, at: number, page: Float64Array, from: number, gaps: number): void {
  if (gaps < 1) return;
  values[at] = cell(page, from) / NANOSECONDS;
  values[at + 1] = cell(page, from + 1) / NANOSECONDS;
  values[at + 2] = cell(page, from + 2) / NANOSECONDS;
  values[at + 3] = Math.sqrt(Math.max(cell(page, from + 3), 0) / gaps) / NANOSECONDS;
}

function writeFirstPackets(row: FlowRow, table: FlowTable, page: Float64Array, base: number): void {
  const count = Math.min(cell(page, base + CELL.records), FIRST_PACKETS);
  const directions = cell(page, base + CELL.firstDirections);
  const { numbers, values } = row;
  const gaps = 2 * count;
  numbers[0] = cell(page, base + CELL.firstSize);
  numbers[gaps] = 0;
  table.first.read(cell(page, base + CELL.firstBlock), count - 1, numbers, 1, gaps + 1);
  for (let k = 0; k < count; k++) {
    const direction = (directions >> k) & 1;
    const size = numbers[k] as number; // as are the others, just written
    if (direction === 1 && size !== 0) numbers[k] = -size;
    numbers[count + k] = direction;
    numbers[gaps + k] = (numbers[gaps + k] as number) / NANOSECONDS;
  }
  row.numberLength = 3 * count;
  values[AT.firstSizes] = count;
  values[AT.firstDirections] = count;
  values[AT.firstGaps] = count;
}

/** Pairs of a row's position and a cell. */
function copies(pairs: readonly (readonly [FlowField, number])[]): Uint16Array {
  return Uint16Array.from(pairs.flatMap(([name, at]) => [fieldPosition(name), at]));
}

function copyCells(values: Float64Array, page: Float64Array, base: number, pairs: Uint16Array): void {
  for (let i = 0; i < pairs.length; i += 2) {
    values[pairs[i] ?? 0] = cell(page, base + (pairs[i + 1] ?? 0));
  }
}
