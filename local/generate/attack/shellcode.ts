// generate: a payload of filler and noise, as code that overruns a buffer looks from outside, and the shell that answers.
import { end, line, pickEnding, say } from '../app/turns.ts';
import { joinBytes, textBytes } from '../bytes/text.ts';
import { udpSeries } from '../datagram.ts';
import type { Session } from '../packet.ts';
import type { Random } from '../random.ts';
import { inOrder, tcpConnection, tcpSeries } from '../tcp-series.ts';
import type { Turn } from '../tcp-session.ts';
import { seconds } from '../time.ts';
import { shellTurns } from './backdoor-shell.ts';
import { attackOn, type BehaviourContext, drawPace, drawSize, type PlanBehaviour } from './behaviour.ts';

/** Services with a line that the payload stands in; the greeting is the server's. */
const services = [
  { port: 21, greeting: '220 (vsFTPd 2.3.4)', before: 'USER ', after: '\r\n' },
  { port: 25, greeting: '220 mail.example ESMTP', before: 'EHLO ', after: '\r\n' },
  { port: 110, greeting: '+OK POP3 ready', before: 'PASS ', after: '\r\n' },
  { port: 143, greeting: '* OK IMAP4 ready', before: 'a1 LOGIN ', after: '\r\n' },
  { port: 80, greeting: '', before: 'GET /', after: ' HTTP/1.0\r\n\r\n' },
  { port: 445, greeting: '', before: '', after: '' },
  { port: 139, greeting: '', before: '', after: '' },
  { port: 111, greeting: '', before: '', after: '' },
  { port: 1433, greeting: '', before: '', after: '' },
  { port: 3306, greeting: '', before: '', after: '' },
  { port: 5000, greeting: '', before: '', after: '' },
  { port: 6667, greeting: ':irc.example NOTICE AUTH :***', before: 'NICK ', after: '\r\n' },
] as const;

/** Filler of one byte, or of the few that do nothing, then noise, then an address over and over. Nothing of it runs. */
export function fillerAndNoise(random: Random): Uint8Array {
  const filler = random.pick([0x90, 0x90, 0x41, 0x42, 0x61, 0x0c, 0xcc, 0x00]);
  const sled = Math.min(3000, Math.floor(random.around(260, 1)));
  const harmless = [0x90, 0x40, 0x41, 0x42, 0x43, 0x48, 0x49, 0x4a, 0x4b, 0x97, 0x98, 0x99] as const;
  const mixed = random.chance(0.25);
  const head = mixed
    ? Uint8Array.from({ length: sled }, () => random.pick(harmless))
    : new Uint8Array(sled).fill(filler);
  const noise = random.bytes(Math.min(1500, Math.floor(random.around(220, 0.7))));
  const tail = new Uint8Array(4 * random.integer(0, 60));
  const address = random.bytes(4);
  for (let at = 0; at < tail.length; at += 4) tail.set(address, at);
  return joinBytes([head, noise, tail]);
}

export const planShellcode: PlanBehaviour = (context) => {
  const { random } = context;
  return attackOn('Shellcode', context, random.chance(0.25) ? overUdp(context) : overTcp(context));
};

function overUdp(context: BehaviourContext): Iterable<Session> {
  const { attacker, ports, random, victim } = context;
  const serverPort = random.pick([53, 69, 111, 137, 161, 514, 1434, 5060]);
  return udpSeries(context, drawSize(context, 45, 300), drawPace(random, 0.3, 60), (_, chance) => ({
    client: attacker,
    server: victim,
    clientPort: ports(attacker),
    serverPort,
    datagrams: [
      { from: 'client' as const, bytes: fillerAndNoise(chance).subarray(0, 1472), waitNs: 0 },
      ...(chance.chance(0.2)
        ? [{ from: 'server' as const, bytes: chance.bytes(chance.integer(4, 90)), waitNs: seconds(0.02) }]
        : []),
    ],
  }));
}

function overTcp(context: BehaviourContext): Iterable<Session> {
  const { attacker, random, victim } = context;
  const service = random.pick(services);
  const mixed = random.chance(0.4);
  const count = drawSize(context, 40, 300);
  const pace = drawPace(random, 0.2, 30);
  const answers = random.pick([0, 0.1, 0.6]);
  const reverse = random.chance(0.5);
  const shellPort = random.pick([4444, 1337, 31_337, 5555, 9001, random.integer(1024, 65_000)]);
  const ending = pickEnding(random);
  const tries = inOrder(
    tcpSeries(context, count, pace, (_, chance) => {
      const { after, before, greeting, port } = mixed ? chance.pick(services) : service;
      const turns = function* (): Generator<Turn> {
        if (greeting !== '') yield line('server', greeting, 3, chance);
        if (before === '' && chance.chance(0.5)) {
          yield say('client', chance.bytes(chance.integer(20, 200)), 1, chance);
          yield say('server', chance.bytes(chance.integer(20, 200)), 2, chance);
        }
        yield say('client', joinBytes([textBytes(before), fillerAndNoise(chance), textBytes(after)]), 5, chance);
        if (chance.chance(0.4))
          yield line('server', chance.pick(['500 error', '501 Syntax error', '400 Bad Request', '-ERR']), 4, chance);
        yield* end(ending, 500, chance);
      };
      return {
        client: attacker,
        server: victim,
        serverPort: port,
        turns: turns(),
        answer: chance.chance(0.04) ? 'refuse' : 'accept',
      };
    }),
  );
  const shells = tries
    .filter(() => random.chance(answers / Math.max(1, count / 4)))
    .map(({ startNs }, number) => {
      const inner = { ...context, random: random.fork(`shell ${number}`) };
      return tcpConnection(
        inner,
        startNs + seconds(random.around(1.2, 0.6)),
        (_, chance) => ({
          client: reverse ? victim : attacker,
          server: reverse ? attacker : victim,
          serverPort: shellPort,
          turns: shellTurns(reverse ? 'server' : 'client', random.integer(2, 12), chance),
        }),
        number,
      );
    });
  return inOrder(tries, shells);
}
