// generate: what was planted, counted while it is made, for whoever compares it with what was found.
import type { AttackPlan, AttackTrack } from './attack/plan.ts';
import { formatAddress } from './bytes/address.ts';
import type { Label, TimedPacket } from './packet.ts';

export interface PlantedAttack {
  readonly kind: AttackPlan['kind'];
  readonly label: Label;
  /** Empty where sources are spoofed. */
  readonly attackers: readonly string[];
  /** Empty where a whole network was scanned. */
  readonly victims: readonly string[];
  readonly firstNs: bigint;
  readonly lastNs: bigint;
  readonly packets: number;
  /** Different five-tuples. */
  readonly flows: number;
}

export interface Truth {
  readonly records: number;
  readonly benignPackets: number;
  readonly benignFlows: number;
  /** In the order of the scenario's attacks. */
  readonly attacks: readonly PlantedAttack[];
}

export interface OpenTruth {
  readonly count: (attack: number, packet: TimedPacket) => void;
  readonly close: () => Truth;
}

interface Tally {
  packets: number;
  flows: number;
  firstNs: number;
  lastNs: number;
}

export function openTruth(plans: readonly AttackPlan[], tracks: readonly AttackTrack[], startNs: bigint): OpenTruth {
  const benign: Tally = { packets: 0, flows: 0, firstNs: 0, lastNs: 0 };
  const tallies: readonly Tally[] = plans.map(() => ({ packets: 0, flows: 0, firstNs: 0, lastNs: 0 }));
  return {
    count: (attack, packet) => {
      const tally = tallies[attack] ?? benign;
      if (tally.packets === 0) tally.firstNs = packet.atNs;
      tally.lastNs = packet.atNs;
      tally.packets++;
      if (packet.opensFlow) tally.flows++;
    },
    close: () => ({
      records: tallies.reduce((sum, tally) => sum + tally.packets, benign.packets),
      benignPackets: benign.packets,
      benignFlows: benign.flows,
      attacks: plans.flatMap((plan, number) => {
        const track = tracks[number];
        const tally = tallies[number];
        return track === undefined || tally === undefined ? [] : [describe(plan, track, tally, startNs)];
      }),
    }),
  };
}

function describe(plan: AttackPlan, track: AttackTrack, tally: Tally, startNs: bigint): PlantedAttack {
  return {
    kind: plan.kind,
    label: track.label,
    attackers: track.attackers.map((host) => formatAddress(host.address)),
    victims: track.victims.map((host) => formatAddress(host.address)),
    firstNs: startNs + BigInt(tally.firstNs),
    lastNs: startNs + BigInt(tally.lastNs),
    packets: tally.packets,
    flows: tally.flows,
  };
}
