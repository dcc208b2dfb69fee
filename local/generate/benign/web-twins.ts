// generate: honest programs that ask web servers as attacks do: load tests, crawlers, pollers, searches in prose, updates.
import { pickClientHabits } from '../app/http-habits.ts';
import { ordinaryExchange, pickCookie, pickPage } from '../app/web-pages.ts';
import { textBytes } from '../bytes/text.ts';
import type { Host } from '../host.ts';
import type { Session } from '../packet.ts';
import { pickFrom } from '../shuffle.ts';
import { seconds } from '../time.ts';
import { type MakeExchange, pickCampaign, type WebCampaign, type WebStyle, webSeries } from '../web-series.ts';
import type { TwinContext } from './twin.ts';

function campaignOf(context: TwinContext, client: Host, server: Host, style: WebStyle): WebCampaign {
  const { random } = context;
  return { ...pickCampaign(client, server, style, random), serverPort: random.pick([80, 80, 80, 8080, 8000, 3000]) };
}

function anyServer(context: TwinContext): Host {
  const { network, random } = context;
  return random.chance(0.5) ? random.pick(network.servers) : random.pick(network.sites).host;
}

/** One's own server under a steady load: the same few addresses, everything answered. */
export function loadTest(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const perConnection = random.pick([1, 1, 10, 100]);
  const style = { perSecond: random.around(40, 0.9), perConnection, thinkMs: random.around(10, 1) };
  const campaign = {
    ...campaignOf(context, random.pick(network.clients), random.pick(network.servers), style),
    habits: pickClientHabits(random, 'program'),
  };
  const targets = Array.from({ length: random.integer(1, 6) }, () => pickPage(random));
  const posts = random.chance(0.2) ? textBytes(JSON.stringify({ item: random.text(12), count: 3 })) : undefined;
  const make: MakeExchange = (number) => {
    const target = targets[number % targets.length] ?? '/';
    const answer = { status: 200 };
    return posts === undefined
      ? { method: 'GET', target, answer }
      : { method: 'POST', target, mediaType: 'application/json', body: posts, answer };
  };
  return webSeries(context, campaign, random.integer(50, 350), make);
}

/** Page after page of a site at a polite pace, few of them gone. */
export function crawler(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const style = {
    perSecond: random.around(1.5, 0.8),
    perConnection: random.pick([1, 5, 40]),
    thinkMs: random.around(700, 0.8),
  };
  const drawn = campaignOf(context, random.pick(network.clients), anyServer(context), style);
  const agent = `Mozilla/5.0 (compatible; ${random.pick(['ExampleBot/2.1', 'SearchBot/1.0', 'archiver/0.9'])}; +http://bot.example/)`;
  const campaign = { ...drawn, habits: { ...drawn.habits, agent } };
  const gone = random.pick([0, 0.02, 0.1]);
  return webSeries(context, campaign, random.integer(20, 250), (number, chance) => ({
    method: chance.chance(0.9) ? 'GET' : 'HEAD',
    target: number === 0 ? '/robots.txt' : pickPage(chance),
    answer: { status: chance.chance(gone) ? 404 : chance.pick([200, 200, 200, 304, 301]) },
  }));
}

/** A program that asks the same question every few seconds, and people's pages that do. */
export function polling(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const every = random.around(5, 0.7);
  const style = { perSecond: 1 / every, perConnection: random.pick([1, 1, 10, 100]), thinkMs: every * 1000 };
  const campaign = campaignOf(context, random.pick(network.clients), anyServer(context), style);
  const target = random.pick([
    '/api/v1/status',
    '/api/notifications?since=1',
    '/metrics',
    '/poll',
    '/jobs/next',
    '/health',
  ]);
  const token = random.chance(0.5) ? ([['Authorization', `Bearer ${random.text(40)}`]] as const) : [];
  const bodyBytes = random.pick([2, 40, 300, 2000]);
  const posts = random.chance(0.25);
  return webSeries(context, campaign, Math.min(150, Math.ceil(context.durationNs / seconds(every))), (_, chance) => ({
    method: posts ? 'POST' : 'GET',
    target,
    headers: token,
    ...(posts
      ? {
          body: textBytes(`{"id":"${chance.text(8)}","value":${chance.integer(0, 999)}}`),
          mediaType: 'application/json',
        }
      : {}),
    answer: { status: chance.pick([200, 200, 200, 200, 304, 204]), bodyBytes, mediaType: 'application/json' },
  }));
}

const prose = [
  'select a union representative',
  'how to drop table legs safely',
  'where and when to order by phone',
  "O'Reilly book on scripting",
  'script for a school play',
  'alert document template',
  'delete from list or insert from file',
  'student union select committee',
  "it's 1 = 1 or not",
  'image onload event tutorial',
  'sleep 8 hours benefits',
  'etc passwd explained',
  '<b>bold</b> in comments',
  'exec summary & cost; price | table',
] as const;

