// generate: people who log in over FTP, look around and fetch a file.
import { ftpGreetings, ftpLine, ftpLogin } from '../app/ftp-turns.ts';
import { arrivals, type TrafficContext } from '../context.ts';
import type { Session } from '../packet.ts';
import type { Random } from '../random.ts';
import { type Turn, tcpSession } from '../tcp-session.ts';
import { milliseconds } from '../time.ts';

/** What people say once they are in, and what comes back. */
const chat = [
  ['PWD', '257 "/" is the current directory'],
  ['TYPE I', '200 Switching to Binary mode.'],
  ['CWD pub', '250 Directory successfully changed.'],
  ['SIZE report.pdf', '213 48213'],
  ['NOOP', '200 NOOP ok.'],
] as const;

export function* ftpSessions(context: TrafficContext, count: number): Generator<Session> {
  const { network, ports, random } = context;
  let number = 0;
  for (const startNs of arrivals(context, count)) {
    const chance = random.fork(`session ${number++}`);
    const client = chance.pick(network.clients);
    const plan = {
      client,
      server: chance.pick(network.servers),
      clientPort: ports(client),
      serverPort: 21,
      startNs,
      turns: ftpTurns(chance),
    };
    yield { startNs, packets: () => tcpSession(plan, chance) };
  }
}

function* ftpTurns(random: Random): Generator<Turn> {
  yield ftpLine('server', random.pick(ftpGreetings), 2, random);
  yield* ftpLogin(random.pick(['anonymous', 'ftp', 'backup', 'maria']), random.text(9), true, random);
  yield ftpLine('client', 'SYST', 2, random);
  yield ftpLine('server', '215 UNIX Type: L8', 0.5, random);
  const commands = random.integer(1, 8);
  for (let count = 0; count < commands; count++) {
    const [command, reply] = random.pick(chat);
    yield ftpLine('client', command, random.chance(0.5) ? 3 : 4000, random);
    yield ftpLine('server', reply, 0.6, random);
  }
  yield ftpLine('client', 'QUIT', 1500, random);
  yield ftpLine('server', '221 Goodbye.', 0.4, random);
  yield { kind: 'close', from: 'server', how: 'fin', waitNs: milliseconds(random.around(0.1, 0.4)) };
}
