// test support: small captures with names, made by our own generator once per process; treat the bytes as read-only.
import { officeMix } from '../../local/generate/benign/tracks.ts';
import { type LinkKind, type LinkOptions, linktypes } from '../../local/generate/bytes/link.ts';
import { joinBytes, textBytes } from '../../local/generate/bytes/text.ts';
import { demoScenario } from '../../local/generate/demo.ts';
import { encodePcap, type PcapOptions } from '../../local/generate/file/pcap.ts';
import type { CaptureRecord } from '../../local/generate/file/record.ts';
import { tcpFrame } from '../../local/generate/frame.ts';
import { defaultStartNs, generatePackets, type Scenario } from '../../local/generate/scenario.ts';
import { conversationRecords, elephantRecords } from '../../local/generate/single-flow.ts';
import type { Turn } from '../../local/generate/tcp-session.ts';
import type { Truth } from '../../local/generate/truth.ts';
import { buildCapture, type CaptureFormat } from '../../local/generate/write-capture.ts';

export interface KnownCapture {
  readonly bytes: Uint8Array;
  readonly truth: Truth;
}

const made = new Map<string, unknown>();

function once<T>(name: string, make: () => T): T {
  if (!made.has(name)) made.set(name, make());
  // The map holds under each name only what its one maker returned.
  return made.get(name) as T;
}

function scenario(seed: number, over: Partial<Scenario>): Scenario {
  return { seed, durationSeconds: 60, benign: {}, attacks: [], ...over };
}

export function pcapOf(records: Iterable<CaptureRecord>, options: Partial<PcapOptions> = {}): Uint8Array {
  return joinBytes([...encodePcap(records, { linktype: 1, ...options })]);
}

const getPage: readonly Turn[] = [
  {
    kind: 'data',
    from: 'client',
    bytes: textBytes('GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: curl/8.5.0\r\n\r\n'),
    waitNs: 1e6,
  },
  {
    kind: 'data',
    from: 'server',
    bytes: textBytes('HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 5\r\n\r\nhello'),
    waitNs: 2e6,
  },
  { kind: 'close', from: 'client', how: 'fin', waitNs: 1e6 },
];

/** One HTTP request and its answer, 10.0.0.1:40000 to 10.0.0.2:80, handshake to close. */
export function tinyHttpCapture(): Uint8Array {
  return once('tinyHttp', () => pcapOf(conversationRecords(getPage)));
}

/** The same conversation on any link type. */
export function tinyHttpOn(link: LinkKind): Uint8Array {
  return once(`tinyHttp ${link}`, () =>
    pcapOf(conversationRecords(getPage, { link: { link } }), { linktype: linktypes[link] }),
  );
}

/** The same conversation over IPv6. */
export function tinyHttpOverIpv6(): Uint8Array {
  return once('tinyHttp6', () =>
    pcapOf(conversationRecords(getPage, { client: '2001:db8::1', server: '2001:db8::2' })),
  );
}

export function bigEndianNanosecondPcap(): Uint8Array {
  return once('bigEndian', () => pcapOf(conversationRecords(getPage), { byteOrder: 'big', resolution: 'nanoseconds' }));
}

/** Ethernet in microseconds, and Linux cooked capture in nanoseconds; sessions take turns between them. */
export function twoInterfacePcapng(): KnownCapture {
  const links: readonly LinkOptions[] = [{ link: 'ethernet' }, { link: 'linux-sll' }];
  const resolutions = [
    { base: 10, exponent: 6 },
    { base: 10, exponent: 9 },
  ] as const;
  return once('twoInterfaces', () =>
    buildCapture(scenario(21, { benign: officeMix(40), links }), { kind: 'pcapng', resolutions }),
  );
}

/** A pcap whose last record's data stops halfway. */
export function cutInTheMiddle(): Uint8Array {
  return once('cut', () => tinyHttpCapture().slice(0, tinyHttpCapture().length - 20));
}

/** Frames cut to `snaplen` bytes; their original lengths stand in the record headers. */
export function snaplenCut(snaplen: number): Uint8Array {
  return once(`snaplen ${snaplen}`, () => pcapOf(conversationRecords(getPage), { snaplen }));
}

/** A file header and nothing behind it. */
export function noRecordsPcap(): Uint8Array {
  return once('noRecords', () => pcapOf([]));
}

/** Benign office traffic over IPv4 and IPv6, about 300 records a 10 sessions. */
export function benignCapture(sessions = 60): KnownCapture {
  return once(`benign ${sessions}`, () =>
    buildCapture(scenario(31, { benign: officeMix(sessions), ipVersion: 'both' }), { kind: 'pcap' }),
  );
}

/** A half-open scan of 200 ports and nothing else. */
export function synScanCapture(): KnownCapture {
  return once('synScan', () =>
    buildCapture(
      scenario(41, {
        attacks: [{ kind: 'port-scan', technique: 'syn', ports: 200, packetsPerSecond: 400, startSeconds: 1 }],
      }),
      { kind: 'pcap' },
    ),
  );
}

/** Forty SSH passwords on one server and nothing else. */
export function sshGuessingCapture(): KnownCapture {
  return once('sshGuessing', () =>
    buildCapture(scenario(42, { attacks: [{ kind: 'ssh-guessing', attempts: 40, workers: 4, startSeconds: 1 }] }), {
      kind: 'pcap',
    }),
  );
}

/** Records of a flood of unanswered SYNs, each from an address of its own: `packets` records, as many flows. */
export function* synFloodRecords(packets: number): Generator<CaptureRecord> {
  const attacks = [
    { kind: 'syn-flood', sources: 'spoofed', packets, packetsPerSecond: 20_000, answered: 0, startSeconds: 0 },
  ] as const;
  yield* generatePackets(scenario(43, { attacks }));
}

export function synFloodCapture(packets = 2000): Uint8Array {
  return once(`synFlood ${packets}`, () => pcapOf(synFloodRecords(packets)));
}

/** One download of `payloadBytes` bytes. */
export function elephantCapture(payloadBytes: number): Uint8Array {
  return once(`elephant ${payloadBytes}`, () => pcapOf(elephantRecords(payloadBytes)));
}

/** What `smart-ids demo` drops: ten minutes, six attacks. */
export function demoCapture(format: CaptureFormat = { kind: 'pcap' }): KnownCapture {
  return once(`demo ${JSON.stringify(format)}`, () => buildCapture(demoScenario(1), format));
}

/** A hundred one-packet flows a second apart, for tests that count. */
export function hundredSyns(): Uint8Array {
  return once('hundredSyns', () =>
    pcapOf(
      Array.from({ length: 100 }, (_, number) => ({
        timestampNs: defaultStartNs + BigInt(number) * 1_000_000_000n,
        bytes: tcpFrame({ sourcePort: 20_000 + number, flags: ['syn'] }),
      })),
    ),
  );
}
