// support: small captures made of steps, each one packet between a few hosts, for tests of flows and chunks.

import fc from 'fast-check';
import { encodePcap } from '../../local/generate/file/pcap.ts';
import type { CaptureRecord } from '../../local/generate/file/record.ts';
import { icmpFrame, tcpFrame, udpFrame } from '../../local/generate/frame.ts';
import { SAID_PACKETS } from './said-packets.ts';

const START_SECONDS = 1_700_000_000;
const IPV4_FRAGMENT = 20;

export interface Step {
  /** Milliseconds after the step before; may be negative. */
  readonly afterMs: number;
  readonly kind: 'tcp' | 'udp' | 'icmp' | 'unreachable' | 'fragmented' | 'fragment' | 'junk';
  readonly from: number;
  readonly to: number;
  readonly port: number;
  readonly flags: readonly ('fin' | 'syn' | 'rst' | 'psh' | 'ack')[];
  readonly sequence: number;
  readonly payloadLength: number;
  /** One of SAID_PACKETS as its payload, where it has any. */
  readonly said?: number | undefined;
}

const HOSTS = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '2001:db8::1', '2001:db8::2'] as const;
const PORTS = [80, 443, 50_000, 50_001] as const;
const STRIDES_MS = [
  0, 1, 40, 900, 1000, 1100, 6000, 30_000, 60_000, 61_000, 121_000, -700, 7_200_000, -7_200_000, -4_000_000, 4_000_000,
  86_400_000,
] as const;
const FLAGS = [['syn'], ['syn', 'ack'], ['ack'], ['psh', 'ack'], ['fin', 'ack'], ['rst'], ['rst', 'ack']] as const;

/** Sequences that are dense in what matters: few hosts, few ports, every flag, every timeout. Short ones, unless `max`. */
export function arbitrarySteps(maxLength: number, size?: 'max'): fc.Arbitrary<readonly Step[]> {
  const step = fc.record({
    afterMs: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...STRIDES_MS.slice(0, 6)) },
      { weight: 3, arbitrary: fc.constantFrom(...STRIDES_MS) },
    ),
    kind: fc.oneof(
      { weight: 12, arbitrary: fc.constant('tcp' as const) },
      { weight: 3, arbitrary: fc.constantFrom('udp' as const, 'icmp' as const) },
      {
        weight: 2,
        arbitrary: fc.constantFrom('unreachable' as const, 'fragmented' as const, 'fragment' as const, 'junk' as const),
      },
    ),
    from: fc.integer({ min: 0, max: 2 }),
    to: fc.integer({ min: 0, max: 2 }),
    port: fc.integer({ min: 0, max: 3 }),
    flags: fc.constantFrom(...FLAGS),
    sequence: fc.constantFrom(1000, 1001, 1500, 2 ** 32 - 2),
    payloadLength: fc.constantFrom(0, 0, 1, 30, 500),
    said: fc.option(fc.nat(SAID_PACKETS.length - 1), { nil: undefined, freq: 2 }),
  });
  return fc.array(step, { minLength: 1, maxLength, ...(size !== undefined && { size }) });
}

/** The steps' records. */
export function recordsOf(steps: readonly Step[]): readonly CaptureRecord[] {
  let timeMs = 0;
  return steps.map((step) => {
    timeMs += step.afterMs;
    const timestampNs = BigInt(START_SECONDS) * 1_000_000_000n + BigInt(timeMs) * 1_000_000n;
    return { timestampNs, bytes: frameOf(step) };
  });
}

/** A pcap (nanoseconds) of the steps; frames are cut to `snaplen`. */
export function captureOf(steps: readonly Step[], snaplen = 262_144): Uint8Array {
  return Buffer.concat([...encodePcap(recordsOf(steps), { linktype: 1, resolution: 'nanoseconds', snaplen })]);
}

function frameOf(step: Step): Uint8Array {
  const isV6 = step.kind === 'udp' && step.port === 3;
  const source = HOSTS[isV6 ? 3 + (step.from % 2) : step.from] ?? HOSTS[0];
  const destination = HOSTS[isV6 ? 3 + (step.to % 2) : step.to] ?? HOSTS[0];
  const ports =
    step.from < step.to
      ? { sourcePort: PORTS[2 + (step.port & 1)] ?? 0, destinationPort: PORTS[step.port >> 1] ?? 0 }
      : { sourcePort: PORTS[step.port >> 1] ?? 0, destinationPort: PORTS[2 + (step.port & 1)] ?? 0 };
  const common = { source, destination, ttl: 60 + step.port };
  const said = step.said !== undefined && step.payloadLength > 0 ? SAID_PACKETS[step.said] : undefined;
  const payload = said ?? Uint8Array.from({ length: step.payloadLength }, (_, i) => i + step.sequence);
  switch (step.kind) {
    case 'tcp':
      return tcpFrame({ ...common, ...ports, flags: step.flags, sequence: step.sequence, payload });
    case 'udp':
      return step.port === 2
        ? inGre(udpFrame({ ...common, ...ports, payload }), step.from < step.to)
        : udpFrame({ ...common, ...ports, payload });
    case 'icmp':
      return icmpFrame({ ...common, type: [8, 0, 13, 4][step.port] ?? 8, code: 0, body: payload });
    case 'unreachable':
      return icmpFrame({ ...common, type: 3, code: 3, body: quote({ ...common, ...ports }) });
    case 'fragmented':
      return fragment(udpFrame({ ...common, ...ports, payload, identification: step.port }), 0x2000);
    case 'fragment':
      return fragment(udpFrame({ ...common, ...ports, payload, identification: step.port }), 0x0003);
    case 'junk':
      return Uint8Array.from([...new Uint8Array(12), 0x08, 0x00, 0x99, step.port]);
  }
}

/** The packet that was refused: the way back of this one. */
function quote(fields: {
  source: string;
  destination: string;
  sourcePort: number;
  destinationPort: number;
}): Uint8Array {
  const frame = tcpFrame({
    source: fields.destination,
    destination: fields.source,
    sourcePort: fields.destinationPort,
    destinationPort: fields.sourcePort,
  });
  return frame.slice(14, 14 + 28);
}

/** The IPv4 packet of a frame inside GRE between two routers; the frame is all it has. */
function inGre(frame: Uint8Array, isForward: boolean): Uint8Array {
  const [source, destination] = isForward ? ['192.0.2.1', '192.0.2.2'] : ['192.0.2.2', '192.0.2.1'];
  const outer = udpFrame({ source, destination, sourcePort: 0, destinationPort: 0, payload: new Uint8Array(0) });
  const header = outer.slice(0, 14 + 20);
  const length = 20 + 4 + frame.length - 14;
  header.set([length >> 8, length & 0xff], 14 + 2);
  header[14 + 9] = 47;
  return Uint8Array.from(Buffer.concat([header, Uint8Array.of(0, 0, 0x08, 0x00), frame.subarray(14)]));
}

/** Sets an IPv4 frame's flags and fragment offset. */
function fragment(frame: Uint8Array, value: number): Uint8Array {
  const bytes = frame.slice();
  bytes[IPV4_FRAGMENT] = value >> 8;
  bytes[IPV4_FRAGMENT + 1] = value & 0xff;
  return bytes;
}
