// real: our flows beside tshark's conversations: packets of each direction, the parts of a conversation summed.
import { createReadStream } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { FLOW_METADATA } from '../../lib/chunk/column-metadata.ts';
import { decodeColumns } from '../../lib/chunk/columns.ts';
import { splitCapture } from '../../lib/chunk/split-capture.ts';
import { MAX_LINK_HEADERS } from '../../lib/decode/limits.ts';
import { formatAddress } from '../../lib/document/address-text.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { FLOW_FIELDS, type FlowRows } from '../../lib/flow/flow-fields.ts';
import { realCaptures } from './captures.ts';
import { askTshark, type TsharkAnswer } from './tshark.ts';
import { isSourceRouted } from './tshark-row.ts';

/** Packets by `tcp a b` (one direction). */
type Sums = Map<string, number>;

let compared = 0;
let directionsLeftOut = 0;
const leftOut = new Map<string, number>();
afterAll(() => {
  const halfHeaders = `${directionsLeftOut} with a header tshark gave up in`;
  console.log(
    `\n${compared} directions of conversations compared, ${halfHeaders}; captures left out:`,
    Object.fromEntries(leftOut),
  );
});

function add(sums: Sums, key: string, packets: number): void {
  if (packets > 0) sums.set(key, (sums.get(key) ?? 0) + packets);
}

function endpoint(ipVersion: number, bytes: Uint8Array, port: number): string {
  return `${formatAddress(ipVersion, bytes, 0)}:${port}`;
}

function addFlows(sums: Sums, { columns, count }: FlowRows, chunk: number): void {
  for (let i = 0; i < count; i++) {
    const protocol = columns.protocol[i];
    if (columns.firstChunk[i] !== chunk || (protocol !== 6 && protocol !== 17)) continue;
    const name = protocol === 6 ? 'tcp' : 'udp';
    const ipVersion = columns.ipVersion[i] ?? 0;
    const end = (column: FlowRows['columns']['source'], port: number | undefined) =>
      endpoint(ipVersion, column.values.subarray(column.offsets[i], column.offsets[i + 1]), port ?? 0);
    const source = end(columns.source, columns.sourcePort[i]);
    const destination = end(columns.destination, columns.destinationPort[i]);
    add(sums, `${name} ${source} ${destination}`, columns.sourcePackets[i] ?? 0);
    add(sums, `${name} ${destination} ${source}`, columns.destinationPackets[i] ?? 0);
  }
}

async function ourSums(path: string): Promise<Sums | PipelineError> {
  const sums: Sums = new Map();
  try {
    for await (const output of splitCapture(createReadStream(path))) {
      if (output.kind !== 'row-object') continue;
      addFlows(sums, await decodeColumns(FLOW_FIELDS, output.bytes, FLOW_METADATA), output.chunk);
    }
  } catch (error) {
    if (error instanceof PipelineError) return error;
    throw error;
  }
  return sums;
}

function theirSums({ conversations }: TsharkAnswer): Sums {
  const sums: Sums = new Map();
  for (const { transport, a, b, packetsToA, packetsToB } of conversations) {
    add(sums, `${transport} ${a} ${b}`, packetsToB);
    add(sums, `${transport} ${b} ${a}`, packetsToA);
  }
  return sums;
}

/** Why a capture is no ordinary one: what tshark counts there is not a flow of ours by definition. */
function extraordinary({ rows, complaint }: TsharkAnswer): string | undefined {
  if (complaint !== '') return 'tshark could not read it to its end';
  for (const row of rows) {
    const { network, transport, tunnels } = row.layers;
    if (tunnels.length > 0) return 'tunnels: tshark counts the outer conversation too';
    if (network.startsWith('ip') && row.all('ip.flags.mf').includes('1')) return 'fragments: later ones have no ports';
    if (row.protocols.includes('arcnet')) return 'link type without a decoder';
    if (isSourceRouted(row)) return 'source routes: tshark counts the last hop or the home address';
    if (row.protocols.filter((name) => name === 'ieee8021ah').length > MAX_LINK_HEADERS) {
      return 'more link headers than are followed';
    }
    if (row.protocols.includes('ipv6.fraghdr')) return 'fragments: later ones have no ports';
    if (transport !== '' && row.protocols.filter((name) => name === 'ip' || name === 'ipv6').length > 1) {
      return 'quoted packets: tshark counts what an ICMP error quotes';
    }
  }
  return undefined;
}

/** Directions in which tshark leaves out a packet: it gave up inside the transport header, in what are options. */
function leftOutByTshark({ rows }: TsharkAnswer): ReadonlySet<string> {
  const keys = rows.flatMap((row) => {
    const { transport } = row.layers;
    if ((transport !== 'tcp' && transport !== 'udp') || !row.gaveUpIn(transport.toUpperCase())) return [];
    const ends = (['src', 'dst'] as const).map(
      (end) => `${row.ofNetwork(`ip.${end}`, `ipv6.${end}`)}:${row.ofTransport(transport, `${transport}.${end}port`)}`,
    );
    return [`${transport} ${ends.join(' ')}`];
  });
  return new Set(keys);
}

test.each(realCaptures())('$name: every conversation has the packets that tshark counts', async ({ path }) => {
  const ours = await ourSums(path);
  const answer = await askTshark(path);
  const reason = extraordinary(answer);
  if (ours instanceof PipelineError || reason !== undefined) {
    const why = reason ?? `refused: ${String(ours instanceof PipelineError ? ours.code : '')}`;
    leftOut.set(why, (leftOut.get(why) ?? 0) + 1);
    return;
  }
  const theirs = theirSums(answer);
  for (const key of leftOutByTshark(answer)) {
    directionsLeftOut += Number(theirs.delete(key));
    ours.delete(key);
  }
  compared += theirs.size;
  expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
});
