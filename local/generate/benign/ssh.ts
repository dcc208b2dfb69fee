// generate: people who log in over SSH and type, and programs that copy files.
import { clientBanners, encodeEncrypted, serverBanners } from '../app/ssh-message.ts';
import { send, sshOpening, sshRefusedPassword } from '../app/ssh-turns.ts';
import { arrivals, type TrafficContext } from '../context.ts';
import type { Session } from '../packet.ts';
import type { Random } from '../random.ts';
import { type Turn, tcpSession } from '../tcp-session.ts';
import { milliseconds, seconds } from '../time.ts';

const largestCopyBytes = 2_000_000;

export function* sshSessions(context: TrafficContext, count: number): Generator<Session> {
  const { network, ports, random } = context;
  let number = 0;
  for (const startNs of arrivals(context, count)) {
    const chance = random.fork(`session ${number++}`);
    const client = chance.pick(network.clients);
    const plan = {
      client,
      server: chance.chance(0.7) ? chance.pick(network.servers) : chance.pick(network.sites).host,
      clientPort: ports(client),
      serverPort: 22,
      startNs,
      lossRate: 0.002,
      turns: sshTurns(chance),
    };
    yield { startNs, packets: () => tcpSession(plan, chance) };
  }
}

function* sshTurns(random: Random): Generator<Turn> {
  const style = {
    clientBanner: random.pick(clientBanners),
    serverBanner: random.pick(serverBanners),
    clientBreadth: 1,
    rsaHostKey: random.chance(0.2),
  };
  yield* sshOpening(style, random);
  // People mistype now and then, and never many times in a row.
  if (random.chance(0.1)) yield* sshRefusedPassword(4000, random);
  yield send('client', encodeEncrypted(random.pick([84, 148, 372]), random), random.chance(0.5) ? 2 : 3500, random);
  yield send('server', encodeEncrypted(36, random), 12, random);
  yield send('client', encodeEncrypted(112, random), 0.6, random);
  yield send('server', encodeEncrypted(random.pick([52, 500, 628]), random), 15, random);
  yield send('client', encodeEncrypted(376, random), 0.8, random);
  yield send('server', encodeEncrypted(108, random), 3, random);
  yield* random.chance(0.7) ? typing(random) : copying(random);
  yield send('client', encodeEncrypted(36, random), 900, random);
  yield send('client', encodeEncrypted(60, random), 0.2, random);
  yield { kind: 'close', from: 'client', how: 'fin', waitNs: milliseconds(random.around(0.4, 0.5)) };
}

function* typing(random: Random): Generator<Turn> {
  const lines = 1 + Math.floor(random.exponential(6));
  for (let line = 0; line < lines; line++) {
    const keys = random.integer(2, 20);
    for (let key = 0; key < keys; key++) {
      const waitNs = key === 0 ? seconds(random.around(3, 1)) : milliseconds(random.around(140, 0.5));
      yield { kind: 'data', from: 'client', bytes: encodeEncrypted(36, random), waitNs };
      yield send('server', encodeEncrypted(36, random), 0.5, random);
    }
    const output = Math.min(60_000, 4 * Math.floor(random.around(90, 1.4)) + 36);
    yield send('server', encodeEncrypted(output, random), 6, random);
  }
}

function* copying(random: Random): Generator<Turn> {
  const total = Math.min(largestCopyBytes, Math.floor(random.around(60_000, 1.3)));
  const from = random.pick(['client', 'server']);
  for (let left = total; left > 0; left -= 32_768) {
    yield send(from, encodeEncrypted(Math.min(left, 32_768) + 36, random), 0.5, random);
  }
}
