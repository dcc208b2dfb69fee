// generate: what the attacks that are drawn whole from the seed have in common: a size, a label, hosts.
import { pickAgent } from '../app/http-habits.ts';
import { type Host, strangeHosts } from '../host.ts';
import { pickPace } from '../pace.ts';
import type { Label, Session } from '../packet.ts';
import type { Random } from '../random.ts';
import type { WebCampaign } from '../web-series.ts';
import type { AttackContext, AttackTrack } from './plan.ts';

export interface BehaviourContext extends AttackContext {
  /** Roughly how many connections, requests or packets; drawn where left out. */
  readonly size: number | undefined;
}

export type PlanBehaviour = (context: BehaviourContext) => AttackTrack;

export function attackOn(
  label: Label,
  context: BehaviourContext,
  sessions: Iterable<Session>,
  over: Partial<Pick<AttackTrack, 'attackers' | 'victims'>> = {},
): AttackTrack {
  return { label, attackers: [context.attacker], victims: [context.victim], sessions, ...over };
}

/**
 * Now and then a handful, mostly around the median, sometimes many times that. `least`: with fewer, nobody could tell the
 * attack from honest traffic; one request of a flood is a request.
 */
export function drawSize(context: BehaviourContext, median: number, largest: number, least = 1): number {
  const { random } = context;
  const kind = random.uniform();
  const drawn =
    kind < 0.12
      ? random.integer(least, Math.max(least + 2, Math.round(median / 8)))
      : random.around(kind < 0.8 ? median : median * 2.5, 0.6);
  return context.size ?? Math.max(least, Math.min(largest, Math.round(drawn)));
}

/** A mean rate drawn evenly over orders of magnitude. */
export function drawRate(random: Random, low: number, high: number): number {
  return low * (high / low) ** random.uniform();
}

export function drawPace(random: Random, low: number, high: number): (number: number) => number {
  return pickPace(random, 1e9 / drawRate(random, low, high));
}

/** The n-th address of a host's network, the way sweeps walk it. */
export function neighbour(of: Host, number: number): Host {
  const address = of.address.slice();
  const last = address.length - 1;
  address[last] = 1 + (number % 254);
  address[last - 1] = ((address[last - 1] ?? 0) + Math.floor(number / 254)) & 0xff;
  return { ...of, address };
}

export function sameHost(one: Host, other: Host): boolean {
  return one.address.join() === other.address.join();
}

/** Hosts outside, as many as asked. */
export function outsiders(context: BehaviourContext, count: number): Host[] {
  return strangeHosts(context.network, count, context.random.fork('outsiders'));
}

/** A tool's campaign made to look like its author wanted: its own agent name now and then. */
export function disguised(campaign: WebCampaign, random: Random): WebCampaign {
  if (random.chance(0.6)) return campaign;
  const agent = pickAgent(random.pick(['browser', 'program', 'bare']), random);
  return { ...campaign, habits: { ...campaign.habits, agent } };
}
