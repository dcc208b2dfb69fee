// flow: the figures of one host window, out of the log entries of the flows looked at.

import { DENIED, ENTRY_FLOATS, ENTRY_INTEGERS, ENTRY_TIMES, type FlowLog } from './flow-log.ts';
import { SILENT_SECONDS, WINDOW_FLOWS } from './limits.ts';
import { SmallSet } from './small-set.ts';

const NANOSECONDS = 1e9;
const SILENT = SILENT_SECONDS * NANOSECONDS;
const PROTOCOL_ICMP = 1;
const PROTOCOL_UDP = 17;
const PROTOCOL_ICMPV6 = 58;
/** Shorter windows count as this long where a rate is asked for. */
const MIN_RATE_SECONDS = 0.001;
const DISTINCT_SLOTS = 256;
const PORTS = 65_536;
const PORT_MASK = 0xffff;
const PROTOCOL_MASK = 0xff;

/** Outcomes of a flow: a byte each, which no sum over WINDOW_FLOWS overflows. */
export const ANSWERED = 1;
export const REFUSED = 1 << 8;
export const ESTABLISHED = 1 << 16;
export const HALF_OPEN = 1 << 24;
const BYTE = 0xff;

/** Values that `write` writes: the fields of flow-fields' WINDOW, in their order. */
export const WINDOW_VALUES = 25;

/** Reused for every window: fill `places` (latest start first) up to `count`, then `write`. */
export class WindowFigures {
  count = 0;
  /** Where the flows looked at lie in the log. */
  readonly places = new Int32Array(WINDOW_FLOWS);
  readonly #peers = new SmallSet(DISTINCT_SLOTS);
  readonly #ports = new SmallSet(DISTINCT_SLOTS);
  readonly #services = new SmallSet(DISTINCT_SLOTS);

  /**
   * `own` is the place of the flow whose window it is, `peerAt` the entry's serial of the other host, `now` the clock at
   * the flow's last packet. All flows of a window are of one host, so that who they are with tells them apart.
   */
  write(log: FlowLog, own: number, peerAt: number, now: number, into: Float64Array, at: number): void {
    this.#writeParties(log.integers, own * 16, peerAt, into, at);
    this.#writeOutcomes(log, now, into, at);
    this.#writePace(log.times, now, into, at);
    into[at] = this.count;
  }

