// generate: floods of HTTP requests in three ways: ever new addresses, connections that are held, one address again and again.

import { pickAgent } from '../app/http-habits.ts';
import type { Headers } from '../app/http-message.ts';
import { pickPage } from '../app/web-pages.ts';
import { textBytes } from '../bytes/text.ts';
import type { Random } from '../random.ts';
import { type MakeExchange, pickCampaign, webSeries } from '../web-series.ts';
import { attackOn, drawRate, drawSize, type PlanBehaviour } from './behaviour.ts';

const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const alphabets = [
  capitals,
  'abcdefghijklmnopqrstuvwxyz',
  '0123456789',
  `${capitals}abcdefghijklmnopqrstuvwxyz0123456789`,
] as const;

/** As the server tires: never, slowly, or at once. */
export function tiring(random: Random): (number: number) => number {
  const after = random.pick([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 2000, 500, 150]);
  return (number) => number / after;
}

/** Every request another address, referer and agent, so that no cache helps. */
export const planHulkFlood: PlanBehaviour = (context) => {
  const { attacker, random, victim } = context;
  const perSecond = drawRate(random, 30, 800);
  const campaign = {
    ...pickCampaign(
      attacker,
      victim,
      { perSecond, perConnection: random.pick([1, 1, 1, 1, 2, 8]), thinkMs: 2 },
      random,
    ),
    loadAt: tiring(random),
  };
  const alphabet = random.pick(alphabets);
  const path = random.pick(['/', '/', '/index.php', '/index.html', pickPage(random).split('?')[0] ?? '/']);
  const newPaths = random.chance(0.25);
  const pairs = random.integer(1, 4);
  const engines = ['www.search.example', 'find.example', campaign.hostName, 'engine.example'] as const;
  const posts = random.chance(0.1);
  const make: MakeExchange = (_, chance) => {
    const word = (): string => chance.text(chance.integer(3, 10), alphabet);
    const query = Array.from({ length: pairs }, () => `${word()}=${word()}`).join('&');
    const agent = pickAgent('browser', chance);
    const headers: Headers = [
      ...(agent === undefined ? [] : ([['User-Agent', agent]] as const)),
      ['Cache-Control', chance.pick(['no-cache', 'no-cache', 'max-age=0'])],
      ['Accept-Charset', chance.pick(['ISO-8859-1,utf-8;q=0.7,*;q=0.7', 'utf-8', 'ISO-8859-1'])],
      ['Referer', `http://${chance.pick(engines)}/${chance.chance(0.5) ? 'search?q=' : ''}${word()}`],
      ['Keep-Alive', String(chance.integer(110, 120))],
      ['Connection', chance.chance(0.7) ? 'keep-alive' : 'close'],
    ];
    const target = `${newPaths ? `/${word()}` : path}?${query}`;
    const answer = { status: newPaths ? chance.pick([404, 404, 200]) : chance.pick([200, 200, 200, 200, 403, 302]) };
    return posts
      ? { method: 'POST', target, headers, body: textBytes(`${word()}=${word()}`), answer }
      : { method: 'GET', target, headers, answer };
  };
  return attackOn('DoS Hulk', context, webSeries(context, campaign, drawSize(context, 300, 1000, 40), make));
};

/** Some tens of workers that hold their connections and ask on them without end, each time something else. */
export const planGoldeneyeFlood: PlanBehaviour = (context) => {
  const { attacker, random, victim } = context;
  const perConnection = random.integer(3, 24);
  const style = { perSecond: drawRate(random, 4, 150), perConnection, thinkMs: drawRate(random, 20, 4000) };
  const drawn = pickCampaign(attacker, victim, style, random);
  const campaign = {
    ...drawn,
    habits: { ...drawn.habits, keepsAlive: true, version: '1.1' } as const,
    rotates: random.chance(0.7),
    site: { ...drawn.site, keepsAlive: true },
    loadAt: tiring(random),
  };
  const methods = random.pick([['GET'], ['GET'], ['POST'], ['GET', 'POST']] as const);
  const make: MakeExchange = (_, chance) => {
    const word = (): string => chance.text(chance.integer(3, 12), random.pick(alphabets));
    const query = Array.from({ length: chance.integer(1, 5) }, () => `${word()}=${word()}`).join('&');
    const headers: Headers = [
      ['Connection', 'keep-alive'],
      ['Keep-Alive', String(chance.integer(1, 1000))],
      ['Cache-Control', chance.pick(['no-cache', 'max-age=0', 'no-cache, max-age=0'])],
      ['Accept-Encoding', chance.pick(['*', 'identity', 'gzip', 'deflate, gzip', '*,identity,gzip,deflate'])],
      ...(chance.chance(0.5) ? ([['Referer', `http://${chance.text(8)}.example/${word()}`]] as const) : []),
      ...(chance.chance(0.3) ? ([['Cookie', `${word()}=${word()}`]] as const) : []),
      ...(chance.chance(0.3)
        ? ([['Content-Type', chance.pick(['multipart/form-data', 'application/x-url-encoded'])]] as const)
        : []),
    ];
    const method = chance.pick(methods);
    const target = `/${chance.chance(0.3) ? word() : ''}?${query}`;
    const body = method === 'POST' && chance.chance(0.5) ? { body: textBytes(query) } : {};
    return { method, target, headers, ...body, answer: { status: chance.pick([200, 200, 200, 404, 403]) } };
  };
  const count = drawSize(context, 350, 1200, 50);
  return attackOn('DoS GoldenEye', context, webSeries(context, campaign, count, make));
};

/** The same request again and again, as benchmarking programs and simple scripts send it. */
export const planSameUrlFlood: PlanBehaviour = (context) => {
  const { attacker, random, victim } = context;
  const perSecond = drawRate(random, 20, 1000);
  const campaign = {
    ...pickCampaign(
      attacker,
      victim,
      { perSecond, perConnection: random.pick([1, 1, 1, 10, 100]), thinkMs: 1 },
      random,
    ),
    loadAt: tiring(random),
  };
  const method = random.pick(['GET', 'GET', 'GET', 'POST', 'HEAD']);
  const target = random.chance(0.5) ? '/' : pickPage(random);
  const body = textBytes(random.text(Math.floor(random.around(60, 1.5))));
  const status = random.pick([200, 200, 200, 301, 404]);
  const make: MakeExchange = () => ({ method, target, ...(method === 'POST' ? { body } : {}), answer: { status } });
  return attackOn('DoS', context, webSeries(context, campaign, drawSize(context, 350, 1200, 50), make));
};
