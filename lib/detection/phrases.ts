// detection: what a feature's value means, in words with numbers.

/** Looks another feature of the same flow up, for phrases that need two numbers. */
export type FeatureLookup = (feature: string) => number;

type Phrase = (value: number, look: FeatureLookup) => string;

// Formatters are kept: making one for each number was 2.5 s of the 6.5 s of a chunk with 11,458 detections.
const FORMATS = [0, 1, 2, 3].map((digits) => new Intl.NumberFormat('en-US', { maximumFractionDigits: digits }));

/** 0.0123 → "0.012", 1234567 → "1,234,567". */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return FORMATS[digits]?.format(Number(value.toFixed(digits))) ?? String(value);
}

function percent(share: number): string {
  return `${formatNumber(Number((share * 100).toFixed(share < 0.1 ? 1 : 0)))} %`;
}

function count(value: number, one: string, many: string): string {
  return `${formatNumber(value)} ${value === 1 ? one : many}`;
}

const WINDOW_SIDES = [
  { prefix: 'sourceWindow', host: 'the source', other: 'destinations', peers: 'tried', verb: 'started' },
  { prefix: 'destinationWindow', host: 'the destination', other: 'sources', peers: 'came', verb: 'received' },
] as const;

function windowPhrases({ prefix, host, other, peers, verb }: (typeof WINDOW_SIDES)[number]): Record<string, Phrase> {
  const within = (look: FeatureLookup): string => `in ${formatNumber(look(`${prefix}Seconds`))} s`;
  const of = (look: FeatureLookup): string => `of ${count(look(`${prefix}Flows`), 'flow', 'flows')} ${within(look)}`;
  return {
    [`${prefix}Flows`]: (v, look) => `${host} ${verb} ${count(v, 'flow', 'flows')} ${within(look)}`,
    [`${prefix}Seconds`]: (v, look) =>
      `${host} ${verb} ${count(look(`${prefix}Flows`), 'flow', 'flows')} in ${formatNumber(v)} s`,
    [`${prefix}Peers`]: (v, look) => `${formatNumber(v)} ${other} ${peers} ${within(look)}`,
    [`${prefix}Ports`]: (v, look) => `${count(v, 'port', 'ports')} tried ${within(look)}`,
    [`${prefix}Services`]: (v, look) => `${count(v, 'host and port', 'hosts and ports')} tried ${within(look)}`,
    [`${prefix}SamePort`]: (v, look) => `${percent(v)} ${of(look)} to the same port`,
    [`${prefix}SamePair`]: (v, look) => `${count(v, 'flow', 'flows')} between the two hosts ${within(look)}`,
    [`${prefix}SamePairPort`]: (v, look) => `${count(v, 'attempt', 'attempts')} at one service ${within(look)}`,
    [`${prefix}PairPorts`]: (v, look) => `${count(v, 'port', 'ports')} of one host tried ${within(look)}`,
    [`${prefix}Unanswered`]: (v, look) => `${percent(v)} ${of(look)} unanswered`,
    [`${prefix}Refused`]: (v, look) => `${percent(v)} ${of(look)} refused`,
    [`${prefix}Established`]: (v, look) => `${percent(v)} ${of(look)} established`,
    [`${prefix}HalfOpen`]: (v, look) => `${percent(v)} ${of(look)} half-open`,
    [`${prefix}Open`]: (v) => `${count(v, 'flow', 'flows')} of ${host} open at once`,
    [`${prefix}OpenIdle`]: (v) => `${count(v, 'open flow', 'open flows')} of ${host} silent for more than 5 s`,
    [`${prefix}Rate`]: (v) => `${host} ${verb} ${formatNumber(v)} flows a second`,
    [`${prefix}MeanSourceBytes`]: (v, look) =>
      `${formatNumber(v)} payload bytes sent a flow, over ${count(look(`${prefix}Flows`), 'flow', 'flows')}`,
    [`${prefix}MeanDestinationBytes`]: (v, look) =>
      `${formatNumber(v)} payload bytes answered a flow, over ${count(look(`${prefix}Flows`), 'flow', 'flows')}`,
    [`${prefix}MeanPackets`]: (v, look) =>
      `${formatNumber(v)} packets a flow, over ${count(look(`${prefix}Flows`), 'flow', 'flows')}`,
    [`${prefix}Udp`]: (v, look) => `${percent(v)} ${of(look)} over UDP`,
    [`${prefix}Icmp`]: (v, look) => `${percent(v)} ${of(look)} over ICMP`,
    [`${prefix}StartGapVariation`]: (v, look) =>
      `gaps between ${count(look(`${prefix}Flows`), 'start', 'starts')} vary by ${percent(v)} of their mean`,
    [`${prefix}SourceBytesVariation`]: (v, look) =>
      `payload sent varies by ${percent(v)} of its mean over ${count(look(`${prefix}Flows`), 'flow', 'flows')}`,
    [`${prefix}DestinationBytesVariation`]: (v, look) =>
      `payload answered varies by ${percent(v)} of its mean over ${count(look(`${prefix}Flows`), 'flow', 'flows')}`,
    [`${prefix}Denied`]: (v, look) => `${percent(v)} ${of(look)} denied by an HTTP error or a refused login`,
  };
}

