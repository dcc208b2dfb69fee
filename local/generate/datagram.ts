// generate: datagrams of any two hosts in either direction, in fragments where they are too long for a frame (RFC 791 §3.2).
import { openIpPacket, protocols } from './bytes/ip.ts';
import { encodeUdpPacket } from './bytes/udp.ts';
import type { TrafficContext } from './context.ts';
import { type Host, ipFields } from './host.ts';
import type { Pace } from './pace.ts';
import { type Session, type TimedPacket, timedIp } from './packet.ts';
import type { Random } from './random.ts';
import type { Side } from './tcp-ends.ts';

const frameBytes = 1500;

export interface UdpPath {
  readonly client: Host;
  readonly server: Host;
  readonly clientPort: number;
  readonly serverPort: number;
}

export interface Datagram {
  readonly from: Side;
  readonly bytes: Uint8Array;
  /** What its sender takes before it. */
  readonly waitNs: number;
}

export interface UdpTalk extends UdpPath {
  readonly datagrams: Iterable<Datagram>;
}

export function* sendDatagram(
  path: UdpPath,
  from: Side,
  atNs: number,
  payload: Uint8Array,
  random: Random,
  opensFlow: boolean,
): Generator<TimedPacket> {
  const { client, server, clientPort, serverPort } = path;
  const [sender, receiver] = from === 'client' ? [client, server] : [server, client];
  const [sourcePort, destinationPort] = from === 'client' ? [clientPort, serverPort] : [serverPort, clientPort];
  const ip = ipFields(sender, receiver, random.integer(0, 0xffff));
  // No fragments of IPv6 here: its senders keep to what fits.
  const fitting = sender.address.length === 4 ? payload : payload.subarray(0, frameBytes - 48);
  const whole = encodeUdpPacket(ip, { sourcePort, destinationPort }, fitting);
  yield* inFragments(whole, sender, receiver, atNs, protocols.udp, opensFlow);
}

/** An IPv4 packet as it fits through Ethernet; one that fits, or that is IPv6, stays whole. */
export function* inFragments(
  whole: Uint8Array,
  sender: Host,
  receiver: Host,
  atNs: number,
  protocol: number,
  opensFlow: boolean,
): Generator<TimedPacket> {
  if (whole.length <= frameBytes || sender.address.length !== 4) {
    yield timedIp(atNs, sender, receiver, whole, opensFlow);
    return;
  }
  const identification = ((whole[4] ?? 0) << 8) | (whole[5] ?? 0);
  const ip = { ...ipFields(sender, receiver, identification), identification };
  const body = whole.subarray(20);
  const step = frameBytes - 20;
  for (let offset = 0; offset < body.length; offset += step) {
    const part = body.subarray(offset, offset + step);
    const more = offset + step < body.length;
    const { bytes, at } = openIpPacket({ ...ip, fragment: { offset, more } }, protocol, part.length);
    bytes.set(part, at);
    yield timedIp(atNs + (offset / step) * 12_000, sender, receiver, bytes, opensFlow && offset === 0);
  }
}

export function* udpTalk(talk: UdpTalk, startNs: number, random: Random, opensFlow = true): Generator<TimedPacket> {
  let atNs = startNs;
  let last: Side | undefined;
  for (const { from, bytes, waitNs } of talk.datagrams) {
    const turns = last !== undefined && last !== from;
    atNs += waitNs + (turns ? talk[from].roundTripNs : 0);
    yield* sendDatagram(talk, from, atNs, bytes, random, opensFlow && last === undefined);
    last = from;
  }
}

/** A row of talks at a pace, as `tcpSeries` makes connections; a five-tuple that comes again opens no new flow. */
export function* udpSeries(
  context: TrafficContext,
  count: number,
  gapNs: Pace,
  make: (number: number, random: Random) => UdpTalk,
): Generator<Session> {
  const seen = new Set<string>();
  let startNs = context.startNs;
  for (let number = 0; number < count; number++) {
    if (number > 0) startNs += Math.max(1000, Math.round(gapNs(number)));
    const chance = context.random.fork(`talk ${number}`);
    const talk = make(number, chance);
    const key = [talk.client.address, talk.clientPort, talk.server.address, talk.serverPort].join();
    const opensFlow = !seen.has(key);
    seen.add(key);
    const openedNs = startNs;
    yield { startNs: openedNs, packets: () => udpTalk(talk, openedNs, chance, opensFlow) };
  }
}
