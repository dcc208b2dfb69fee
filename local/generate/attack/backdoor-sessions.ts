import type { Random } from '../random.ts';
import { tcpSeries } from '../tcp-series.ts';
import type { Turn } from '../tcp-session.ts';
import { attackOn, type BehaviourContext, drawPace, drawSize } from './behaviour.ts';
import type { AttackTrack } from './plan.ts';

interface BackdoorSessions {
  /** The victim calls the attacker back, instead of listening. */
  readonly reverse: boolean;
  readonly serverPort: number;
  /** Share of the connections that nobody accepts. */
  readonly missed: number;
  /** Connections, mostly about so many. */
  readonly median: number;
  readonly turns: (chance: Random) => Generator<Turn>;
}

/** The connections of a backdoor on a port of its own; what is said over them is the caller's. */
export function backdoorSessions(context: BehaviourContext, plan: BackdoorSessions): AttackTrack {
  const { attacker, random, victim } = context;
  const { reverse, serverPort, missed, median, turns } = plan;
  const sessions = tcpSeries(context, drawSize(context, median, 40), drawPace(random, 0.02, 0.5), (_, chance) => ({
    client: reverse ? victim : attacker,
    server: reverse ? attacker : victim,
    serverPort,
    answer: chance.chance(missed) ? chance.pick(['refuse', 'ignore'] as const) : 'accept',
    turns: turns(chance),
  }));
  return attackOn('Backdoor', context, sessions);
}
