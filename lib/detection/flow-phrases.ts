// detection: what a flow's own counters, sizes, gaps, state and service say, in words.

import { count, formatNumber, percent, portion, seconds } from './number-words.ts';
import type { FeatureLookup, Phrase, Phrases } from './phrase.ts';

const SIDES = ['source', 'destination'] as const;

/** A flag, or one column of a one-hot code. */
export function flag(isSet: string, isNot: string): Phrase {
  return { text: (value) => (value > 0 ? isSet : isNot) };
}

export function number(text: (value: string) => string): Phrase {
  return { text: (value) => text(formatNumber(value)), unit: formatNumber };
}

export function counter(one: string, many: string): Phrase {
  return { text: (value) => (value === 0 ? `no ${many}` : count(value, one, many)), unit: formatNumber };
}

function share(text: (value: string) => string): Phrase {
  return { text: (value) => text(percent(value)), unit: percent };
}

function time(text: (value: string) => string): Phrase {
  return { text: (value) => text(seconds(value)), unit: seconds };
}

const STATES: Readonly<Record<string, string>> = {
  S0: 'connection attempt without any answer',
  S1: 'connection established and not closed',
  SF: 'connection opened and closed normally',
  REJ: 'connection attempt refused',
  S2: 'connection closed by the source only',
  S3: 'connection closed by the destination only',
  RSTO: 'connection reset by the source',
  RSTR: 'connection reset by the destination',
  RSTOS0: 'SYN followed by a reset from the source, nothing from the destination',
  RSTRH: 'reset by the destination without a SYN seen',
  SH: 'SYN and FIN from the source, nothing from the destination',
  SHR: 'SYN-ACK and FIN from the destination, nothing from the source',
  OTH: 'traffic in the middle of a connection, no SYN seen',
  none: 'not a TCP flow',
};

const NOT_STATES: Readonly<Record<string, string>> = {
  SF: 'connection not opened and closed normally',
  OTH: 'connection seen from its beginning',
  none: 'a TCP flow',
};

const SERVICES: Readonly<Record<string, string>> = {
  Web: 'a web port',
  Tls: 'a TLS port',
  Dns: 'the DNS port',
  Ssh: 'the SSH port',
  Ftp: 'an FTP port',
  Telnet: 'a Telnet port',
  Mail: 'a mail port',
  WindowsFiles: 'a port of Windows file sharing',
  RemoteDesktop: 'a remote desktop port',
  Database: 'a database port',
  Directory: 'a port of a directory service',
  Messaging: 'a messaging port',
  Housekeeping: 'a port of network housekeeping (DHCP, NTP, SNMP, …)',
  Industry: 'a port of an industrial protocol',
  OtherLow: 'a low port of another service',
  OtherHigh: 'a high port',
};

function payloadBytes(side: (typeof SIDES)[number], value: number, look: FeatureLookup): string {
  if (value === 0) {
    const isNone = look('sourcePayloadBytes') === 0 && look('destinationPayloadBytes') === 0;
    return isNone ? 'no payload either way' : `no payload from the ${side}`;
  }
  return side === 'destination' && look('httpGet') > 0
    ? `${count(value, 'byte', 'bytes')} fetched`
    : `${count(value, 'payload byte', 'payload bytes')} from the ${side}`;
}

function sidePhrases(side: (typeof SIDES)[number]): Phrases {
  const from = `from the ${side}`;
  const flags = ['Fin', 'Syn', 'Rst', 'Psh', 'Ack', 'Urg'].map((name): [string, Phrase] => [
    `${side}${name}Share`,
    {
      text: (value) => `${portion(value)} of the ${side}'s packets with ${name.toUpperCase()}`,
      unit: percent,
    },
  ]);
  const lengths = ['first', 'second', 'third'].map((nth, k): [string, Phrase] => [
    `${side}PayloadLength${k}`,
    {
      text: (value) =>
        value > 0
          ? `${nth} payload ${from} of ${count(value, 'byte', 'bytes')}`
          : `no ${nth === 'first' ? '' : `${nth} `}payload ${from}`,
      unit: formatNumber,
    },
  ]);
  return {
    [`${side}Packets`]: counter(`packet ${from}`, `packets ${from}`),
    [`${side}Bytes`]: counter(`byte ${from}`, `bytes ${from}`),
    [`${side}PayloadPackets`]: counter(`packet with payload ${from}`, `packets with payload ${from}`),
    [`${side}PayloadBytes`]: { text: (value, look) => payloadBytes(side, value, look), unit: formatNumber },
    [`${side}Syn`]: counter(`SYN ${from}`, `SYNs ${from}`),
    [`${side}Rst`]: counter(`reset ${from}`, `resets ${from}`),
    [`${side}SizeMin`]: number((value) => `smallest packet ${from} of ${value} bytes`),
    [`${side}SizeMax`]: number((value) => `largest packet ${from} of ${value} bytes`),
    [`${side}SizeMean`]: number((value) => `packets ${from} of ${value} bytes on average`),
    [`${side}SizeStd`]: number((value) => `sizes of the packets ${from} spread by ${value} bytes`),
    [`${side}GapMin`]: time((value) => `shortest gap between packets ${from} ${value}`),
    [`${side}GapMax`]: time((value) => `longest gap between packets ${from} ${value}`),
    [`${side}GapMean`]: time((value) => `${value} between packets ${from} on average`),
    [`${side}GapStd`]: time((value) => `gaps between packets ${from} spread by ${value}`),
    [`${side}RetransmissionShare`]: share((value) => `${value} of the ${side}'s packets sent again`),
    ...Object.fromEntries([...flags, ...lengths]),
    ...payloadPhrases(side),
  };
}

