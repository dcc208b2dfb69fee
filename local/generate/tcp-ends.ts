// generate: the two ends of one TCP connection: sequence numbers, windows, timestamps, acknowledgements that are due.
import { encodeTcpPacket, tcpFlags } from './bytes/tcp.ts';
import { type Host, ipFields } from './host.ts';
import { type TimedPacket, timedIp } from './packet.ts';
import type { Random } from './random.ts';
import { encodeSynOptions, encodeTimestampOption, negotiate, type TcpStack, type TimestampPair } from './stack.ts';
import { microseconds, milliseconds } from './time.ts';

export type Side = 'client' | 'server';

interface End {
  readonly host: Host;
  readonly port: number;
  readonly windowBytes: number;
  readonly windowField: number;
  readonly timestampBase: number;
  /** Quick ends acknowledge at once, others wait for data to ride on. */
  readonly acknowledgeAfterNs: number;
  sequence: number;
  receiveNext: number;
  lastReceivedTimestamp: number;
  identification: number;
  lastSentNs: number;
  /** Since when, and for how many segments, an acknowledgement is due. */
  owedSinceNs: number;
  owedSegments: number;
}

export interface TcpEnds {
  readonly segmentBytes: number;
  readonly host: (side: Side) => Host;
  readonly windowBytes: (side: Side) => number;
  readonly lastSentNs: (side: Side) => number;
  readonly sendSyn: (atNs: number, opensFlow: boolean) => void;
  readonly sendSynAck: (atNs: number) => void;
  readonly sendRefusal: (atNs: number) => void;
  readonly sendData: (from: Side, atNs: number, payload: Uint8Array, push: boolean) => void;
  /** The segment just sent, once more. */
  readonly repeatData: (from: Side, atNs: number, payload: Uint8Array, push: boolean) => void;
  readonly sendFin: (from: Side, atNs: number) => void;
  readonly sendReset: (from: Side, atNs: number) => void;
  readonly acknowledge: (from: Side, atNs: number) => void;
  /** What was sent last reaches `to`: every second segment is acknowledged at once, a single one falls due. */
  readonly deliver: (to: Side, atNs: number) => void;
  /** Send the acknowledgement that falls due before `untilNs`; a later one rides on data. */
  readonly settle: (side: Side, untilNs: number) => void;
  /** Everything sent up to `untilNs`, in order of time. */
  readonly flush: (untilNs: number) => Generator<TimedPacket>;
}

const { ack, fin, psh, rst, syn } = tcpFlags;
const nothing = new Uint8Array(0);

