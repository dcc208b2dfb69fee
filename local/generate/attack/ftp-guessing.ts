// generate: password guessing over FTP, one to three passwords a connection.
import { ftpGreetings, ftpLine, ftpLogin } from '../app/ftp-turns.ts';
import type { Session } from '../packet.ts';
import type { Random } from '../random.ts';
import { type Turn, tcpSession } from '../tcp-session.ts';
import { milliseconds, seconds } from '../time.ts';
import { pickPassword, pickUser } from './passwords.ts';
import type { AttackContext, AttackTrack, PasswordGuessingPlan } from './plan.ts';
import { workerSlots } from './workers.ts';

export function planFtpGuessing(plan: PasswordGuessingPlan, context: AttackContext): AttackTrack {
  return {
    label: 'FTP Patator',
    attackers: [context.attacker],
    victims: [context.victim],
    sessions: guesses(plan, context),
  };
}

function* guesses(plan: PasswordGuessingPlan, context: AttackContext): Generator<Session> {
  const { attacker, ports, random, victim } = context;
  const workers = plan.workers ?? random.pick([1, 4, 10, 16]);
  const perConnection = random.pick([1, 1, 2, 3]);
  const greeting = random.pick(ftpGreetings);
  const quits = random.chance(0.4);
  let left = plan.attempts ?? Math.floor(random.around(200, 0.6));
  let number = 0;
  const busyNs = (): number => seconds(random.around(perConnection * 1.2, 0.5));
  for (const slot of workerSlots(workers, context.startNs, busyNs, () => left <= 0)) {
    const chance = random.fork(`connection ${number++}`);
    const attempts = Math.min(left, perConnection);
    left -= attempts;
    const session = {
      client: attacker,
      server: victim,
      clientPort: ports(attacker),
      serverPort: 21,
      startNs: slot.startNs,
      turns: guessTurns(greeting, attempts, quits, chance),
    };
    yield { startNs: slot.startNs, packets: () => tcpSession(session, chance) };
  }
}

function* guessTurns(greeting: string, attempts: number, quits: boolean, random: Random): Generator<Turn> {
  yield ftpLine('server', greeting, 1.5, random);
  for (let count = 0; count < attempts; count++) yield* ftpLogin(pickUser(random), pickPassword(random), false, random);
  if (quits) {
    yield ftpLine('client', 'QUIT', 1, random);
    yield ftpLine('server', '221 Goodbye.', 0.5, random);
  }
  yield { kind: 'close', from: quits ? 'server' : 'client', how: 'fin', waitNs: milliseconds(random.around(0.2, 0.6)) };
}
