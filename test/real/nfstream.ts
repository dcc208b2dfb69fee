// real: NFStream's flows of captures: one process for all of them, begun anew behind a capture that it does not survive.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { nfstreamPython } from '../support/nfstream.ts';

export interface NfstreamFlow {
  readonly transport: 'tcp' | 'udp';
  readonly source: string;
  readonly destination: string;
  readonly sourcePackets: number;
  readonly destinationPackets: number;
  readonly sourceBytes: number;
  readonly destinationBytes: number;
}

/** Our timeouts (lib/flow/limits.ts); bytes are those of whole frames, as ours are. */
const SCRIPT = `
import json, sys
from nfstream import NFStreamer
if __name__ == '__main__':
    for path in sys.stdin.read().splitlines():
        print(json.dumps({'begins': path}), flush=True)
        flows = [
            [f.protocol, f.src_ip, f.src_port, f.dst_ip, f.dst_port,
             f.src2dst_packets, f.dst2src_packets, f.src2dst_bytes, f.dst2src_bytes]
            for f in NFStreamer(source=path, n_dissections=0, statistical_analysis=False, n_meters=1,
                                accounting_mode=0, idle_timeout=60, active_timeout=120)]
        print(json.dumps({'path': path, 'flows': flows}), flush=True)
`;
const SILENCE_LIMIT_MS = 30_000;

type Row = readonly [
  ...[protocol: number, source: string, sourcePort: number, destination: string, destinationPort: number],
  ...[sourcePackets: number, destinationPackets: number, sourceBytes: number, destinationBytes: number],
];

interface Line {
  readonly begins?: string;
  readonly path?: string;
  readonly flows?: readonly Row[];
}

function flowOf(row: Row): readonly NfstreamFlow[] {
  const [protocol, source, sourcePort, destination, destinationPort] = row;
  const [, , , , , sourcePackets, destinationPackets, sourceBytes, destinationBytes] = row;
  if (protocol !== 6 && protocol !== 17) return [];
  const transport = protocol === 6 ? 'tcp' : 'udp';
  const ends = { source: `${source}:${sourcePort}`, destination: `${destination}:${destinationPort}` };
  return [{ transport, ...ends, sourcePackets, destinationPackets, sourceBytes, destinationBytes }];
}

/** Runs until the end or until nothing is heard for too long; returns what was begun last. */
async function run(paths: readonly string[], found: Map<string, readonly NfstreamFlow[]>): Promise<string | undefined> {
  const child = spawn(nfstreamPython, ['-c', SCRIPT], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(`${paths.join('\n')}\n`);
  let begun: string | undefined;
  let timer = setTimeout(() => child.kill('SIGKILL'), SILENCE_LIMIT_MS);
  for await (const text of createInterface({ input: child.stdout })) {
    clearTimeout(timer);
    timer = setTimeout(() => child.kill('SIGKILL'), SILENCE_LIMIT_MS);
    // Our own script's lines; it prints nothing else.
    const line = JSON.parse(text) as Line;
    if (line.begins !== undefined) begun = line.begins;
    if (line.path !== undefined) found.set(line.path, (line.flows ?? []).flatMap(flowOf));
  }
  clearTimeout(timer);
  return begun;
}

/** By path; a capture that NFStream refuses or dies of has none. */
export async function readWithNfstream(
  paths: readonly string[],
): Promise<ReadonlyMap<string, readonly NfstreamFlow[]>> {
  const found = new Map<string, readonly NfstreamFlow[]>();
  for (let rest = [...paths]; rest.length > 0; ) {
    const begun = await run(rest, found);
    if (begun === undefined) break;
    rest = rest.slice(rest.indexOf(begun) + 1);
  }
  return found;
}