/** -1 stands for no payload at all. */
function payloadPhrases(side: (typeof SIDES)[number]): Phrases {
  const ofPayload = (unit: (value: number) => string, text: (value: string) => string): Phrase => ({
    text: (value) => (value < 0 ? `no payload from the ${side}` : text(unit(value))),
    unit: (value) => unit(Math.max(value, 0)),
  });
  const first = `first payload from the ${side}`;
  const payload = `payload from the ${side}`;
  const bits = (value: number): string => `${formatNumber(value)} bits a byte`;
  return {
    [`${side}FirstPrintable`]: ofPayload(percent, (value) => `${first} ${value} readable`),
    [`${side}FirstEntropy`]: ofPayload(bits, (value) => `${first} with ${value} of entropy`),
    [`${side}FirstZero`]: ofPayload(percent, (value) => `${first} ${value} zero bytes`),
    [`${side}FirstHigh`]: ofPayload(percent, (value) => `${first} ${value} bytes above 127`),
    [`${side}FirstDigits`]: ofPayload(percent, (value) => `${first} ${value} digits`),
    [`${side}FirstRun`]: ofPayload(formatNumber, (value) => `one byte ${value} times in a row in ${first}`),
    [`${side}PayloadPrintable`]: ofPayload(percent, (value) => `${payload} ${value} readable`),
    [`${side}PayloadEntropy`]: ofPayload(bits, (value) => `${payload} with ${value} of entropy`),
  };
}

const NTH = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'];

/** Above 0 from the source, below from the destination; 0 is a packet without payload, or none. */
const FIRST_SIZES = NTH.map((nth, k): [string, Phrase] => [
  `firstSize${k}`,
  {
    text: (value) =>
      value === 0
        ? `no payload in the ${nth} packet`
        : `${nth} packet with ${count(Math.abs(value), 'payload byte', 'payload bytes')} from the ${value > 0 ? 'source' : 'destination'}`,
  },
]);

const FIRST_GAPS = NTH.slice(1).map((nth, k): [string, Phrase] => [
  `firstGap${k + 1}`,
  { text: (value) => (value < 0 ? `no ${nth} packet` : `${seconds(value)} before the ${nth} packet`) },
]);

export const FLOW_PHRASES: Phrases = {
  tcp: flag('over TCP', 'not over TCP'),
  udp: flag('over UDP', 'not over UDP'),
  icmp: flag('over ICMP', 'not over ICMP'),
  icmpEcho: flag('ICMP echo request', 'no ICMP echo request'),
  icmpUnreachable: flag('answered by ICMP unreachable', 'not answered by ICMP unreachable'),
  ipv6: flag('over IPv6', 'over IPv4'),
  multicast: flag('sent to a multicast or broadcast address', 'sent to one host'),
  continued: flag('the continuation of a long connection', 'the beginning of a connection'),
  durationSeconds: time((value) => `lasted ${value}`),
  packetsPerSecond: number((value) => `${value} packets a second`),
  bytesPerSecond: number((value) => `${value} bytes a second`),
  sourcePacketShare: share((value) => `${value} of the packets from the source`),
  sourcePayloadShare: share((value) => `${value} of the payload from the source`),
  emptyPacketShare: {
    text: (value) => `${portion(value)} of the packets without payload`,
    unit: percent,
  },
  sizeMin: number((value) => `smallest packet of ${value} bytes`),
  sizeMax: number((value) => `largest packet of ${value} bytes`),
  sizeMean: number((value) => `packets of ${value} bytes on average`),
  sizeStd: number((value) => `packet sizes spread by ${value} bytes`),
  gapMin: time((value) => `shortest gap between packets ${value}`),
  gapMax: time((value) => `longest gap between packets ${value}`),
  gapMean: time((value) => `${value} between packets on average`),
  gapStd: time((value) => `gaps between packets spread by ${value}`),
  ...Object.assign({}, ...SIDES.map(sidePhrases)),
  ...Object.fromEntries([...FIRST_SIZES, ...FIRST_GAPS]),
  ...Object.fromEntries(
    Object.entries(STATES).map(([state, words]) => [
      `tcpState${state}`,
      flag(words, NOT_STATES[state] ?? `no ${words}`),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(SERVICES).map(([service, words]) => [`service${service}`, flag(`to ${words}`, `not to ${words}`)]),
  ),
};
