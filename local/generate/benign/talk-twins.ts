// generate: honest people and programs at consoles, in chat rooms and at databases: text over TCP, as backdoors and bots have it.

import { createProse } from '../app/http-message.ts';
import { end, line, pickEnding, say } from '../app/turns.ts';
import { joinBytes, textBytes } from '../bytes/text.ts';
import { pickPace } from '../pace.ts';
import type { Session } from '../packet.ts';
import type { Random } from '../random.ts';
import { tcpSeries } from '../tcp-series.ts';
import type { Turn } from '../tcp-session.ts';
import { milliseconds, seconds } from '../time.ts';
import type { TwinContext } from './twin.ts';

const commands = [
  'show version',
  'show interfaces',
  'status',
  'help',
  'uptime',
  'ls',
  'df -h',
  'conf t',
  'exit',
  'stats',
  'list players',
  'save',
  'top -n 1',
] as const;

/** Telnet to a switch, the console of a game server, the serial port behind a terminal server: typed, answered, left. */
export function adminConsole(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const serverPort = random.pick([23, 23, 23, 2001, 4001, 7777, 11_211, 6379, 4712]);
  const server = random.pick(network.servers);
  const client = random.pick(network.clients);
  return tcpSeries(context, random.integer(1, 8), pickPace(random, 1e9 / random.around(0.05, 0.8)), (_, chance) => ({
    client,
    server,
    serverPort,
    turns: consoleTurns(serverPort === 23, chance),
  }));
}

function* consoleTurns(telnet: boolean, random: Random): Generator<Turn> {
  const prose = createProse(random.fork('screen'));
  const prompt = random.pick(['switch>', 'router#', '> ', 'console$ ']);
  const byKey = telnet && random.chance(0.7);
  if (telnet) {
    yield say('server', Uint8Array.of(255, 253, 24, 255, 253, 31, 255, 251, 1, 255, 251, 3), 10, random);
    yield say('client', Uint8Array.of(255, 251, 24, 255, 251, 31, 255, 253, 1, 255, 253, 3), 5, random);
    yield say('server', '\r\nUser Access Verification\r\n\r\nUsername: ', 20, random);
    yield line('client', random.text(6), 1500, random);
    yield say('server', 'Password: ', 3, random);
    yield line('client', random.text(10), 2000, random);
  }
  yield say('server', `\r\n${prompt}`, 20, random);
  for (let count = random.integer(1, 20); count > 0; count--) {
    const command = textBytes(`${random.pick(commands)}\r\n`);
    const thinking = seconds(Math.min(60, random.around(4, 1)));
    if (byKey) {
      for (let at = 0; at < command.length; at++) {
        yield {
          kind: 'data',
          from: 'client',
          bytes: command.subarray(at, at + 1),
          waitNs: at === 0 ? thinking : milliseconds(random.around(150, 0.5)),
        };
        yield say('server', command.subarray(at, at + 1), 0.5, random);
      }
    } else {
      yield { kind: 'data', from: 'client', bytes: command, waitNs: thinking };
    }
    yield say(
      'server',
      joinBytes([prose(Math.min(8000, Math.floor(random.around(250, 1.2)))), textBytes(`\r\n${prompt}`)]),
      6,
      random,
    );
  }
  yield* end(random.pick(['client-fin', 'server-fin', 'none']), 800, random);
}

/** People in a chat room (RFC 2812): irregular, in sentences. */
export function chatRoom(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const server = random.pick(network.sites).host;
  const serverPort = random.pick([6667, 6667, 6668, 5222, 194]);
  const channel = `#${random.pick(['linux', 'help', 'cooking', 'gamers', 'office'])}`;
  const ending = pickEnding(random);
  const prose = createProse(random.fork('talk'));
  return tcpSeries(context, random.integer(1, 6), pickPace(random, 1e9 / random.around(0.1, 0.8)), (_, chance) => ({
    client: chance.pick(network.clients),
    server,
    serverPort,
    turns: chatTurns(chance),
  }));

  function* chatTurns(chance: Random): Generator<Turn> {
    const nick = chance.text(chance.integer(4, 9), 'abcdefghijklmnopqrstuvwxyz');
    const sentence = (): string =>
      Buffer.from(prose(chance.integer(10, 120)))
        .toString('latin1')
        .replaceAll(/[<>\n/]/g, ' ');
    yield line('client', `NICK ${nick}\r\nUSER ${nick} 0 * :${nick}`, 2, chance);
    yield line(
      'server',
      `:chat.example 001 ${nick} :Welcome to the network\r\n:chat.example 372 ${nick} :- ${sentence()}`,
      60,
      chance,
    );
    yield line('client', `JOIN ${channel}`, 1500, chance);
    yield line(
      'server',
      `:${nick}!u@h JOIN ${channel}\r\n:chat.example 332 ${nick} ${channel} :${sentence()}`,
      30,
      chance,
    );
    for (let count = chance.integer(3, 60); count > 0; count--) {
      const kind = chance.uniform();
      const waitMs = chance.around(6000, 1);
      if (kind < 0.1) {
        yield line('server', 'PING :chat.example', waitMs, chance);
        yield line('client', 'PONG :chat.example', 2, chance);
      } else if (kind < 0.35) yield line('client', `PRIVMSG ${channel} :${sentence()}`, waitMs, chance);
      else yield line('server', `:${chance.text(6)}!u@h PRIVMSG ${channel} :${sentence()}`, waitMs, chance);
    }
    yield* end(ending, 1000, chance);
  }
}

