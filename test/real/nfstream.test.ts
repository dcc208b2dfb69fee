// real: our flows beside NFStream's on ordinary captures: packets and bytes of each direction, and how many flows.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { isNfstreamInstalled } from '../support/nfstream.ts';
import { type Conversation, conversations } from './application-facts.ts';
import { hasCaptures, realCaptures } from './captures.ts';
import { KNOWN_NFSTREAM_DIFFERENCES, type NfstreamDifference } from './known-nfstream-differences.ts';
import { type NfstreamFlow, readWithNfstream } from './nfstream.ts';
import { extraordinary } from './ordinary.ts';
import { readFlows } from './our-flows.ts';
import { readRecords } from './our-packets.ts';
import { askTshark, type TsharkAnswer } from './tshark.ts';

/** Link types that NFStream reads, as tshark names them; of cooked captures only the first version. */
const LINKS: ReadonlySet<string> = new Set(['eth', 'null', 'raw', 'ip', 'ipv6', 'ppp', 'chdlc']);

const isInstalled = isNfstreamInstalled();
let answers: ReadonlyMap<string, readonly NfstreamFlow[]> = new Map();
const equal = { packets: 0, bytes: 0, flows: 0 };
const known = new Map<string, number>();
const leftOut = new Map<string, number>();

beforeAll(async () => {
  if (isInstalled && hasCaptures) answers = await readWithNfstream(realCaptures().map(({ path }) => path));
}, 300_000);

afterAll(() => {
  const { packets, bytes, flows } = equal;
  console.log(
    `\nequal to NFStream: packets of ${packets} and bytes of ${bytes} directions, flows of ${flows} five-tuples`,
  );
  for (const { name, reason } of KNOWN_NFSTREAM_DIFFERENCES) {
    console.log(`  ${String(known.get(name) ?? 0).padStart(7)}  ${name}: ${reason}`);
  }
  console.log('captures left out:', Object.fromEntries(leftOut));
});

interface Sum {
  readonly packets: number;
  readonly bytes: number;
}

/** What went from `from` to the other end. */
function sumFrom(flows: readonly NfstreamFlow[], from: string): Sum {
  const one = (flow: NfstreamFlow): Sum =>
    flow.source === from
      ? { packets: flow.sourcePackets, bytes: flow.sourceBytes }
      : { packets: flow.destinationPackets, bytes: flow.destinationBytes };
  return flows.map(one).reduce((a, b) => ({ packets: a.packets + b.packets, bytes: a.bytes + b.bytes }), {
    packets: 0,
    bytes: 0,
  });
}

function whyNot(answer: TsharkAnswer, theirs: readonly NfstreamFlow[] | undefined): string | undefined {
  const link = answer.rows[0]?.protocols[0] ?? '';
  if (!LINKS.has(link)) return 'link type that NFStream does not read';
  return theirs === undefined ? 'refused by NFStream' : extraordinary(answer);
}

interface BothSides {
  readonly conversation: Conversation;
  readonly theirs: readonly NfstreamFlow[];
  readonly interfaces: number;
}

function* differences(file: string, { conversation, theirs, interfaces }: BothSides): Generator<NfstreamDifference> {
  const { flows: ours } = conversation;
  const ends = new Set([...ours, ...theirs].flatMap(({ source, destination }) => [source, destination]));
  for (const end of ends) {
    const [sums, theirSums] = [sumFrom(ours, end), sumFrom(theirs, end)];
    for (const what of ['packets', 'bytes'] as const) {
      if (sums[what] === theirSums[what]) equal[what]++;
      else yield { file, what, ours: sums[what], theirs: theirSums[what], conversation, interfaces };
    }
  }
  if (ours.length === theirs.length) equal.flows++;
  else yield { file, what: 'flows', ours: ours.length, theirs: theirs.length, conversation, interfaces };
}

function keyOf({ transport, source, destination }: NfstreamFlow): string {
  return source < destination ? `${transport} ${source} ${destination}` : `${transport} ${destination} ${source}`;
}

test.skipIf(!hasCaptures || !isInstalled).each(realCaptures())(
  '$name: its flows are those of NFStream',
  async ({ name, path }) => {
    const flows = await readFlows(path);
    const answer = await askTshark(path);
    const theirs = answers.get(path);
    const why = flows instanceof PipelineError ? `refused: ${flows.code}` : whyNot(answer, theirs);
    if (why !== undefined || flows instanceof PipelineError || theirs === undefined) {
      leftOut.set(why ?? '', (leftOut.get(why ?? '') ?? 0) + 1);
      return;
    }
    const { interfaces } = await readRecords(path, () => undefined);
    const byKey = Map.groupBy(theirs, keyOf);
    const unexplained: string[] = [];
    const all = new Map(conversations(flows, answer));
    for (const key of byKey.keys()) if (!all.has(key)) all.set(key, { flows: [], rows: [] });
    for (const [key, conversation] of all) {
      const theirFlows = byKey.get(key) ?? [];
      // A packet of which neither makes a flow.
      if (conversation.flows.length + theirFlows.length === 0) continue;
      for (const difference of differences(name, { conversation, theirs: theirFlows, interfaces })) {
        const reason = KNOWN_NFSTREAM_DIFFERENCES.find(({ covers }) => covers(difference));
        if (reason === undefined)
          unexplained.push(`${key}: ${difference.what} ${difference.ours}, theirs ${difference.theirs}`);
        else known.set(reason.name, (known.get(reason.name) ?? 0) + 1);
      }
    }
    expect(unexplained.join('\n')).toBe('');
  },
);
