// generate: the paths, parameters and forms of ordinary sites; attacks hide among them and aim at them.
import type { Random } from '../random.ts';
import { pickFrom } from '../shuffle.ts';
import type { MakeExchange } from '../web-series.ts';

export const scripts = [
  '/index.php',
  '/item.php',
  '/search',
  '/vulnerabilities/sqli/',
  '/product',
  '/news/view.asp',
  '/catalog/list.jsp',
  '/api/v1/users',
  '/login',
  '/forum/topic',
  '/gallery',
  '/guestbook.php',
  '/cart/add',
  '/cgi-bin/query',
  '/profile',
] as const;

export const parameters = [
  'id',
  'q',
  'name',
  'cat',
  'page',
  'user',
  'item',
  'sort',
  'ref',
  'lang',
  'comment',
  'view',
] as const;

export const folders = [
  '/',
  '/css/',
  '/js/',
  '/images/',
  '/about/',
  '/news/',
  '/products/',
  '/blog/',
  '/static/',
] as const;

export function pickPage(random: Random): string {
  const folder = random.pick(folders);
  const name = random.pick(['', 'index.html', 'style.css', 'app.js', 'logo.png', 'contact', random.text(6)]);
  return random.chance(0.25)
    ? `${random.pick(scripts)}?${random.pick(parameters)}=${random.integer(1, 900)}`
    : folder + name;
}

export const ordinaryExchange: MakeExchange = (_number, random, campaign) => ({
  method: random.chance(0.95) ? 'GET' : 'HEAD',
  target: pickPage(random),
  ...(random.chance(0.3) ? { headers: [['Referer', `http://${campaign.hostName}${pickPage(random)}`]] as const } : {}),
  answer: {
    status: random.pick([200, 200, 200, 200, 200, 304, 302, 404]),
    bodyBytes: Math.min(20_000, Math.floor(random.around(campaign.site.pageBytes, 1))),
  },
});

/** One of the campaign's own sessions, so that a row of requests looks like one visitor's. */
export function pickCookie(random: Random): string {
  const name = random.pick(['PHPSESSID', 'JSESSIONID', 'session', 'sid', 'ASP.NET_SessionId']);
  return `${name}=${random.text(random.pick([16, 24, 26, 32]))}${random.chance(0.4) ? '; security=low' : ''}`;
}

/** Percent-encoding of what a browser would encode, of everything, twice over, or of nothing but blanks. */
export function encodeText(text: string, how: 'browser' | 'all' | 'double' | 'plus' | 'plain', random: Random): string {
  switch (how) {
    case 'browser':
      return encodeURIComponent(text);
    case 'all':
      return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    case 'double':
      return encodeURIComponent(encodeURIComponent(text));
    case 'plus':
      return encodeURIComponent(text).replaceAll('%20', '+');
    case 'plain':
      return text.replaceAll(' ', pickFrom(['%20', '+'], random));
  }
}

export const encodings = ['browser', 'browser', 'plus', 'plain', 'all', 'double'] as const;