  /** Who the flows are with. */
  #writeParties(integers: Int32Array, own: number, peerAt: number, into: Float64Array, at: number): void {
    const { count, places } = this;
    const peers = this.#peers;
    const ports = this.#ports;
    const services = this.#services;
    peers.clear();
    ports.clear();
    services.clear();
    const ownPeer = integer(integers, own + peerAt);
    const ownPort = integer(integers, own + ENTRY_INTEGERS.service) & PORT_MASK;
    let pairPorts = 0;
    let samePort = 0;
    let samePair = 0;
    let samePairPort = 0;
    let udp = 0;
    let icmp = 0;
    let denied = 0;
    for (let k = 0; k < count; k++) {
      const entry = integer(places, k) * 16;
      const service = integer(integers, entry + ENTRY_INTEGERS.service);
      const peer = integer(integers, entry + peerAt);
      const port = service & PORT_MASK;
      const protocol = (service >>> 16) & PROTOCOL_MASK;
      if ((service & DENIED) !== 0) denied++;
      // A peer or a port that is new makes a service that is new: most flows end here.
      if (services.add(peer * PORTS + port, Math.imul(peer, 0x85eb_ca6b) ^ port)) {
        peers.add(peer, peer);
        ports.add(port, port);
        if (peer === ownPeer) pairPorts++;
      }
      if (port === ownPort) samePort++;
      if (peer === ownPeer) {
        samePair++;
        if (port === ownPort) samePairPort++;
      }
      if (protocol === PROTOCOL_UDP) udp++;
      else if (protocol === PROTOCOL_ICMP || protocol === PROTOCOL_ICMPV6) icmp++;
    }
    into[at + 2] = peers.size;
    into[at + 3] = ports.size;
    into[at + 4] = services.size;
    into[at + 5] = samePort / count;
    into[at + 6] = samePair;
    into[at + 7] = samePairPort;
    into[at + 8] = pairPorts;
    into[at + 19] = udp / count;
    into[at + 20] = icmp / count;
    into[at + 24] = denied / count;
  }

  /** What became of them. */
  #writeOutcomes({ integers, times, floats }: FlowLog, now: number, into: Float64Array, at: number): void {
    const { count, places } = this;
    let outcomes = 0;
    let open = 0;
    let openIdle = 0;
    let sourceBytes = 0;
    let destinationBytes = 0;
    let packets = 0;
    for (let k = 0; k < count; k++) {
      const place = integer(places, k);
      outcomes += integer(integers, place * 16 + ENTRY_INTEGERS.outcome);
      if (number(times, place * 8 + ENTRY_TIMES.end) > now) {
        open++;
        if (now - number(times, place * 8 + ENTRY_TIMES.last) > SILENT) openIdle++;
      }
      sourceBytes += float(floats, place * 16 + ENTRY_FLOATS.sourceBytes);
      destinationBytes += float(floats, place * 16 + ENTRY_FLOATS.destinationBytes);
      packets += float(floats, place * 16 + ENTRY_FLOATS.packets);
    }
    into[at + 9] = (count - (outcomes & BYTE)) / count;
    into[at + 10] = ((outcomes >> 8) & BYTE) / count;
    into[at + 11] = ((outcomes >> 16) & BYTE) / count;
    into[at + 12] = (outcomes >> 24) / count;
    into[at + 13] = open;
    into[at + 14] = openIdle;
    into[at + 16] = sourceBytes / count;
    into[at + 17] = destinationBytes / count;
    into[at + 18] = packets / count;
    this.#writeVariations(floats, sourceBytes / count, destinationBytes / count, into, at);
  }

  #writeVariations(floats: Float32Array, sourceMean: number, destinationMean: number, into: Float64Array, at: number) {
    into[at + 22] = 0;
    into[at + 23] = 0;
    if (sourceMean + destinationMean === 0) return;
    const { count, places } = this;
    let sourceSquares = 0;
    let destinationSquares = 0;
    for (let k = 0; k < count; k++) {
      const entry = integer(places, k) * 16;
      const sourceDifference = float(floats, entry + ENTRY_FLOATS.sourceBytes) - sourceMean;
      const destinationDifference = float(floats, entry + ENTRY_FLOATS.destinationBytes) - destinationMean;
      sourceSquares += sourceDifference * sourceDifference;
      destinationSquares += destinationDifference * destinationDifference;
    }
    if (sourceMean > 0) into[at + 22] = Math.sqrt(sourceSquares / count) / sourceMean;
    if (destinationMean > 0) into[at + 23] = Math.sqrt(destinationSquares / count) / destinationMean;
  }

  /** How fast they came, and how regularly. */
  #writePace(times: Float64Array, now: number, into: Float64Array, at: number): void {
    const { count, places } = this;
    const latest = number(times, integer(places, 0) * 8 + ENTRY_TIMES.start);
    const oldest = number(times, integer(places, count - 1) * 8 + ENTRY_TIMES.start);
    const seconds = (now - oldest) / NANOSECONDS;
    into[at + 1] = seconds;
    into[at + 15] = (count - 1) / Math.max(seconds, MIN_RATE_SECONDS);
    const gaps = count - 1;
    const mean = (latest - oldest) / gaps;
    into[at + 21] = 0;
    if (gaps < 2 || mean <= 0) return;
    let squares = 0;
    let later = latest;
    for (let k = 1; k < count; k++) {
      const start = number(times, integer(places, k) * 8 + ENTRY_TIMES.start);
      const difference = later - start - mean;
      squares += difference * difference;
      later = start;
    }
    into[at + 21] = Math.sqrt(squares / gaps) / mean;
  }
}

/** The callers keep `i` within the arrays; so the casts from `number | undefined` hold. */
function integer(array: Int32Array, i: number): number {
  return array[i] as number;
}

function number(array: Float64Array, i: number): number {
  return array[i] as number;
}

function float(array: Float32Array, i: number): number {
  return array[i] as number;
}
