// generate: one host tries one port on a whole network; most addresses are empty.
import type { Host } from '../host.ts';
import type { Session } from '../packet.ts';
import { tcpSession } from '../tcp-session.ts';
import { milliseconds } from '../time.ts';
import type { AttackContext, AttackTrack, HorizontalScanPlan } from './plan.ts';

export function planHorizontalScan(plan: HorizontalScanPlan, context: AttackContext): AttackTrack {
  return { label: 'Port Scan', attackers: [context.attacker], victims: [], sessions: attempts(plan, context) };
}

function* attempts(plan: HorizontalScanPlan, context: AttackContext): Generator<Session> {
  const { attacker, network, ports, random, victim } = context;
  const hosts = Math.min(65_536, plan.hosts ?? Math.floor(random.around(400, 0.6)));
  const serverPort = plan.port ?? random.pick([22, 23, 445, 1433, 3389, 5900, 2323, 6379]);
  const perSecond = plan.packetsPerSecond ?? random.around(80, 1);
  const existing = new Map<string, Host>(
    [...network.servers, ...network.clients].map((host) => [host.address.join(), host]),
  );
  let startNs = context.startNs;
  for (let number = 0; number < hosts; number++) {
    startNs += Math.round(random.exponential(1e9 / perSecond));
    const chance = random.fork(`host ${number}`);
    const address = neighbour(victim.address, number);
    if (address.join() === attacker.address.join()) continue;
    const known = existing.get(address.join());
    const server = known ?? { ...victim, address };
    const answer = known === undefined ? 'ignore' : chance.pick(['refuse', 'refuse', 'ignore', 'accept']);
    const turns = [{ kind: 'close', from: 'client', how: 'fin', waitNs: milliseconds(chance.around(2, 1)) }] as const;
    const session = {
      client: attacker,
      server,
      clientPort: ports(attacker),
      serverPort,
      startNs,
      answer,
      turns,
    } as const;
    yield { startNs, packets: () => tcpSession(session, chance) };
  }
}

/** The n-th address of the victim's network. */
function neighbour(address: Uint8Array, number: number): Uint8Array {
  const out = address.slice();
  const last = out.length - 1;
  out[last] = 1 + (number % 254);
  out[last - 1] = ((out[last - 1] ?? 0) + Math.floor(number / 254)) & 0xff;
  return out;
}