/** Programs at their database: query after query in plain text, on few connections or on one for each page. */
export function database(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const server = random.pick(network.servers);
  const mysql = random.chance(0.6);
  const pooled = random.chance(0.5);
  const client = random.pick(network.clients);
  const tables = Array.from({ length: random.integer(1, 6) }, () => random.text(7, 'abcdefghijklmnopqrstuvwxyz'));
  const ending = random.pick(['client-fin', 'client-fin', 'none', 'client-rst'] as const);
  const packed = (sequence: number, body: Uint8Array): Uint8Array =>
    mysql
      ? joinBytes([Uint8Array.of(body.length & 0xff, (body.length >>> 8) & 0xff, 0, sequence), body])
      : joinBytes([
          Uint8Array.of(0x51, 0, 0, (body.length + 5) >>> 8, (body.length + 5) & 0xff),
          body,
          Uint8Array.of(0),
        ]);
  const greeting = joinBytes([
    Uint8Array.of(10),
    textBytes('8.0.36\0'),
    random.bytes(12),
    new Uint8Array(30),
    textBytes('mysql_native_password\0'),
  ]);
  // Capabilities, largest packet, character set, name, proof, database ([MySQL protocol] HandshakeResponse41).
  const login = joinBytes([
    Uint8Array.of(0x8d, 0xa2, 0x0a, 0, 0, 0, 0, 1, 33, ...new Uint8Array(23)),
    textBytes(`app\0`),
    Uint8Array.of(20),
    random.bytes(20),
    textBytes('main\0mysql_native_password\0'),
  ]);
  const query = (chance: Random): string => {
    const table = tables[chance.integer(0, tables.length - 1)] ?? 'items';
    const id = chance.integer(1, 99_999);
    return chance.pick([
      `SELECT id, name, price FROM ${table} WHERE id=${id}`,
      `SELECT COUNT(*) FROM ${table} WHERE name LIKE '%${chance.text(5)}%' AND active=1 ORDER BY id LIMIT 10`,
      `INSERT INTO ${table} (name, value) VALUES ('${chance.text(8)}', ${id})`,
      `UPDATE ${table} SET value=${id} WHERE id=${chance.integer(1, 999)}`,
      `SELECT a.id FROM ${table} a UNION ALL SELECT b.id FROM ${table}_old b`,
      'BEGIN',
      'COMMIT',
    ]);
  };
  const turns = function* (queries: number, chance: Random): Generator<Turn> {
    if (mysql) yield say('server', packed(0, greeting), 1, chance);
    yield say(
      'client',
      mysql
        ? packed(1, login)
        : joinBytes([Uint8Array.of(0, 0, 0, 38, 0, 3, 0, 0), textBytes('user\0app\0database\0main\0\0abcd')]),
      1,
      chance,
    );
    yield say(
      'server',
      mysql
        ? packed(2, Uint8Array.of(0, 0, 0, 2, 0, 0, 0))
        : Uint8Array.of(0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49),
      2,
      chance,
    );
    for (let count = 0; count < queries; count++) {
      const text = textBytes(query(chance));
      yield say('client', packed(0, mysql ? joinBytes([Uint8Array.of(3), text]) : text), pooled ? 120 : 1, chance);
      yield say('server', packed(1, chance.bytes(Math.min(12_000, Math.floor(chance.around(150, 1.3))))), 2, chance);
    }
    yield* end(ending, 5, chance);
  };
  const count = pooled ? random.integer(1, 6) : random.integer(20, 150);
  return tcpSeries(context, count, pickPace(random, 1e9 / random.around(pooled ? 1 : 12, 1.1)), (_, chance) => ({
    client,
    server,
    serverPort: mysql ? 3306 : 5432,
    turns: turns(pooled ? chance.integer(20, 150) : chance.integer(1, 8), chance),
  }));
}
