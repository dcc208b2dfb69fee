// generate: looking a web server over: lists of paths that may be there, odd requests that tell products apart, smuggled heads.
import { encodeWebAnswer, pickServerHabits } from '../app/http-habits.ts';
import { end, pickEnding, say } from '../app/turns.ts';
import { encodeText } from '../app/web-pages.ts';
import { textBytes } from '../bytes/text.ts';
import type { Random } from '../random.ts';
import { tcpSeries } from '../tcp-series.ts';
import type { Turn } from '../tcp-session.ts';
import { type MakeExchange, pickCampaign, pickHostName, webSeries } from '../web-series.ts';
import { attackOn, disguised, drawPace, drawRate, drawSize, type PlanBehaviour } from './behaviour.ts';

const words = [
  'admin',
  'backup',
  'old',
  'test',
  'dev',
  'cgi-bin',
  'phpmyadmin',
  'wp-admin',
  'wp-content',
  'config',
  '.git/HEAD',
  '.env',
  '.svn/entries',
  'robots.txt',
  'server-status',
  'manager',
  'console',
  'api',
  'upload',
  'uploads',
  'images',
  'login',
  'db',
  'sql',
  'dump',
  'logs',
  'tmp',
  'private',
  'secret',
  'install',
  'setup',
  'phpinfo',
  'info',
  'web.config',
  '.htaccess',
  '.DS_Store',
  'actuator',
  'swagger',
  'graphql',
  'jenkins',
  'solr',
  'struts',
  'cgi-sys',
  'scripts',
  'shop',
  'forum',
  'blog',
] as const;

/** Hundreds of paths from a list, most of them missing. */
export const planWebContentScan: PlanBehaviour = (context) => {
  const { attacker, random, victim } = context;
  const drawn = pickCampaign(
    attacker,
    victim,
    { perSecond: drawRate(random, 1, 150), thinkMs: drawRate(random, 1, 300) },
    random,
  );
  const campaign = { ...disguised(drawn, random), rotates: random.chance(0.1) };
  const endings = random.pick([
    ['', '/'],
    ['.php', '.html', ''],
    ['.asp', '.aspx', ''],
    ['.jsp', ''],
    ['', '.bak', '.old', '.zip', '~'],
  ] as const);
  const base = random.pick(['/', '/', '/', '/app/', '/cgi-bin/']);
  const method = random.pick(['GET', 'GET', 'HEAD', 'mixed']);
  const missing = random.pick([404, 404, 404, 404, 403, 302, 200]);
  const found = random.pick([0.01, 0.04, 0.1]);
  const probes = random.pick([0, 0.1, 0.3]);
  const make: MakeExchange = (number, chance) => {
    const word = chance.chance(0.6) ? (words[number % words.length] ?? 'x') : chance.text(chance.integer(2, 12));
    const odd = chance.pick([
      '<script>alert(1)</script>',
      "'",
      '../../../../etc/passwd',
      `\${jndi:x}`,
      ';id',
      '%00',
      '?-s',
    ]);
    const target = chance.chance(probes)
      ? `${base}${word}?${chance.text(3)}=${encodeText(odd, 'browser', chance)}`
      : base + word + chance.pick(endings);
    const status = chance.chance(found) ? chance.pick([200, 301, 401, 403]) : missing;
    const asks = method === 'mixed' ? chance.pick(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'PROPFIND']) : method;
    return { method: asks, target, answer: { status } };
  };
  return attackOn('Analysis', context, webSeries(context, campaign, drawSize(context, 320, 1000, 20), make));
};

/** Requests with two lengths, so that two servers in a row disagree where one ends. */
export const planRequestSmuggling: PlanBehaviour = (context) => {
  const { attacker, random, victim } = context;
  const host = pickHostName(victim, random);
  const site = pickServerHabits(random);
  const serverPort = random.pick([80, 80, 8080]);
  const ending = pickEnding(random);
  const patience = random.pick([0.3, 0.8, 1]);
  const hangs = random.chance(0.4);
  const turns = function* (chance: Random): Generator<Turn> {
    const coding = chance.pick([
      'Transfer-Encoding: chunked',
      'Transfer-Encoding : chunked',
      'Transfer-Encoding: xchunked',
      'Transfer-encoding: identity, chunked',
      'Transfer-Encoding:\tchunked',
      'X: X\nTransfer-Encoding: chunked',
    ]);
    const inner = `GET /${chance.pick(['admin', '404', chance.text(6)])} HTTP/1.1\r\nX-Ignore: X`;
    const size = inner.length.toString(16);
    const body = chance.pick([`0\r\n\r\n${inner}`, `${size}\r\n${inner}\r\n0\r\n\r\n`, '1\r\nZ\r\nQ', '0\r\n\r\nX']);
    const length = chance.pick([body.length, 4, 6, 3, body.length + 4]);
    const head = `POST ${chance.pick(['/', '/login', '/search'])} HTTP/1.1\r\nHost: ${host}\r\nConnection: keep-alive\r\nContent-Length: ${length}\r\n${coding}\r\n\r\n`;
    const rounds = chance.integer(1, 4);
    for (let round = 0; round < rounds; round++) {
      yield say('client', textBytes(head + body), round === 0 ? 1 : 200, chance);
      const delay = hangs && chance.chance(0.4) ? chance.pick([5000, 10_000, 30_000]) : 4;
      if (chance.chance(patience))
        yield say(
          'server',
          encodeWebAnswer(site, { status: chance.pick([400, 200, 404, 405, 501]) }, false, false),
          delay,
          chance,
        );
    }
    yield* end(ending, 100, chance);
  };
  const sessions = tcpSeries(context, drawSize(context, 45, 300, 1), drawPace(random, 0.3, 20), (_, chance) => ({
    client: attacker,
    server: victim,
    serverPort,
    turns: turns(chance),
  }));
  return attackOn('Analysis', context, sessions);
};
