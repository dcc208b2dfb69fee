// golden: the generated captures whose reading by tshark is on record; made anew by each run, never committed.

import { officeMix } from '../../local/generate/benign/tracks.ts';
import { joinBytes } from '../../local/generate/bytes/text.ts';
import { encodePcap } from '../../local/generate/file/pcap.ts';
import { icmpFrame, tcpFrame, udpFrame } from '../../local/generate/frame.ts';
import { defaultStartNs } from '../../local/generate/scenario.ts';
import { buildCapture } from '../../local/generate/write-capture.ts';
import {
  benignCapture,
  bigEndianNanosecondPcap,
  cutInTheMiddle,
  snaplenCut,
  tinyHttpCapture,
  tinyHttpOn,
  tinyHttpOverIpv6,
} from '../support/captures.ts';

export interface Fixture {
  readonly name: string;
  readonly make: () => Uint8Array;
}

/** One frame of each kind that `local/generate/frame.ts` makes, over IPv4 and IPv6. */
function singleFrames(): Uint8Array {
  const ends = [{}, { source: '2001:db8::1', destination: '2001:db8:0:1::2' }];
  const frames = ends.flatMap((fields) => [
    tcpFrame({ ...fields, flags: ['syn'], ttl: 1, trafficClass: 0xb9, sequence: 0xffff_ffff }),
    tcpFrame({ ...fields, flags: ['fin', 'psh', 'ack', 'urg', 'ece', 'cwr'], payload: 'x'.repeat(1400) }),
    udpFrame({ ...fields, payload: 'ping', sourcePort: 0, destinationPort: 65_535 }),
    udpFrame({ ...fields, link: { link: 'ethernet-vlan', vlanId: 4094 }, destinationPort: 9 }),
    icmpFrame({ ...fields, type: 'source' in fields ? 128 : 8 }),
    icmpFrame({ ...fields, type: 3, code: 1 }),
    udpFrame({ ...fields, link: { link: 'ethernet', padded: true }, payload: '1', destinationPort: 9 }),
  ]);
  const records = frames.map((bytes, number) => ({
    bytes,
    timestampNs: defaultStartNs + BigInt(number) * 999_999_999n,
  }));
  return joinBytes([...encodePcap(records, { linktype: 1, resolution: 'nanoseconds' })]);
}

/** Ethernet in microseconds and Linux cooked capture in 2^-20 s, in one big-endian pcapng. */
function twoInterfaces(): Uint8Array {
  const resolutions = [
    { base: 10, exponent: 6 },
    { base: 2, exponent: 20 },
  ] as const;
  const links = [{ link: 'ethernet' }, { link: 'linux-sll' }] as const;
  const scenario = { seed: 21, durationSeconds: 20, benign: officeMix(4), attacks: [], links };
  return buildCapture(scenario, { kind: 'pcapng', byteOrder: 'big', resolutions }).bytes;
}

export const FIXTURES: readonly Fixture[] = [
  { name: 'http-ethernet', make: tinyHttpCapture },
  ...(['ethernet-vlan', 'linux-sll', 'linux-sll2', 'null', 'loop', 'raw'] as const).map((link) => ({
    name: `http-${link}`,
    make: () => tinyHttpOn(link),
  })),
  { name: 'http-ipv6', make: tinyHttpOverIpv6 },
  { name: 'http-big-endian-nanoseconds', make: bigEndianNanosecondPcap },
  { name: 'http-snaplen-60', make: () => snaplenCut(60) },
  { name: 'http-cut-in-the-middle', make: cutInTheMiddle },
  { name: 'two-interfaces-pcapng', make: twoInterfaces },
  { name: 'office', make: () => benignCapture(4).bytes },
  { name: 'single-frames', make: singleFrames },
];
