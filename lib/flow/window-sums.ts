// flow: the figures of one host window, summed up over the flows looked at.

import { isIcmp } from './icmp-counterpart.ts';
import { SILENT_SECONDS } from './limits.ts';
import { SmallSet } from './small-set.ts';

const NANOSECONDS = 1e9;
const PROTOCOL_UDP = 17;
const PORTS = 65_536;
/** Shorter windows count as this long where a rate is asked for. */
const MIN_RATE_SECONDS = 0.001;
const DISTINCT_SLOTS = 256;

/** Bits of a flow's outcome. */
export const ANSWERED = 1;
export const REFUSED = 2;
export const ESTABLISHED = 4;
export const HALF_OPEN = 8;

/** Values that `write` writes: the fields of flow-fields' WINDOW, in their order. */
export const WINDOW_VALUES = 23;

/** The flow whose window it is. */
export interface WindowOwner {
  readonly ofDestination: boolean;
  readonly sourceSerial: number;
  readonly destinationSerial: number;
  readonly port: number;
  /** The clock at its last packet. */
  readonly last: number;
}

/** Reused for every window: `begin`, `add` each flow from the latest to the oldest start, `write`. */
export class WindowSums {
  flows = 0;
  readonly #peers = new SmallSet(DISTINCT_SLOTS);
  readonly #ports = new SmallSet(DISTINCT_SLOTS);
  readonly #services = new SmallSet(DISTINCT_SLOTS);
  readonly #pairPorts = new SmallSet(DISTINCT_SLOTS);
  #ofDestination = false;
  #sourceSerial = 0;
  #destinationSerial = 0;
  #port = 0;
  #last = 0;
  #oldestStart = 0;
  #samePort = 0;
  #samePair = 0;
  #samePairPort = 0;
  #answered = 0;
  #refused = 0;
  #established = 0;
  #halfOpen = 0;
  #open = 0;
  #openIdle = 0;
  #destinationBytes = 0;
  #packets = 0;
  #udp = 0;
  #icmp = 0;
  #startGapMean = 0;
  #startGapSquares = 0;
  #sourceBytesMean = 0;
  #sourceBytesSquares = 0;

  begin(owner: WindowOwner): void {
    this.flows = 0;
    this.#peers.clear();
    this.#ports.clear();
    this.#services.clear();
    this.#pairPorts.clear();
    this.#ofDestination = owner.ofDestination;
    this.#sourceSerial = owner.sourceSerial;
    this.#destinationSerial = owner.destinationSerial;
    this.#port = owner.port;
    this.#last = owner.last;
    this.#samePort = 0;
    this.#samePair = 0;
    this.#samePairPort = 0;
    this.#answered = 0;
    this.#refused = 0;
    this.#established = 0;
    this.#halfOpen = 0;
    this.#open = 0;
    this.#openIdle = 0;
    this.#destinationBytes = 0;
    this.#packets = 0;
    this.#udp = 0;
    this.#icmp = 0;
    this.#startGapMean = 0;
    this.#startGapSquares = 0;
    this.#sourceBytesMean = 0;
    this.#sourceBytesSquares = 0;
  }

  /** Who the flow is with, and when it began. */
  addFlow(start: number, sourceSerial: number, destinationSerial: number, protocol: number, port: number): void {
    this.flows++;
    this.#addStart(start);
    const peer = this.#ofDestination ? sourceSerial : destinationSerial;
    this.#peers.add(peer);
    this.#ports.add(port);
    this.#services.add(peer * PORTS + port);
    if (port === this.#port) this.#samePort++;
    if (sourceSerial === this.#sourceSerial && destinationSerial === this.#destinationSerial) {
      this.#samePair++;
      this.#pairPorts.add(port);
      if (port === this.#port) this.#samePairPort++;
    }
    if (protocol === PROTOCOL_UDP) this.#udp++;
    else if (isIcmp(protocol)) this.#icmp++;
  }

  /** What became of the same flow; `end` is Infinity while it is open. */
  addOutcome(
    outcome: number,
    last: number,
    end: number,
    sourceBytes: number,
    destinationBytes: number,
    packets: number,
  ): void {
    if ((outcome & ANSWERED) !== 0) this.#answered++;
    if ((outcome & REFUSED) !== 0) this.#refused++;
    if ((outcome & ESTABLISHED) !== 0) this.#established++;
    if ((outcome & HALF_OPEN) !== 0) this.#halfOpen++;
    if (end > this.#last) {
      this.#open++;
      if (this.#last - last > SILENT_SECONDS * NANOSECONDS) this.#openIdle++;
    }
    this.#destinationBytes += destinationBytes;
    this.#packets += packets;
    const delta = sourceBytes - this.#sourceBytesMean;
    this.#sourceBytesMean += delta / this.flows;
    this.#sourceBytesSquares += delta * (sourceBytes - this.#sourceBytesMean);
  }

  write(into: Float64Array, at: number): void {
    const { flows } = this;
    const seconds = (this.#last - this.#oldestStart) / NANOSECONDS;
    into[at] = flows;
    into[at + 1] = seconds;
    into[at + 2] = this.#peers.size;
    into[at + 3] = this.#ports.size;
    into[at + 4] = this.#services.size;
    into[at + 5] = this.#samePort / flows;
    into[at + 6] = this.#samePair;
    into[at + 7] = this.#samePairPort;
    into[at + 8] = this.#pairPorts.size;
    into[at + 9] = (flows - this.#answered) / flows;
    into[at + 10] = this.#refused / flows;
    into[at + 11] = this.#established / flows;
    into[at + 12] = this.#halfOpen / flows;
    into[at + 13] = this.#open;
    into[at + 14] = this.#openIdle;
    into[at + 15] = (flows - 1) / Math.max(seconds, MIN_RATE_SECONDS);
    into[at + 16] = this.#sourceBytesMean;
    into[at + 17] = this.#destinationBytes / flows;
    into[at + 18] = this.#packets / flows;
    into[at + 19] = this.#udp / flows;
    into[at + 20] = this.#icmp / flows;
    into[at + 21] = flows < 3 ? 0 : variation(this.#startGapMean, this.#startGapSquares / (flows - 1));
    into[at + 22] = variation(this.#sourceBytesMean, this.#sourceBytesSquares / flows);
  }

  #addStart(start: number): void {
    if (this.flows > 1) {
      const gap = this.#oldestStart - start;
      const delta = gap - this.#startGapMean;
      this.#startGapMean += delta / (this.flows - 1);
      this.#startGapSquares += delta * (gap - this.#startGapMean);
    }
    this.#oldestStart = start;
  }
}

/** Standard deviation by mean. */
function variation(mean: number, variance: number): number {
  return mean === 0 ? 0 : Math.sqrt(Math.max(variance, 0)) / mean;
}
