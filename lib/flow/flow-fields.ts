// flow: the one description of a flow's row: what split writes, infer reads, features and documents are made of.

/** How one field is stored: a typed array, or `binary` / `list` (offsets and values). */
export type FieldType = 'u8' | 'u16' | 'u32' | 'i32' | 'f32' | 'f64' | 'binary' | 'list-i32' | 'list-f64';

/** Variable-length values: row i is `values[offsets[i] … offsets[i + 1])`. */
export interface VariableColumn<V> {
  readonly offsets: Int32Array;
  readonly values: V;
}

export interface ColumnOf {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly binary: VariableColumn<Uint8Array>;
  readonly 'list-i32': VariableColumn<Int32Array>;
  readonly 'list-f64': VariableColumn<Float64Array>;
}

/** Columns of a schema: one typed array (or variable column) per field, all of the same number of rows. */
export type Columns<S extends Readonly<Record<string, FieldType>>> = {
  readonly [K in keyof S]: ColumnOf[S[K]];
};

/** Zeek's conn_state values by code (docs.zeek.org, base/protocols/conn); 13 = not TCP. */
export const TCP_STATES = [
  'S0',
  'S1',
  'SF',
  'REJ',
  'S2',
  'S3',
  'RSTO',
  'RSTR',
  'RSTOS0',
  'RSTRH',
  'SH',
  'SHR',
  'OTH',
  'none',
] as const;
export type TcpState = (typeof TCP_STATES)[number];

/** Why a flow ended. `volume`: 1 GiB or 2,097,152 records of dump after its first record. */
export const END_REASONS = ['idle', 'active', 'closed', 'volume', 'cap', 'end-of-dump'] as const;
export type EndReason = (typeof END_REASONS)[number];

/** Payload packets a direction whose first bytes are kept, and how many bytes of each. */
export const PAYLOAD_PACKETS = 3;
export const PAYLOAD_BYTES = 192;
/** First packets of a flow (both directions) whose signed payload sizes and gaps are kept. */
export const FIRST_PACKETS = 20;
/** Record of a flow beyond which no packet document is made by default. */
export const PACKET_DOCUMENTS_PER_FLOW = 1000;

// One direction's fields; `source` is the side that sent the flow's first packet (SYN where seen).
const DIRECTION = {
  Packets: 'f64',
  /** Bytes on the wire, link header included (record's original length). */
  Bytes: 'f64',
  PayloadPackets: 'f64',
  PayloadBytes: 'f64',
  /** Packets carrying each TCP flag. */
  Fin: 'u32',
  Syn: 'u32',
  Rst: 'u32',
  Psh: 'u32',
  Ack: 'u32',
  Urg: 'u32',
  Ece: 'u32',
  Cwr: 'u32',
  /** IP packet lengths in bytes. */
  SizeMin: 'f64',
  SizeMax: 'f64',
  SizeMean: 'f64',
  SizeStd: 'f64',
  /** Inter-arrival times within the direction, in seconds; 0 with fewer than two packets. */
  GapMin: 'f64',
  GapMax: 'f64',
  GapMean: 'f64',
  GapStd: 'f64',
  /** TCP window of the first packet, unscaled; -1 where none. */
  FirstWindow: 'i32',
  FirstTtl: 'i32',
  FirstTos: 'i32',
  Retransmissions: 'u32',
  /** First bytes (≤ PAYLOAD_BYTES) of the first three payload packets, where they are and how long on the wire. */
  Payload0: 'binary',
  Payload1: 'binary',
  Payload2: 'binary',
  /** Record numbers of these packets; -1 = there is none. */
  PayloadRecord0: 'f64',
  PayloadRecord1: 'f64',
  PayloadRecord2: 'f64',
  /** Offsets of these records in the uncompressed stream, and the records' lengths, in bytes. */
  PayloadOffset0: 'f64',
  PayloadOffset1: 'f64',
  PayloadOffset2: 'f64',
  PayloadRecordLength0: 'u32',
  PayloadRecordLength1: 'u32',
  PayloadRecordLength2: 'u32',
  PayloadLength0: 'u32',
  PayloadLength1: 'u32',
  PayloadLength2: 'u32',
} as const satisfies Record<string, FieldType>;

/**
 * What one host did in the 60 s before this flow's last packet, over at most its 100 latest flows started in that
 * time (this flow included), those still open with their state so far. Computed once as `sourceWindow…` over the
 * flows that the source started, once as `destinationWindow…` over the flows that the destination received.
 */
const WINDOW = {
  /** Flows looked at (1–100), and the time from the first one's start to this flow's last packet, in seconds. */
  Flows: 'f32',
  Seconds: 'f32',
  /** Distinct peers (destinations tried / sources that came), and distinct destination ports. */
  Peers: 'f32',
  Ports: 'f32',
  /** Distinct (peer, port) pairs, and the share of the flows that have this flow's destination port. */
  Services: 'f32',
  SamePort: 'f32',
  /** Flows of this flow's source to this flow's destination, and of those to the same port. */
  SamePair: 'f32',
  SamePairPort: 'f32',
  /** Distinct destination ports on this flow's destination (source window) or from this flow's source (destination window). */
  PairPorts: 'f32',
  /** Shares 0–1: no packet came back; refused by RST or ICMP unreachable; handshake completed; half-open (SYN seen, not completed, no RST). */
  Unanswered: 'f32',
  Refused: 'f32',
  Established: 'f32',
  HalfOpen: 'f32',
  /** Flows open at once at this flow's last packet, and those of them silent for more than 5 s. */
  Open: 'f32',
  OpenIdle: 'f32',
  /** Flows a second over the window, mean payload bytes and packets a flow each way, share of UDP and ICMP. */
  Rate: 'f32',
  MeanSourceBytes: 'f32',
  MeanDestinationBytes: 'f32',
  MeanPackets: 'f32',
  Udp: 'f32',
  Icmp: 'f32',
  /** Coefficient of variation (std / mean) of the gaps between the flows' starts, 0 with fewer than three: how regular they are. */
  StartGapVariation: 'f32',
  /** Standard deviation of the flows' source payload bytes, divided by their mean (0 where the mean is 0). */
  SourceBytesVariation: 'f32',
  /** The same of the payload bytes that came back. */
  DestinationBytesVariation: 'f32',
  /** Share of the flows in which the destination said no in words: an HTTP error, a login refused. */
  Denied: 'f32',
} as const satisfies Record<string, FieldType>;

