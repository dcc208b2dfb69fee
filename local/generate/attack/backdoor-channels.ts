// generate: backdoors that are no shell prompt: pages left on a web server, and programs with a binary language of their own.
import { pickClientHabits } from '../app/http-habits.ts';
import { end, pickEnding, say } from '../app/turns.ts';
import { pickCookie } from '../app/web-pages.ts';
import { joinBytes, textBytes } from '../bytes/text.ts';
import type { Random } from '../random.ts';
import type { Turn } from '../tcp-session.ts';
import { seconds } from '../time.ts';
import { type MakeExchange, pickCampaign, webSeries } from '../web-series.ts';
import { backdoorSessions } from './backdoor-sessions.ts';
import { attackOn, drawRate, drawSize, type PlanBehaviour } from './behaviour.ts';

const commands = [
  'id',
  'whoami',
  'ls -la /var/www',
  'cat config.php',
  'dir C:\\inetpub',
  'netstat -ano',
  'uname -a',
  'ipconfig',
  'ps aux',
  'net localgroup administrators',
] as const;

/** Commands in the parameters of a page that should not be there. */
export const planWebShell: PlanBehaviour = (context) => {
  const { attacker, random, victim } = context;
  const style = {
    perSecond: drawRate(random, 0.03, 3),
    thinkMs: drawRate(random, 300, 9000),
    perConnection: random.pick([1, 1, 3, 10]),
  };
  const campaign = { ...pickCampaign(attacker, victim, style, random), habits: pickClientHabits(random) };
  const folder = random.pick(['/uploads/', '/images/', '/wp-content/plugins/', '/tmp/', '/', '/aspnet_client/']);
  const page = `${folder}${random.pick([random.text(random.integer(3, 9)), 'shell', 'cmd', 'up', 'b374k', 'info1'])}.${random.pick(['php', 'php', 'jsp', 'aspx', 'asp'])}`;
  const how = random.pick(['query', 'body', 'encoded', 'header', 'encrypted'] as const);
  const name = random.pick(['cmd', 'c', 'x', 'exec', 'pass', 'z0', 'q']);
  const key = random.chance(0.4) ? { headers: [['Cookie', pickCookie(random)]] as const } : {};
  const make: MakeExchange = (_, chance) => {
    const command = chance.pick(commands);
    const plain = encodeURIComponent(command);
    const hidden = encodeURIComponent(Buffer.from(`@eval(${command})`.repeat(chance.integer(1, 8))).toString('base64'));
    const answer = {
      status: chance.chance(0.06) ? 500 : 200,
      bodyBytes: Math.min(9000, Math.floor(chance.around(260, 1.3))),
    };
    const form = { method: 'POST', target: page, mediaType: 'application/x-www-form-urlencoded', ...key, answer };
    switch (how) {
      case 'query':
        return { method: 'GET', target: `${page}?${name}=${plain}`, ...key, answer };
      case 'body':
        return { ...form, body: textBytes(`${name}=${plain}`) };
      case 'encoded':
        return { ...form, body: textBytes(`${name}=${hidden}&z1=${chance.text(8)}`) };
      case 'header':
        return {
          method: 'GET',
          target: page,
          headers: [[chance.pick(['Accept-Language', 'X-Cmd', 'Referer']), hidden.slice(0, 400)]],
          answer,
        };
      case 'encrypted':
        return { ...form, mediaType: 'application/octet-stream', body: chance.bytes(chance.integer(32, 2000)) };
    }
  };
  return attackOn('Backdoor', context, webSeries(context, campaign, drawSize(context, 25, 200), make));
};

/** Messages with a length and a magic word in front, a beat when there is nothing to say, a screen or a file now and then. */
export const planRemoteControl: PlanBehaviour = (context) => {
  const { random } = context;
  const serverPort = random.pick([1604, 5552, 8808, 3460, 12_345, 54_321, 443, 8080, random.integer(1024, 65_000)]);
  const magic = random.pick([
    textBytes('Gh0st'),
    textBytes('njRAT'),
    random.bytes(4),
    new Uint8Array(0),
    textBytes('LV|'),
  ]);
  const littleEndian = random.chance(0.7);
  const beat = drawRate(random, 1, 40);
  const beats = random.integer(4, 40);
  const ending = pickEnding(random);
  const reverse = random.chance(0.8);
  const missed = random.pick([0, 0, 0.3, 0.8]);
  const padded = random.pick([0, 12, 200]);
  const message = (length: number, chance: Random): Uint8Array => {
    const size = new Uint8Array(4);
    new DataView(size.buffer).setUint32(0, length + magic.length + 4, littleEndian);
    return joinBytes([magic, size, chance.bytes(Math.max(1, length))]);
  };
  const turns = function* (chance: Random): Generator<Turn> {
    const controlled = reverse ? 'client' : 'server';
    const controller = reverse ? 'server' : 'client';
    yield say(controlled, message(chance.integer(60, 400), chance), 20, chance);
    yield say(controller, message(chance.integer(1, 30), chance), 60, chance);
    for (let number = 0; number < beats; number++) {
      const waitNs = seconds(beat * (0.9 + 0.2 * chance.uniform()));
      yield { kind: 'data', from: controlled, bytes: message(1 + chance.integer(0, padded), chance), waitNs };
      if (chance.chance(0.7)) yield say(controller, message(1, chance), 3, chance);
      if (!chance.chance(0.2)) continue;
      yield say(controller, message(chance.integer(4, 120), chance), 2000, chance);
      yield say(controlled, message(Math.min(24_000, Math.floor(chance.around(900, 1.5))), chance), 40, chance);
    }
    yield* end(ending, 2000, chance);
  };
  return backdoorSessions(context, { reverse, serverPort, missed, median: 7, turns });
};
