// flow: which MAC address says it has which IPv4 address, as ARP tells (RFC 826): a dump's hosts, and who quarrels over an address.

import type { StateExchange } from '../checkpoint/state-exchange.ts';
import type { Packet } from '../decode/packet.ts';
import { MAX_ARP_ADDRESSES, MAX_ARP_CLAIMS } from './limits.ts';

const REQUEST = 1;
const REPLY = 2;

interface Moment {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** One MAC address that sent ARP under an IP address. */
export interface ArpClaim {
  /** First two and last four bytes. */
  readonly macHigh: number;
  readonly macLow: number;
  readonly requests: number;
  readonly replies: number;
  /** Record numbers and times of the first and the latest packet, in the dump's order. */
  readonly firstRecord: number;
  readonly lastRecord: number;
  readonly firstSeen: Moment;
  readonly lastSeen: Moment;
}

export interface ArpHost {
  /** IPv4 address as a number. */
  readonly address: number;
  /** In the order they were first seen; more than one: a change, a spare router, or somebody who lies. */
  readonly claims: readonly ArpClaim[];
}

/** Bounded: claims beyond the ceilings are counted, not kept. */
export class ArpHosts {
  /** ARP packets whose claim found no room. */
  overLimit = 0;
  readonly #hosts = new Map<number, readonly ArpClaim[]>();

  /** Takes in a record's ARP packet, if it is one with a sender: an address probe (RFC 5227) claims nothing yet. */
  learn(packet: Packet, record: number, seconds: number, nanoseconds: number): void {
    const { arpOperation: operation, arpSenderAddress: address } = packet;
    if ((operation !== REQUEST && operation !== REPLY) || address === 0) return;
    const claims = this.#hosts.get(address) ?? [];
    const at = claims.findIndex(
      ({ macHigh, macLow }) => macHigh === packet.arpSenderMacHigh && macLow === packet.arpSenderMacLow,
    );
    const isFull = claims.length >= MAX_ARP_CLAIMS || (claims.length === 0 && this.#hosts.size >= MAX_ARP_ADDRESSES);
    if (at < 0 && isFull) {
      this.overLimit++;
      return;
    }
    const moment = { seconds, nanoseconds };
    const known = claims[at] ?? {
      macHigh: packet.arpSenderMacHigh,
      macLow: packet.arpSenderMacLow,
      requests: 0,
      replies: 0,
      firstRecord: record,
      firstSeen: moment,
    };
    const claim: ArpClaim = {
      ...known,
      requests: known.requests + (operation === REQUEST ? 1 : 0),
      replies: known.replies + (operation === REPLY ? 1 : 0),
      lastRecord: record,
      lastSeen: moment,
    };
    this.#hosts.set(address, at < 0 ? [...claims, claim] : claims.with(at, claim));
  }

  /** By address. */
  hosts(): readonly ArpHost[] {
    const hosts = [...this.#hosts].map(([address, claims]) => ({ address, claims }));
    return hosts.sort((a, b) => a.address - b.address);
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    this.overLimit = await state.number(this.overLimit);
    const hosts = await state.json([...this.#hosts]);
    for (const [address, claims] of hosts) this.#hosts.set(address, claims);
  }
}