type Prefixed<P extends string, S extends Readonly<Record<string, FieldType>>> = {
  readonly [K in keyof S & string as `${P}${K}`]: S[K];
};

function prefixed<P extends string, S extends Readonly<Record<string, FieldType>>>(prefix: P, schema: S) {
  const entries = Object.entries(schema).map(([name, type]) => [`${prefix}${name}`, type]);
  return Object.fromEntries(entries) as Prefixed<P, S>; // the mapped type says what the line above does
}

/** Bumped whenever a field's meaning changes; stands in every row object and in the model's features.json. */
export const FLOW_SCHEMA_VERSION = 4;

/** A flow's row. Record numbers and offsets are exact integers up to 2^53. */
export const FLOW_FIELDS = {
  /** The flow's key: number of its first record, over the whole dump. */
  record: 'f64',
  lastRecord: 'f64',
  /** Offset of the first record in the uncompressed stream. */
  offset: 'f64',
  records: 'f64',
  /** Number of the flow's 1,000th record, or -1. */
  thousandthRecord: 'f64',
  firstChunk: 'u32',
  lastChunk: 'u32',
  /** Running number of this flow among those of one five-tuple that follow each other without a new connection. */
  part: 'u32',
  interfaceId: 'u32',
  startSeconds: 'f64',
  startNanoseconds: 'u32',
  endSeconds: 'f64',
  endNanoseconds: 'u32',
  /** 4 or 6. */
  ipVersion: 'u8',
  protocol: 'u8',
  /** VLAN id or -1. */
  vlan: 'i32',
  /** 16 bytes each; IPv4 as ::ffff:a.b.c.d. */
  source: 'binary',
  destination: 'binary',
  sourcePort: 'u16',
  destinationPort: 'u16',
  /** ICMP type and code of the first packet, -1 elsewhere. */
  icmpType: 'i32',
  icmpCode: 'i32',
  /** 6 bytes, or none. */
  sourceMac: 'binary',
  destinationMac: 'binary',
  /** The innermost tunnel the flow lies in: index into TUNNEL_TYPES, how many there are around one another, its id or -1. */
  tunnelType: 'u8',
  tunnelDepth: 'u8',
  tunnelId: 'f64',
  /** Addresses of the IP packets that carry it, 16 bytes each; none where nothing does, or labels alone. */
  tunnelSource: 'binary',
  tunnelDestination: 'binary',
  /** Index into TCP_STATES and END_REASONS. */
  tcpState: 'u8',
  endReason: 'u8',
  /** 1 where an ICMP unreachable for this flow was seen. */
  icmpUnreachable: 'u8',
  /** What TCP packets say by their first PAYLOAD_BYTES, of the first SAID_PACKETS with payload each way: bits of SIGNS. */
  signs: 'u32',
  /** Of the same packets those that begin an HTTP/1 request, and those of POST and PUT; responses of status 400–599, and of 401, 403 and 407. */
  httpRequests: 'u32',
  httpPosts: 'u32',
  httpErrors: 'u32',
  httpRefusals: 'u32',
  /** Passwords sent (FTP, POP3, SMTP, IMAP), and logins refused by these or by a terminal. */
  loginAttempts: 'u32',
  loginRefusals: 'u32',
  /** DCE-RPC requests of the source, outside SMB. */
  rpcRequests: 'u32',
  /** Inter-arrival times over both directions, in seconds, and the packets' IP lengths. */
  gapMin: 'f64',
  gapMax: 'f64',
  gapMean: 'f64',
  gapStd: 'f64',
  sizeMin: 'f64',
  sizeMax: 'f64',
  sizeMean: 'f64',
  sizeStd: 'f64',
  /** First FIRST_PACKETS packets: payload bytes on the wire (+ from the source, - from the destination; 0 = bare), and gaps in seconds. */
  firstSizes: 'list-i32',
  firstDirections: 'list-i32',
  firstGaps: 'list-f64',
  ...prefixed('source', DIRECTION),
  ...prefixed('destination', DIRECTION),
  ...prefixed('sourceWindow', WINDOW),
  ...prefixed('destinationWindow', WINDOW),
  /** What the application layer says (lib/app), as JSON in UTF-8; empty where it says nothing. */
  application: 'binary',
} as const satisfies Record<string, FieldType>;

export type FlowField = keyof typeof FLOW_FIELDS;

/** Some flows, column by column. */
export interface FlowRows {
  readonly count: number;
  readonly columns: Columns<typeof FLOW_FIELDS>;
}
