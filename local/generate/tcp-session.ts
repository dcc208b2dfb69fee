// generate: one TCP connection as a tap between both ends sees it, from handshake to close (RFC 9293, RFC 5681).
import type { Host } from './host.ts';
import type { TimedPacket } from './packet.ts';
import type { Random } from './random.ts';
import { createTcpEnds, type Side, type TcpEnds } from './tcp-ends.ts';
import { microseconds, milliseconds, seconds } from './time.ts';

export type { Side } from './tcp-ends.ts';

/** One step of the conversation above TCP; `waitNs` is the time its sender takes before it. */
export type Turn =
  | { readonly kind: 'data'; readonly from: Side; readonly bytes: Uint8Array; readonly waitNs: number }
  | { readonly kind: 'close'; readonly from: Side; readonly how: Closing; readonly waitNs: number };

/** `half`: the other end acknowledges the FIN and stays open. `fin-rst`: it answers the FIN with a reset. */
export type Closing = 'fin' | 'half' | 'fin-rst' | 'rst';

export interface TcpPlan {
  readonly client: Host;
  readonly server: Host;
  readonly clientPort: number;
  readonly serverPort: number;
  readonly startNs: number;
  /** What the server's stack does with the SYN; `accept` where left out. */
  readonly answer?: 'accept' | 'refuse' | 'ignore';
  readonly turns: Iterable<Turn>;
  /** Share of turns whose last segment is lost behind the tap and sent again; 0 where left out. */
  readonly lossRate?: number;
  /** Speed of the sending end; 50 MB/s where left out. */
  readonly bytesPerSecond?: number;
}

const initialWindowSegments = 10;
const largestWindowSegments = 44;

export function* tcpSession(plan: TcpPlan, random: Random): Generator<TimedPacket> {
  const ends = createTcpEnds(plan.client, plan.server, plan.clientPort, plan.serverPort, random);
  const established = yield* handshake(ends, plan, random);
  if (established === undefined) return;
  const pace: Pace = {
    lossRate: plan.lossRate ?? 0,
    nsPerByte: 1e9 / (plan.bytesPerSecond ?? 50e6),
    random,
    atNs: established,
    lastFrom: 'client',
    windowSegments: { client: initialWindowSegments, server: initialWindowSegments },
  };
  for (const turn of plan.turns) {
    const reaction = turn.from === pace.lastFrom ? 0 : ends.host(turn.from).roundTripNs;
    const atNs = Math.max(pace.atNs + reaction + turn.waitNs, ends.lastSentNs(turn.from) + microseconds(1));
    ends.settle(turn.from, atNs);
    ends.settle(opposite(turn.from), atNs);
    yield* ends.flush(atNs);
    pace.lastFrom = turn.from;
    if (turn.kind === 'data') yield* sendData(ends, pace, turn.from, turn.bytes, atNs);
    else yield* close(ends, pace, turn.from, turn.how, atNs);
  }
  ends.settle('client', Number.POSITIVE_INFINITY);
  ends.settle('server', Number.POSITIVE_INFINITY);
  yield* ends.flush(Number.POSITIVE_INFINITY);
}

interface Pace {
  readonly lossRate: number;
  readonly nsPerByte: number;
  readonly random: Random;
  atNs: number;
  lastFrom: Side;
  readonly windowSegments: Record<Side, number>;
}

function opposite(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}

/** The time of the handshake's last ACK, or `undefined` where no connection came of it. */
function* handshake(ends: TcpEnds, plan: TcpPlan, random: Random): Generator<TimedPacket, number | undefined> {
  const answer = plan.answer ?? 'accept';
  let atNs = plan.startNs;
  ends.sendSyn(atNs, true);
  const repeats = answer === 'ignore' ? random.integer(1, 4) : random.chance(plan.lossRate ?? 0) ? 1 : 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    atNs += seconds(2 ** repeat) + microseconds(random.integer(0, 8000));
    ends.sendSyn(atNs, false);
  }
  yield* ends.flush(atNs);
  if (answer === 'ignore') return undefined;
  atNs += plan.server.roundTripNs;
  if (answer === 'refuse') {
    ends.sendRefusal(atNs);
    yield* ends.flush(atNs);
    return undefined;
  }
  ends.sendSynAck(atNs);
  atNs += plan.client.roundTripNs;
  ends.acknowledge('client', atNs);
  yield* ends.flush(atNs);
  return atNs;
}

/** Segments in congestion-window bursts; the other end acknowledges every second one. */
function* sendData(ends: TcpEnds, pace: Pace, from: Side, data: Uint8Array, startNs: number): Generator<TimedPacket> {
  const to = opposite(from);
  const size = ends.segmentBytes;
  const fullRoundTrip = ends.host('client').roundTripNs + ends.host('server').roundTripNs;
  const ceiling = Math.max(2, Math.min(largestWindowSegments, Math.floor(ends.windowBytes(to) / size)));
  let atNs = startNs;
  let burst = 0;
  for (let offset = 0; offset < data.length; offset += size) {
    const payload = data.subarray(offset, offset + size);
    if (burst >= Math.min(pace.windowSegments[from], ceiling)) {
      burst = 0;
      pace.windowSegments[from] = Math.min(largestWindowSegments, pace.windowSegments[from] * 2);
      atNs += fullRoundTrip;
    }
    const isLast = offset + size >= data.length;
    ends.sendData(from, atNs, payload, isLast);
    if (isLast && pace.random.chance(pace.lossRate)) {
      atNs += Math.max(milliseconds(200), 2 * fullRoundTrip);
      ends.repeatData(from, atNs, payload, isLast);
    }
    ends.deliver(to, atNs);
    yield* ends.flush(atNs);
    burst++;
    if (!isLast)
      atNs += Math.max(microseconds(2), payload.length * pace.nsPerByte * (0.8 + 0.4 * pace.random.uniform()));
  }
  pace.atNs = atNs;
}

function* close(ends: TcpEnds, pace: Pace, from: Side, how: Closing, startNs: number): Generator<TimedPacket> {
  const to = opposite(from);
  let atNs = startNs;
  pace.atNs = atNs;
  if (how === 'rst') {
    ends.sendReset(from, atNs);
    yield* ends.flush(atNs);
    return;
  }
  ends.sendFin(from, atNs);
  atNs = Math.max(atNs + ends.host(to).roundTripNs, ends.lastSentNs(to) + microseconds(1));
  if (how === 'fin-rst') {
    ends.sendReset(to, atNs);
  } else if (how === 'half') {
    ends.acknowledge(to, atNs);
  } else {
    if (pace.random.chance(0.4)) {
      ends.acknowledge(to, atNs);
      atNs += milliseconds(pace.random.around(1.5, 1.5));
    }
    ends.sendFin(to, atNs);
    atNs += ends.host(from).roundTripNs;
    ends.acknowledge(from, Math.max(atNs, ends.lastSentNs(from) + microseconds(1)));
  }
  pace.lastFrom = to;
  pace.atNs = atNs;
  yield* ends.flush(Number.POSITIVE_INFINITY);
}
