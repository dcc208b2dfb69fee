// generate: machines that do harmlessly what attacks do: many short connections, many ports, many logins, long idling.
import { encodeRequest, encodeResponse } from '../app/http-message.ts';
import { encodeEncrypted, serverBanners } from '../app/ssh-message.ts';
import { send, sshOpening } from '../app/ssh-turns.ts';
import { applicationData, cipherSets, encodeClientHello, encodeServerFlight13 } from '../app/tls-record.ts';
import { textBytes } from '../bytes/text.ts';
import { arrivals, type TrafficContext } from '../context.ts';
import type { Session } from '../packet.ts';
import type { Random } from '../random.ts';
import { type Turn, tcpSession } from '../tcp-session.ts';
import { milliseconds, seconds } from '../time.ts';

/** One monitor asks every server every few seconds; between its rounds it checks that ports are open. */
export function* healthCheckSessions(context: TrafficContext, count: number): Generator<Session> {
  const { network, ports, random } = context;
  const monitor = random.pick(network.servers);
  const everyNs = Math.floor(context.durationNs / Math.max(1, count));
  let startNs = context.startNs;
  for (let number = 0; number < count; number++) {
    const chance = random.fork(`check ${number}`);
    startNs = Math.max(startNs, context.startNs + number * everyNs + milliseconds(chance.around(2, 1)));
    const onlyConnects = chance.chance(0.4);
    const plan = {
      client: monitor,
      server: network.servers[number % network.servers.length] ?? monitor,
      clientPort: ports(monitor),
      serverPort: onlyConnects ? chance.pick([22, 25, 80, 443, 3306, 5432, 8080]) : 80,
      startNs,
      answer: chance.chance(0.03) ? ('refuse' as const) : ('accept' as const),
      turns: onlyConnects ? hangUp(chance) : healthTurns(chance),
    };
    if (plan.server !== monitor) yield { startNs: plan.startNs, packets: () => tcpSession(plan, chance) };
  }
}

function* hangUp(random: Random): Generator<Turn> {
  yield {
    kind: 'close',
    from: 'client',
    how: random.pick(['fin', 'rst']),
    waitNs: milliseconds(random.around(0.2, 1)),
  };
}

function* healthTurns(random: Random): Generator<Turn> {
  const headers = [
    ['Host', 'status.example'],
    ['User-Agent', 'kube-probe/1.29'],
    ['Connection', 'close'],
  ] as const;
  yield { kind: 'data', from: 'client', bytes: encodeRequest('GET', '/healthz', headers), waitNs: milliseconds(0.2) };
  const bytes = encodeResponse(200, [['Content-Length', '2']], textBytes('ok'));
  yield { kind: 'data', from: 'server', bytes, waitNs: milliseconds(random.around(2, 0.8)) };
  yield { kind: 'close', from: 'server', how: 'fin', waitNs: milliseconds(random.around(0.1, 0.5)) };
}

/** A configuration tool that logs in by key, runs one command and leaves, server after server. */
export function* remoteCommandSessions(context: TrafficContext, count: number): Generator<Session> {
  const { network, ports, random } = context;
  const controller = random.pick(network.clients);
  let number = 0;
  for (const startNs of arrivals(context, count)) {
    const chance = random.fork(`command ${number}`);
    const plan = {
      client: controller,
      server: network.servers[number++ % network.servers.length] ?? controller,
      clientPort: ports(controller),
      serverPort: 22,
      startNs,
      turns: commandTurns(chance),
    };
    yield { startNs, packets: () => tcpSession(plan, chance) };
  }
}

function* commandTurns(random: Random): Generator<Turn> {
  const serverBanner = random.pick(serverBanners);
  yield* sshOpening(
    { clientBanner: 'SSH-2.0-paramiko_3.4.0', serverBanner, clientBreadth: 0.9, rsaHostKey: false },
    random,
  );
  yield send('client', encodeEncrypted(372, random), 2, random);
  yield send('server', encodeEncrypted(36, random), 8, random);
  yield send('client', encodeEncrypted(112, random), 0.5, random);
  yield send('server', encodeEncrypted(52, random), 4, random);
  yield send('client', encodeEncrypted(4 * random.integer(20, 400), random), 0.5, random);
  yield send('server', encodeEncrypted(4 * random.integer(20, 2000), random), 300, random);
  yield { kind: 'close', from: 'client', how: 'fin', waitNs: milliseconds(random.around(0.5, 0.5)) };
}

/** Connections that stay open and say a little now and then: push channels, mail, chat. */
export function* idleSessions(context: TrafficContext, count: number): Generator<Session> {
  const { network, ports, random } = context;
  let number = 0;
  for (const startNs of arrivals(context, count)) {
    const chance = random.fork(`idle ${number++}`);
    const client = chance.pick(network.clients);
    const site = chance.pick(network.sites);
    const plan = {
      client,
      server: site.host,
      clientPort: ports(client),
      serverPort: chance.pick([443, 443, 993, 5223, 5228]),
      startNs,
      turns: idleTurns(site.name, chance),
    };
    yield { startNs, packets: () => tcpSession(plan, chance) };
  }
}

function* idleTurns(serverName: string, random: Random): Generator<Turn> {
  const sessionId = random.bytes(32);
  const hello = {
    serverName,
    alpn: ['http/1.1'],
    ciphers: cipherSets.program,
    grease: false,
    offersTls13: true,
    sessionId,
  };
  yield { kind: 'data', from: 'client', bytes: encodeClientHello(hello, random), waitNs: milliseconds(0.4) };
  const flight = encodeServerFlight13(sessionId, 0x1301, random.integer(2000, 4000), random);
  yield { kind: 'data', from: 'server', bytes: flight, waitNs: milliseconds(3) };
  const everySeconds = random.pick([10, 15, 29, 30, 60]);
  const beats = random.integer(2, 20);
  for (let beat = 0; beat < beats; beat++) {
    const waitNs = seconds(everySeconds * (0.97 + 0.06 * random.uniform()));
    yield { kind: 'data', from: 'client', bytes: applicationData(random.integer(20, 60), random), waitNs };
    if (random.chance(0.8)) yield send('server', applicationData(random.integer(20, 200), random), 4, random);
  }
  if (random.chance(0.5)) yield { kind: 'close', from: 'client', how: 'fin', waitNs: seconds(random.around(5, 1)) };
}