const STATES: Readonly<Record<string, string>> = {
  S0: 'connection attempt without any answer',
  S1: 'connection established and not closed',
  SF: 'connection opened and closed normally',
  REJ: 'connection attempt refused',
  S2: 'closed by the source only',
  S3: 'closed by the destination only',
  RSTO: 'connection reset by the source',
  RSTR: 'connection reset by the destination',
  RSTOS0: 'SYN followed by a reset from the source, nothing from the destination',
  RSTRH: 'reset by the destination without a SYN seen',
  SH: 'SYN and FIN from the source, nothing from the destination',
  SHR: 'SYN-ACK and FIN from the destination, nothing from the source',
  OTH: 'traffic in the middle of a connection, no SYN seen',
  none: 'not a TCP flow',
};

const FLOW_PHRASES: Readonly<Record<string, Phrase>> = {
  durationSeconds: (v) => `lasted ${formatNumber(v)} s`,
  sourcePackets: (v) => `${count(v, 'packet', 'packets')} from the source`,
  destinationPackets: (v) => `${count(v, 'packet', 'packets')} from the destination`,
  sourceBytes: (v) => `${formatNumber(v)} bytes from the source`,
  destinationBytes: (v) => `${formatNumber(v)} bytes from the destination`,
  sourcePayloadBytes: (v) => `${formatNumber(v)} payload bytes from the source`,
  destinationPayloadBytes: (v) => `${formatNumber(v)} payload bytes from the destination`,
  packetsPerSecond: (v) => `${formatNumber(v)} packets a second`,
  bytesPerSecond: (v) => `${formatNumber(v)} bytes a second`,
  sourcePacketShare: (v) => `${percent(v)} of the packets from the source`,
  sourcePayloadShare: (v) => `${percent(v)} of the payload from the source`,
  emptyPacketShare: (v) => `${percent(v)} of the packets without payload`,
  icmpUnreachable: () => 'answered by ICMP unreachable',
  sourceSyn: (v) => `${count(v, 'SYN', 'SYNs')} from the source`,
  httpTargetLength: (v) => `request target of ${count(v, 'character', 'characters')}`,
  httpQueryLength: (v) => `query string of ${count(v, 'character', 'characters')}`,
  httpSqlWords: (v) => `${count(v, 'piece', 'pieces')} of SQL in the request`,
  httpScriptWords: (v) => `${count(v, 'piece', 'pieces')} of script in the request`,
  httpCommandWords: (v) => `${count(v, 'shell or path pattern', 'shell or path patterns')} in the request`,
  httpLoginWords: () => 'request speaks of a login',
  httpUnfinishedRequest: (v) => (v > 0 ? 'HTTP request whose headers never end' : 'HTTP request complete'),
  httpStatus: (v) => (v > 0 ? `answered with HTTP status ${formatNumber(v)}` : 'no HTTP answer'),
  loginRefused: () => 'login refused',
  ftpLogin: () => 'FTP login commands',
  sshBanners: (v) => (v > 1 ? 'SSH greetings both ways' : v > 0 ? 'SSH greeting of one side' : 'no SSH greeting'),
  mailGreeting: (v) => (v > 0 ? 'server greets with code 220' : 'server does not greet with code 220'),
  tlsHeartbeat: () => 'TLS heartbeat from the source',
  tlsHeartbeatExcess: (v) => `heartbeat claims ${count(v, 'byte', 'bytes')} more than it carries`,
  smbTransaction: () => 'SMB1 transaction',
  ...Object.fromEntries(Object.entries(STATES).map(([state, words]) => [`tcpState${state}`, () => words])),
};

const PHRASES: Readonly<Record<string, Phrase>> = Object.assign({}, FLOW_PHRASES, ...WINDOW_SIDES.map(windowPhrases));

/** "sourceGapMean" → "source gap mean". */
function words(feature: string): string {
  return feature.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
}

const SERVICE = /^service([A-Z]\w*)$/;

/** The phrase for a feature, or its name in words with the value. */
export function featurePhrase(feature: string, value: number, look: FeatureLookup): string {
  const service = SERVICE.exec(feature)?.[1];
  if (service !== undefined) return `${value > 0 ? 'to' : 'not to'} a port for ${words(service)}`;
  const phrase = PHRASES[feature];
  return phrase === undefined ? `${words(feature)} ${formatNumber(value)}` : phrase(value, look);
}