/** Searches, comments and forms whose words are those of attacks, as people write them. */
export function proseSearches(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const style = { perSecond: random.around(0.4, 0.9), nature: 'browser', thinkMs: random.around(1500, 0.9) } as const;
  const campaign = campaignOf(context, random.pick(network.clients), anyServer(context), style);
  const cookie = [['Cookie', pickCookie(random)]] as const;
  return webSeries(context, campaign, random.integer(5, 60), (number, chance, self) => {
    if (chance.chance(0.4)) return { ...ordinaryExchange(number, chance, self) };
    const words = encodeURIComponent(chance.pick(prose)).replaceAll('%20', chance.pick(['+', '%20']));
    const answer = { status: chance.pick([200, 200, 200, 302]), bodyBytes: chance.integer(500, 8000) };
    if (chance.chance(0.7))
      return {
        method: 'GET',
        target: `/${chance.pick(['search', 'find.php', 'help'])}?q=${words}&page=${chance.integer(1, 9)}`,
        headers: cookie,
        answer,
      };
    const body = textBytes(`comment=${words}&name=${chance.text(6)}`);
    return {
      method: 'POST',
      target: '/comment',
      mediaType: 'application/x-www-form-urlencoded',
      headers: cookie,
      body,
      answer,
    };
  });
}

/** Installers and packages over plain HTTP, by programs that say much or little about themselves. */
export function updateDownloads(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const style = { perSecond: random.around(0.2, 1), perConnection: random.pick([1, 1, 6]), thinkMs: 100 };
  const drawn = campaignOf(context, random.pick(network.clients), random.pick(network.sites).host, style);
  const agents = [
    'Microsoft-Delivery-Optimization/10.0',
    'Debian APT-HTTP/1.3 (2.4.11)',
    'Microsoft BITS/7.8',
    'curl/7.81.0',
    'Steam/1.0',
  ] as const;
  const habits = random.chance(0.5)
    ? { ...pickClientHabits(random, 'program'), agent: random.pick(agents) }
    : pickClientHabits(random, random.pick(['bare', 'browser']));
  const hostName = random.chance(0.2) ? drawn.hostName : random.pick(network.sites).name;
  return webSeries(context, { ...drawn, habits, hostName }, random.integer(1, 8), (_, chance) => {
    const ending = chance.pick(['exe', 'msi', 'deb', 'rpm', 'cab', 'zip', 'apk', 'bin']);
    const noise = chance.bytes(30_000);
    const copies = Math.max(1, Math.min(14, Math.floor(chance.around(3, 0.8))));
    const body = new Uint8Array(copies * noise.length);
    for (let copy = 0; copy < copies; copy++) body.set(noise, copy * noise.length);
    body.set(textBytes(ending === 'deb' ? '!<arch>\n' : 'MZ'));
    const target = `/${chance.pick(['pool/main', 'download', 'd/msdownload/update', 'files'])}/${chance.text(7)}-${chance.integer(1, 9)}.${chance.integer(0, 20)}.${ending}`;
    const range = chance.chance(0.2);
    return {
      method: 'GET',
      target,
      headers: range ? [['Range', `bytes=${chance.integer(0, 900_000)}-${chance.integer(900_001, 2_000_000)}`]] : [],
      answer: { status: range ? 206 : 200, body, mediaType: 'application/octet-stream' },
    };
  });
}

/** A whole office opens the same page at nine. */
export function rushHour(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const style = {
    perSecond: random.around(8, 0.8),
    nature: 'browser',
    perConnection: random.pick([3, 8, 20]),
    thinkMs: random.around(120, 1),
  } as const;
  const drawn = campaignOf(context, random.pick(network.clients), anyServer(context), style);
  const campaign = {
    ...drawn,
    client: (number: number) => network.clients[number % network.clients.length] ?? pickFrom(network.clients, random),
    rotates: true,
  };
  return webSeries(context, campaign, random.integer(60, 400), ordinaryExchange);
}

/** A proxy in front of one's own servers: everybody's requests from one host, as many a second as a flood has. */
export function reverseProxy(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const proxy = random.pick(network.servers);
  const backends = network.servers.filter((server) => server !== proxy).slice(0, random.integer(1, 3));
  const style = { perSecond: random.around(50, 1), perConnection: random.pick([1, 1, 1, 20]), thinkMs: 15 };
  const drawn = campaignOf(context, proxy, backends[0] ?? network.servers[0], style);
  const server = (number: number): Host => backends[number % backends.length] ?? network.servers[0];
  const wrong = random.pick([0.01, 0.05, 0.2]);
  return webSeries(context, { ...drawn, server, rotates: true }, random.integer(80, 350), (number, chance, self) => {
    const forwarded = [['X-Forwarded-For', `198.51.100.${chance.integer(1, 254)}`]] as const;
    const exchange = ordinaryExchange(number, chance, self);
    const answer = chance.chance(wrong) ? { status: chance.pick([404, 500, 502, 401, 403]) } : exchange.answer;
    const headers = [...(exchange.headers ?? []), ...forwarded];
    return { ...exchange, headers, ...(answer === undefined ? {} : { answer }) };
  });
}

/** A small device's own page, polled and clicked; some requests wrong by honest mistake. */
export function clumsyClients(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const style = { perSecond: random.around(0.5, 0.8) };
  const campaign = campaignOf(context, random.pick(network.clients), random.pick(network.servers), style);
  const wrong = random.pick([0.2, 0.5]);
  return webSeries(context, campaign, random.integer(10, 80), (number, chance, self) => {
    if (!chance.chance(wrong)) return ordinaryExchange(number, chance, self);
    return {
      method: chance.pick(['GET', 'POST', 'PUT']),
      target: pickPage(chance),
      answer: { status: chance.pick([400, 404, 405, 500, 401, 403]) },
    };
  });
}
