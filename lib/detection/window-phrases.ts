// detection: what a host did in the minute before, in one sentence however many figures it is made of.

import { count, formatNumber, percent, portion, seconds, within } from './number-words.ts';
import type { FeatureLookup, Phrases } from './phrase.ts';

interface WindowPhrase {
  readonly text: (value: number, look: FeatureLookup) => string;
  /** Behind another figure of the same window. */
  readonly short: (value: number) => string;
  readonly unit: (value: number) => string;
}

const SIDES = [
  { prefix: 'sourceWindow', host: 'the source', other: 'destination', came: 'tried', verb: 'started' },
  { prefix: 'destinationWindow', host: 'the destination', other: 'source', came: 'came', verb: 'received' },
] as const;

type Side = (typeof SIDES)[number];

/** In the order in which one sentence tells them. */
function phrasesOf({ prefix, host, other, came, verb }: Side): Readonly<Record<string, WindowPhrase>> {
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
    text: (value, look) => `${portion(value)} of ${flows(look)} ${inTime(look)} ${words}`,
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
    PairPorts: counted('port of one host tried', 'ports of one host tried'),
    Services: counted('host and port tried', 'hosts and ports tried'),
    Ports: counted('port tried', 'ports tried'),
    Peers: counted(`${other} ${came}`, `${other}s ${came}`),
    SamePairPort: counted('attempt at one service', 'attempts at one service'),
    SamePair: counted('flow between the two hosts', 'flows between the two hosts'),
    Flows: {
      ...counted('flow', 'flows'),
      text: (value, look) => startedText(value, inTime(look)),
    },
    Rate: {
      short: (value) => `${count(value, 'flow', 'flows')} a second`,
      text: (value) => `${host} ${verb} ${count(value, 'flow', 'flows')} a second`,
      unit: formatNumber,
    },
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
    HalfOpen: shared('half-open'),
    Unanswered: shared('unanswered'),
    Refused: shared('refused'),
    Denied: shared('denied by the server in words'),
    Established: shared('established'),
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
      short: (value) => `within ${seconds(value)}`,
      text: (value, look) => startedText(look(`${prefix}Flows`), within(value)),
      unit: seconds,
    },
  };
}

const WINDOWS = SIDES.map((side) => ({ prefix: side.prefix, phrases: phrasesOf(side) }));

export const WINDOW_PHRASES: Phrases = Object.fromEntries(
  WINDOWS.flatMap(({ prefix, phrases }) => Object.entries(phrases).map(([name, phrase]) => [prefix + name, phrase])),
);

const SHORT = new Map(
  WINDOWS.flatMap(({ prefix, phrases }) => Object.entries(phrases).map(([name, { short }]) => [prefix + name, short])),
);

const ORDER = new Map(
  WINDOWS.flatMap(({ prefix, phrases }) => Object.keys(phrases).map((name, rank) => [prefix + name, rank])),
);

/** Where in a window's sentence a feature stands; figures that nobody has words for come last. */
export function windowRank(feature: string): number {
  return ORDER.get(feature) ?? Number.MAX_SAFE_INTEGER;
}

/** "97 % unanswered", behind another figure of the window; undefined for what is no window's, or was said by then. */
export function windowShort(feature: string, value: number): string | undefined {
  return feature.endsWith('WindowSeconds') ? undefined : SHORT.get(feature)?.(value);
}
