// real: our flows beside tshark's conversations: packets of each direction, the parts of a conversation summed.
import { afterAll, expect, test } from 'vitest';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { hasCaptures, realCaptures } from './captures.ts';
import { extraordinary } from './ordinary.ts';
import { readFlows } from './our-flows.ts';
import { askTshark, type TsharkAnswer } from './tshark.ts';

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

async function ourSums(path: string): Promise<Sums | PipelineError> {
  const flows = await readFlows(path);
  if (flows instanceof PipelineError) return flows;
  const sums: Sums = new Map();
  for (const { transport, source, destination, sourcePackets, destinationPackets } of flows) {
    add(sums, `${transport} ${source} ${destination}`, sourcePackets);
    add(sums, `${transport} ${destination} ${source}`, destinationPackets);
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

test.skipIf(!hasCaptures).each(realCaptures())(
  '$name: every conversation has the packets that tshark counts',
  async ({ path }) => {
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
  },
);
