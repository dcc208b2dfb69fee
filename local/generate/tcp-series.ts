// generate: a row of TCP connections at a pace: what most attacks, and many honest programs, are made of.
import type { TrafficContext } from './context.ts';
import type { Host } from './host.ts';
import type { Pace } from './pace.ts';
import type { Session } from './packet.ts';
import type { Random } from './random.ts';
import { type TcpPlan, type Turn, tcpSession } from './tcp-session.ts';

export interface Connection {
  readonly client: Host;
  readonly server: Host;
  readonly serverPort: number;
  /** The client's next free port where left out. */
  readonly clientPort?: number;
  readonly turns: Iterable<Turn>;
  readonly answer?: NonNullable<TcpPlan['answer']>;
  readonly lossRate?: number;
  readonly bytesPerSecond?: number;
}

export function* tcpSeries(
  context: TrafficContext,
  count: number,
  gapNs: Pace,
  make: (number: number, random: Random) => Connection,
): Generator<Session> {
  let startNs = context.startNs;
  for (let number = 0; number < count; number++) {
    if (number > 0) startNs += Math.max(1000, Math.round(gapNs(number)));
    yield tcpConnection(context, startNs, make, number);
  }
}

/** One of them, at a time of the caller's choice. */
export function tcpConnection(
  context: TrafficContext,
  startNs: number,
  make: (number: number, random: Random) => Connection,
  number: number,
): Session {
  const chance = context.random.fork(`connection ${number}`);
  const connection = make(number, chance);
  const clientPort = connection.clientPort ?? context.ports(connection.client);
  const plan = { ...connection, clientPort, startNs };
  return { startNs, packets: () => tcpSession(plan, chance) };
}

/** Sessions of several origins in one order of their starts. */
export function inOrder(...origins: readonly Iterable<Session>[]): Session[] {
  return origins.flatMap((sessions) => [...sessions]).sort((one, other) => one.startNs - other.startNs);
}
