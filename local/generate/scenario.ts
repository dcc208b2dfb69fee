// generate: a scenario: who talks, who attacks, for how long; the packets it makes and the truth about them.
import { planBehaviour } from './attack/behaviours.ts';
import { planFtpGuessing } from './attack/ftp-guessing.ts';
import { planHorizontalScan } from './attack/horizontal-scan.ts';
import { planHttpFlood } from './attack/http-flood.ts';
import { planHttpLoginGuessing } from './attack/http-login-guessing.ts';
import type { AttackContext, AttackPlan, AttackTrack } from './attack/plan.ts';
import { planPortScan } from './attack/port-scan.ts';
import { planSlowHttp } from './attack/slow-http.ts';
import { planSshGuessing } from './attack/ssh-guessing.ts';
import { planSynFlood } from './attack/syn-flood.ts';
import { type BenignPlan, benignTracks } from './benign/tracks.ts';
import { encodeFrame, type LinkOptions } from './bytes/link.ts';
import { createPortAllocator, type PortAllocator } from './context.ts';
import type { CaptureRecord } from './file/record.ts';
import { createNetwork, type Network } from './host.ts';
import { mergeTracks } from './merge.ts';
import type { Label } from './packet.ts';
import { createRandom, type Random } from './random.ts';
import { seconds } from './time.ts';
import { openTruth, type Truth } from './truth.ts';

export interface Scenario {
  readonly seed: number;
  /** Nanoseconds since 1970; 2026-03-02T08:00:00Z where left out. */
  readonly startNs?: bigint;
  readonly durationSeconds: number;
  readonly benign: BenignPlan;
  readonly attacks: readonly AttackPlan[];
  /** The benign traffic ends here, in seconds; with the scenario where left out. */
  readonly benignSeconds?: number;
  /** The capture ends on time for attacks too, in the middle of whatever they do; they are let finish where left out. */
  readonly cutsAttacks?: boolean;
  /** So many packets passed before the capture began: its first conversations have no beginning. None where left out. */
  readonly missedPackets?: number;
  /** 4 where left out; `both` runs two networks side by side. */
  readonly ipVersion?: 4 | 6 | 'both';
  /** Where packets are captured; sessions take turns. One Ethernet link where left out. */
  readonly links?: readonly LinkOptions[];
}

export interface GeneratedPacket extends CaptureRecord {
  readonly interfaceId: number;
  readonly label: Label;
  /** Which of the scenario's attacks sent it; -1 for benign traffic. */
  readonly attack: number;
}

export const defaultStartNs = 1_772_438_400_000_000_000n;

export function linksOf(scenario: Scenario): readonly LinkOptions[] {
  return scenario.links ?? [{ link: 'ethernet' }];
}

/** Packets in order of time; the truth about them is what the generator returns. */
export function* generatePackets(scenario: Scenario): Generator<GeneratedPacket, Truth> {
  const random = createRandom(scenario.seed);
  const networks = createNetworks(scenario, random);
  const ports = createPortAllocator(random.fork('ports'));
  const benign = benignTracks(
    scenario.benign,
    networks,
    random.fork('benign'),
    ports,
    seconds(scenario.benignSeconds ?? scenario.durationSeconds),
  );
  const attacks = scenario.attacks.map((plan, number) => planAttack(plan, number, scenario, networks, ports, random));
  const startNs = scenario.startNs ?? defaultStartNs;
  const endNs = seconds(scenario.durationSeconds);
  const links = linksOf(scenario);
  const truth = openTruth(scenario.attacks, attacks, startNs);
  let missed = scenario.missedPackets ?? 0;

  for (const { packet, track, session } of mergeTracks([...attacks, ...benign])) {
    const attack = track < attacks.length ? track : -1;
    // The capture ends on time for everyone but a planned attack.
    if (packet.atNs > endNs && (attack === -1 || scenario.cutsAttacks === true)) continue;
    const interfaceId = session % links.length;
    const bytes = encodeFrame(packet, links[interfaceId] ?? { link: 'ethernet' });
    if (bytes === undefined || missed-- > 0) continue;
    truth.count(attack, packet);
    const label = attacks[attack]?.label ?? 'Normal';
    yield { timestampNs: startNs + BigInt(packet.atNs), bytes, interfaceId, label, attack };
  }
  return truth.close();
}

function createNetworks(scenario: Scenario, random: Random): readonly [Network, ...Network[]] {
  const ipVersion = scenario.ipVersion ?? 4;
  if (ipVersion !== 'both') return [createNetwork(random.fork(`network ${ipVersion}`), ipVersion)];
  return [createNetwork(random.fork('network 4'), 4), createNetwork(random.fork('network 6'), 6)];
}

function planAttack(
  plan: AttackPlan,
  number: number,
  scenario: Scenario,
  networks: readonly [Network, ...Network[]],
  ports: PortAllocator,
  random: Random,
): AttackTrack {
  const chance = random.fork(`attack ${number} ${plan.kind}`);
  const network = networks[number % networks.length] ?? networks[0];
  const startSeconds = plan.startSeconds ?? scenario.durationSeconds * (0.05 + 0.55 * chance.uniform());
  const startNs = seconds(startSeconds);
  const context: AttackContext = {
    network,
    random: chance,
    startNs,
    durationNs: seconds(scenario.durationSeconds) - startNs,
    ports,
    attacker: network.stranger(number),
    victim: chance.pick(network.servers),
  };
  return trackFor(plan, context);
}

function trackFor(plan: AttackPlan, context: AttackContext): AttackTrack {
  switch (plan.kind) {
    case 'port-scan':
      return planPortScan(plan, context);
    case 'horizontal-scan':
      return planHorizontalScan(plan, context);
    case 'ssh-guessing':
      return planSshGuessing(plan, context);
    case 'ftp-guessing':
      return planFtpGuessing(plan, context);
    case 'http-login-guessing':
      return planHttpLoginGuessing(plan, context);
    case 'syn-flood':
      return planSynFlood(plan, context);
    case 'slow-http':
      return planSlowHttp(plan, context);
    case 'http-flood':
      return planHttpFlood(plan, context);
    default:
      return planBehaviour(plan, context);
  }
}
