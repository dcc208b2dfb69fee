// detection: what a host did in the minute before, in one sentence however many figures it is made of.

import { count, formatNumber, percent, portion, seconds, within } from './number-words.ts';
import type { FeatureLookup, Phrase, Phrases } from './phrase.ts';

/** A figure of a window: a clause, its short form behind another figure, a unit. */
type WindowPhrase = Required<Phrase>;

const SIDES = [
  {
    ...{ prefix: 'sourceWindow', host: 'the source', other: 'destination', came: 'tried', verb: 'started' },
    ...{ whose: '', tried: 'of one host tried', attempts: 'at one service', between: 'between the two hosts' },
  },
  {
    ...{ prefix: 'destinationWindow', host: 'the destination', other: 'source', came: 'came', verb: 'received' },
    ...{ whose: ' to the destination', tried: 'tried by this source', attempts: 'by this source at the service' },
    between: 'from this source',
  },
] as const;

type Side = (typeof SIDES)[number];

/** In the order in which one sentence tells them. */
function phrasesOf(side: Side): Readonly<Record<string, WindowPhrase>> {
  const { prefix, host, other, came, verb, whose, tried, attempts, between } = side;
  const inTime = (look: FeatureLookup): string => within(look(`${prefix}Seconds`));
  const flows = (look: FeatureLookup): string => count(look(`${prefix}Flows`), 'flow', 'flows');
  const startedText = (value: number, time: string): string =>
    value <= 1 ? `${host} ${verb} no other flow` : `${host} ${verb} ${formatNumber(value)} flows ${time}`;
  const counted = (one: string, many: string, tail = ''): WindowPhrase => {
    const short = (value: number): string => `${count(value, one, many)}${tail}`;
    return { short, text: (value, look) => `${short(value)} ${inTime(look)}`, unit: formatNumber };
  };
  const shared = (words: string): WindowPhrase => ({
    short: (value) => `${portion(value)} ${words}`,
    text: (value, look) =>
      look(`${prefix}Flows`) > 1
        ? `${portion(value)} of ${flows(look)}${whose} ${inTime(look)} ${words}`
        : `the only flow of ${host} ${value > 0 ? '' : 'not '}${words}`,
    unit: percent,
  });
  const mean = (one: string, many: string, none: string): WindowPhrase => {
    const short = (value: number): string => (value === 0 ? none : `${count(value, one, many)} a flow on average`);
    return { short, text: (value, look) => `${short(value)} over ${flows(look)} of ${host}`, unit: formatNumber };
  };
  const varying = (what: string): WindowPhrase => {
    const short = (value: number): string => `${what} ${value === 0 ? 'all alike' : `varying by ${percent(value)}`}`;
    return { short, text: (value, look) => `${short(value)} over ${flows(look)} of ${host}`, unit: percent };
  };
  return {
    PairPorts: counted(`port ${tried}`, `ports ${tried}`),
    Services: counted('host and port tried', 'hosts and ports tried'),
    Ports: counted('port tried', 'ports tried'),
    Peers: counted(`${other} ${came}`, `${other}s ${came}`),
    SamePairPort: counted(`attempt ${attempts}`, `attempts ${attempts}`),
    SamePair: counted(`flow ${between}`, `flows ${between}`),
    Flows: {
      ...counted('flow', 'flows'),
      text: (value, look) => startedText(value, inTime(look)),
    },
    HalfOpen: shared('half-open'),
    Unanswered: shared('unanswered'),
    Refused: shared('refused'),
    Denied: shared('denied by the server in words'),
    Established: shared('established'),
    Open: {
      short: (value) => `${formatNumber(value)} open at once`,
      text: (value) => `${count(value, 'flow', 'flows')} of ${host} open at once`,
      unit: formatNumber,
    },
    OpenIdle: {
      short: (value) => `${formatNumber(value)} open and silent for more than 5 s`,
      text: (value) => `${count(value, 'open flow', 'open flows')} of ${host} silent for more than 5 s`,
      unit: formatNumber,
    },
    Rate: {
      short: (value) => `${count(value, 'flow', 'flows')} a second`,
      text: (value) => `${host} ${verb} ${count(value, 'flow', 'flows')} a second`,
      unit: formatNumber,
    },
    SamePort: shared('to the same port'),
    Udp: shared('over UDP'),
    Icmp: shared('over ICMP'),
    MeanSourceBytes: mean('payload byte sent', 'payload bytes sent', 'no payload sent'),
    MeanDestinationBytes: mean('payload byte answered', 'payload bytes answered', 'no payload answered'),
    MeanPackets: mean('packet', 'packets', 'no packets'),
    SourceBytesVariation: varying('payload sent'),
    DestinationBytesVariation: varying('payload answered'),
    StartGapVariation: varying('gaps between starts'),
    Seconds: {
      short: () => undefined,
      text: (value, look) => startedText(look(`${prefix}Flows`), within(value)),
      unit: seconds,
    },
  };
}

export const WINDOW_PHRASES: Phrases = Object.fromEntries(
  SIDES.flatMap((side) => Object.entries(phrasesOf(side)).map(([name, phrase]) => [side.prefix + name, phrase])),
);
