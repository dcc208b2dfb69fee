// generate: password guessing over SSH by parallel workers, a few passwords a connection.
import { encodeEncrypted, serverBanners, toolBanners } from '../app/ssh-message.ts';
import { type SshStyle, send, sshOpening, sshRefusedPassword } from '../app/ssh-turns.ts';
import type { Session } from '../packet.ts';
import type { Random } from '../random.ts';
import { type Turn, tcpSession } from '../tcp-session.ts';
import { milliseconds, seconds } from '../time.ts';
import type { AttackContext, AttackTrack, PasswordGuessingPlan } from './plan.ts';
import { workerSlots } from './workers.ts';

export function planSshGuessing(plan: PasswordGuessingPlan, context: AttackContext): AttackTrack {
  return {
    label: 'SSH Patator',
    attackers: [context.attacker],
    victims: [context.victim],
    sessions: guesses(plan, context),
  };
}

function* guesses(plan: PasswordGuessingPlan, context: AttackContext): Generator<Session> {
  const { attacker, ports, random, victim } = context;
  const workers = plan.workers ?? random.pick([1, 4, 4, 10, 16]);
  const perConnection = random.pick([1, 1, 3, 6]);
  const style: SshStyle = {
    clientBanner: random.pick(toolBanners),
    serverBanner: random.pick(serverBanners),
    clientBreadth: random.pick([0.5, 0.7, 1]),
    rsaHostKey: random.chance(0.3),
  };
  const refusesCrowds = workers > 8 && random.chance(0.7);
  let left = plan.attempts ?? Math.floor(random.around(150, 0.6));
  let number = 0;
  const busyNs = (): number => seconds(perConnection * 2.4 + 0.2) + milliseconds(random.around(60, 0.7));
  for (const slot of workerSlots(workers, context.startNs, busyNs, () => left <= 0)) {
    const chance = random.fork(`connection ${number++}`);
    // A server that limits unauthenticated connections hangs up on some before its banner.
    const dropped = refusesCrowds && slot.worker >= 10 && chance.chance(0.5);
    const attempts = dropped ? 0 : Math.min(left, perConnection);
    left -= attempts;
    const session = {
      client: attacker,
      server: victim,
      clientPort: ports(attacker),
      serverPort: 22,
      startNs: slot.startNs,
      lossRate: 0.002,
      turns: dropped ? turnedAway() : guessTurns(style, attempts, perConnection === 6, chance),
    };
    yield { startNs: slot.startNs, packets: () => tcpSession(session, chance) };
  }
}

function* turnedAway(): Generator<Turn> {
  yield { kind: 'close', from: 'server', how: 'fin', waitNs: milliseconds(0.2) };
}

function* guessTurns(style: SshStyle, attempts: number, untilThrownOut: boolean, random: Random): Generator<Turn> {
  yield* sshOpening(style, random);
  for (let count = 0; count < attempts; count++) yield* sshRefusedPassword(count === 0 ? 1 : 2.5, random);
  if (untilThrownOut && attempts === 6) yield send('server', encodeEncrypted(76, random), 1, random);
  else if (random.chance(0.5)) yield send('client', encodeEncrypted(random.pick([36, 44, 60]), random), 1, random);
  yield { kind: 'close', from: 'client', how: 'fin', waitNs: milliseconds(random.around(0.5, 0.8)) };
}
