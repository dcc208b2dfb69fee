// chunk: split's part of the ledger, counted record by record.

import { linktypeName } from '../capture/linktypes.ts';
import type { RecordBatch } from '../capture/record-batch.ts';
import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { DECODE_REASONS, type Packet } from '../decode/packet.ts';
import { PACKET_REMARKS } from '../decode/remarks.ts';
import type { Counts } from '../dump/ledger.ts';
import type { Instant, SplitTotals } from './split-output.ts';

const LINKTYPE_UNSUPPORTED = DECODE_REASONS.indexOf('linktype-unsupported');

export class SplitTally {
  #records = 0;
  readonly #byReason = new Float64Array(DECODE_REASONS.length);
  /** Packets that are decoded, but what they carry is not: by the reason of that. */
  readonly #byTunnel = new Float64Array(DECODE_REASONS.length);
  readonly #byRemark = new Float64Array(PACKET_REMARKS.length);
  /** Records earlier than one before them in their capture, whose latest time this is. */
  #misordered = 0;
  #latestSeconds = Number.NEGATIVE_INFINITY;
  #latestNanoseconds = 0;
  readonly #unsupported = new Map<number, number>();
  #firstSeconds = Number.POSITIVE_INFINITY;
  #firstNanoseconds = 0;
  #lastSeconds = Number.NEGATIVE_INFINITY;
  #lastNanoseconds = 0;

  add(batch: RecordBatch, i: number, { reason, tunnelUndecoded, remarks }: Packet, linktype: number): void {
    this.#records++;
    if (tunnelUndecoded !== 0) this.#byTunnel[tunnelUndecoded] = (this.#byTunnel[tunnelUndecoded] ?? 0) + 1;
    if (remarks !== 0) this.#countRemarks(remarks);
    this.#byReason[reason] = (this.#byReason[reason] ?? 0) + 1;
    if (reason === LINKTYPE_UNSUPPORTED) this.#unsupported.set(linktype, (this.#unsupported.get(linktype) ?? 0) + 1);
    const seconds = batch.seconds[i] ?? 0;
    const nanoseconds = batch.nanoseconds[i] ?? 0;
    this.#countOrder(seconds, nanoseconds);
    if (seconds < this.#firstSeconds || (seconds === this.#firstSeconds && nanoseconds < this.#firstNanoseconds)) {
      this.#firstSeconds = seconds;
      this.#firstNanoseconds = nanoseconds;
    }
    if (seconds > this.#lastSeconds || (seconds === this.#lastSeconds && nanoseconds > this.#lastNanoseconds)) {
      this.#lastSeconds = seconds;
      this.#lastNanoseconds = nanoseconds;
    }
  }

  /** The next capture's records are in an order of their own. */
  beginMember(): void {
    this.#latestSeconds = Number.NEGATIVE_INFINITY;
    this.#latestNanoseconds = 0;
  }

  #countRemarks(remarks: number): void {
    for (let bit = 0; bit < PACKET_REMARKS.length; bit++) {
      if ((remarks & (1 << bit)) !== 0) this.#byRemark[bit] = (this.#byRemark[bit] ?? 0) + 1;
    }
  }

  #countOrder(seconds: number, nanoseconds: number): void {
    const isLater =
      seconds > this.#latestSeconds || (seconds === this.#latestSeconds && nanoseconds >= this.#latestNanoseconds);
    if (!isLater) {
      this.#misordered++;
      return;
    }
    this.#latestSeconds = seconds;
    this.#latestNanoseconds = nanoseconds;
  }

  /** What was odd and could be used: of packets, of tunnels that were not followed to their end, of the records' order. */
  warnings(): Counts {
    const counts = [
      ...PACKET_REMARKS.map((name, bit) => [name, this.#byRemark[bit] ?? 0] as const),
      ...DECODE_REASONS.map((name, reason) => [`tunnel-not-followed:${name}`, this.#byTunnel[reason] ?? 0] as const),
      ['timestamp-mis-ordered', this.#misordered] as const,
    ];
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }

  totals(rest: Pick<SplitTotals, 'bytes' | 'chunks' | 'flows' | 'warnings' | 'gaps' | 'linktypes'>): SplitTotals {
    const undecodable: Record<string, number> = {};
    for (const [reason, name] of DECODE_REASONS.entries()) {
      const count = this.#byReason[reason] ?? 0;
      if (reason > 0 && reason !== LINKTYPE_UNSUPPORTED && count > 0) undecodable[name] = count;
    }
    for (const [linktype, count] of this.#unsupported) {
      undecodable[`${DECODE_REASONS[LINKTYPE_UNSUPPORTED]}:${linktypeName(linktype)}`] = count;
    }
    return {
      kind: 'totals',
      ...rest,
      records: this.#records,
      packets: this.#byReason[0] ?? 0,
      undecodable,
      ...(this.#records === 0 ? {} : { firstSeen: this.#first(), lastSeen: this.#last() }),
    };
  }

  #first(): Instant {
    return { seconds: this.#firstSeconds, nanoseconds: this.#firstNanoseconds };
  }

  #last(): Instant {
    return { seconds: this.#lastSeconds, nanoseconds: this.#lastNanoseconds };
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    this.#records = await state.number(this.#records);
    await state.contents(this.#byReason);
    await state.contents(this.#byTunnel);
    await state.contents(this.#byRemark);
    this.#misordered = await state.number(this.#misordered);
    this.#latestSeconds = await state.number(this.#latestSeconds);
    this.#latestNanoseconds = await state.number(this.#latestNanoseconds);
    const unsupported = await state.json([...this.#unsupported]);
    for (const [linktype, count] of unsupported) this.#unsupported.set(linktype, count);
    this.#firstSeconds = await state.number(this.#firstSeconds);
    this.#firstNanoseconds = await state.number(this.#firstNanoseconds);
    this.#lastSeconds = await state.number(this.#lastSeconds);
    this.#lastNanoseconds = await state.number(this.#lastNanoseconds);
  }
}