export function createTcpEnds(
  client: Host,
  server: Host,
  clientPort: number,
  serverPort: number,
  random: Random,
): TcpEnds {
  const header = client.address.length === 4 ? 40 : 60;
  const mss = random.pick([1500, 1500, 1500, 1500, 1500, 1500, 1420, 1400]) - header;
  const agreed = negotiate(client.stack, server.stack, mss);
  const ends: Readonly<Record<Side, End>> = {
    client: createEnd(client, clientPort, client.stack.window, agreed.windowScale, random),
    server: createEnd(server, serverPort, server.stack.answerWindow, agreed.windowScale, random),
  };
  const queue: TimedPacket[] = [];

  const clock = (end: End, atNs: number): number => (end.timestampBase + Math.floor(atNs / 1e6)) >>> 0;
  const emit = (
    from: Side,
    atNs: number,
    flags: number,
    payload: Uint8Array,
    over: {
      readonly options?: Uint8Array;
      readonly window?: number;
      readonly sequence?: number;
      readonly opensFlow?: boolean;
    } = {},
  ): void => {
    const end = ends[from];
    const peer = ends[from === 'client' ? 'server' : 'client'];
    const time: TimestampPair = { value: clock(end, atNs), echo: end.lastReceivedTimestamp };
    const options = over.options ?? (agreed.timestamps && (flags & rst) === 0 ? encodeTimestampOption(time) : nothing);
    const fields = {
      sourcePort: end.port,
      destinationPort: peer.port,
      sequence: over.sequence ?? end.sequence,
      acknowledgement: (flags & ack) === 0 ? 0 : end.receiveNext,
      flags,
      window: over.window ?? end.windowField,
      options,
    };
    end.identification += from === 'client' || end.host.stack.name === 'linux' ? 1 : random.integer(1, 3);
    const bytes = encodeTcpPacket(ipFields(end.host, peer.host, end.identification), fields, payload);
    const sequenceUsed = payload.length + ((flags & (syn | fin)) === 0 ? 0 : 1);
    end.sequence = (fields.sequence + sequenceUsed) >>> 0;
    peer.receiveNext = end.sequence;
    if (sequenceUsed > 0) peer.lastReceivedTimestamp = time.value;
    end.lastSentNs = Math.max(end.lastSentNs, atNs);
    end.owedSegments = (flags & ack) === 0 ? end.owedSegments : 0;
    // Nobody acknowledges anything after a reset.
    if ((flags & rst) !== 0) peer.owedSegments = end.owedSegments = 0;
    insert(queue, timedIp(atNs, end.host, peer.host, bytes, over.opensFlow ?? false));
  };
  const synOptions = (stack: TcpStack, end: End, atNs: number, answered: TcpStack | undefined): Uint8Array =>
    encodeSynOptions(stack, mss, { value: clock(end, atNs), echo: end.lastReceivedTimestamp }, answered);

  const settle = (side: Side, untilNs: number): void => {
    const end = ends[side];
    if (end.owedSegments === 0) return;
    const dueNs = Math.max(end.owedSinceNs + end.acknowledgeAfterNs, end.lastSentNs + microseconds(1));
    if (dueNs < untilNs) emit(side, dueNs, ack, nothing);
  };

  return {
    segmentBytes: mss - (agreed.timestamps ? 12 : 0),
    host: (side) => ends[side].host,
    windowBytes: (side) => ends[side].windowBytes,
    lastSentNs: (side) => ends[side].lastSentNs,
    sendSyn: (atNs, opensFlow) => {
      const { stack } = client;
      const sequence = opensFlow ? ends.client.sequence : (ends.client.sequence - 1) >>> 0;
      const options = synOptions(stack, ends.client, atNs, undefined);
      emit('client', atNs, syn, nothing, { options, window: stack.window, sequence, opensFlow });
    },
    sendSynAck: (atNs) => {
      const { stack } = server;
      const options = synOptions(stack, ends.server, atNs, client.stack);
      emit('server', atNs, syn | ack, nothing, { options, window: stack.answerWindow });
    },
    sendRefusal: (atNs) => emit('server', atNs, rst | ack, nothing, { options: nothing, window: 0, sequence: 0 }),
    sendData: (from, atNs, payload, push) => emit(from, atNs, push ? ack | psh : ack, payload),
    repeatData: (from, atNs, payload, push) => {
      const sequence = (ends[from].sequence - payload.length) >>> 0;
      emit(from, atNs, push ? ack | psh : ack, payload, { sequence });
    },
    sendFin: (from, atNs) => emit(from, atNs, fin | ack, nothing),
    sendReset: (from, atNs) =>
      emit(from, atNs, random.chance(0.5) ? rst | ack : rst, nothing, { options: nothing, window: 0 }),
    acknowledge: (from, atNs) => emit(from, atNs, ack, nothing),
    deliver: (to, atNs) => {
      const end = ends[to];
      const arrivalNs = atNs + end.host.roundTripNs;
      if (end.owedSegments === 0) end.owedSinceNs = arrivalNs;
      end.owedSegments++;
      if (end.owedSegments >= 2) {
        emit(
          to,
          Math.max(arrivalNs + microseconds(random.integer(4, 50)), end.lastSentNs + microseconds(1)),
          ack,
          nothing,
        );
      }
    },
    settle,
    flush: function* (untilNs) {
      let count = 0;
      for (const packet of queue) {
        if (packet.atNs > untilNs) break;
        count++;
        yield packet;
      }
      queue.splice(0, count);
    },
  };
}

function createEnd(host: Host, port: number, window: number, scaled: boolean, random: Random): End {
  const scale = scaled ? host.stack.windowScale : 0;
  const windowBytes = scaled ? Math.max(window, 64_240) * random.pick([1, 1, 1, 2, 4]) : window;
  const quick = random.chance(0.7);
  return {
    host,
    port,
    windowBytes,
    windowField: Math.min(0xffff, Math.max(1, windowBytes >>> scale)),
    timestampBase: random.uint32(),
    acknowledgeAfterNs: quick ? microseconds(random.integer(5, 120)) : milliseconds(random.integer(38, 44)),
    sequence: random.uint32(),
    receiveNext: 0,
    lastReceivedTimestamp: 0,
    identification: random.integer(0, 0xffff),
    lastSentNs: 0,
    owedSinceNs: 0,
    owedSegments: 0,
  };
}

/** Insert by time, behind what has the same time: the queue is short and nearly sorted. */
function insert(queue: TimedPacket[], packet: TimedPacket): void {
  let at = queue.length;
  queue.push(packet);
  for (let before = queue[at - 1]; before !== undefined && before.atNs > packet.atNs; before = queue[at - 1]) {
    queue[at] = before;
    at--;
  }
  queue[at] = packet;
}
