// generate: password guessing against web logins of many makes: forms, queries, Basic, JSON; every refusal an application knows.
import type { WebAnswer } from '../app/http-habits.ts';
import { type Form, loginRequest } from '../app/login-form.ts';
import { pickCookie } from '../app/web-pages.ts';
import type { Random } from '../random.ts';
import { pickCampaign, type WebExchange, webSeries } from '../web-series.ts';
import { attackOn, disguised, drawRate, drawSize, type PlanBehaviour } from './behaviour.ts';
import { pickPassword, pickUser } from './passwords.ts';

const pages = [
  '/login',
  '/login.php',
  '/wp-login.php',
  '/user/login',
  '/admin/index.php',
  '/vulnerabilities/brute/',
  '/api/login',
  '/api/v1/auth/token',
  '/xmlrpc.php',
  '/manager/html',
  '/administrator/index.php',
  '/cgi-bin/login.cgi',
  '/HNAP1/',
  '/owa/auth.owa',
] as const;

export const planWebLogin: PlanBehaviour = (context) => {
  const { attacker, random, victim } = context;
  const drawn = pickCampaign(
    attacker,
    victim,
    { perSecond: drawRate(random, 0.5, 80), thinkMs: drawRate(random, 1, 1500) },
    random,
  );
  const looksFirst = random.chance(0.25);
  // The page is asked for on the connection of the try: alone it would be anybody's visit.
  const perConnection = looksFirst ? 2 * Math.ceil(drawn.perConnection / 2) : drawn.perConnection;
  const campaign = { ...disguised(drawn, random), perConnection, rotates: random.chance(0.1) };
  const page = random.pick(pages);
  const form: Form = random.pick(['form', 'form', 'form', 'query', 'basic', 'json', 'xml']);
  const names = random.pick([
    ['username', 'password'],
    ['user', 'pass'],
    ['log', 'pwd'],
    ['login', 'passwd'],
    ['email', 'password'],
  ] as const);
  const extra = random.chance(0.5)
    ? `&${random.pick(['Login=Login', 'submit=Log+In', 'remember=1', 'action=login'])}`
    : '';
  const token = random.chance(0.3);
  const oneUser = random.chance(0.6) ? pickUser(random) : undefined;
  const cookie = random.chance(0.6) ? ([['Cookie', pickCookie(random)]] as const) : [];
  const refusal = pickRefusal(form, page, random);
  const solvedAt = random.chance(0.3) ? random.integer(5, 200) : -1;
  const make = (number: number, chance: Random): WebExchange => {
    if (looksFirst && number % 2 === 0)
      return { method: 'GET', target: page, headers: cookie, answer: { status: form === 'basic' ? 401 : 200 } };
    const user = oneUser ?? pickUser(chance);
    const attempt = loginRequest(
      form,
      page,
      names,
      user,
      pickPassword(chance),
      extra + (token ? `&csrf=${chance.text(32)}` : ''),
    );
    const answer = number === solvedAt ? { status: chance.pick([200, 302]), bodyBytes: 3000 } : refusal(chance);
    return { ...attempt, headers: [...cookie, ...(attempt.headers ?? [])], answer };
  };
  return attackOn(
    'Web Attack - Brute Force',
    context,
    webSeries(context, campaign, drawSize(context, 200, 900, 8), make),
  );
};

function pickRefusal(
  form: Form,
  page: string,
  random: Random,
): (chance: Random) => WebAnswer & { readonly delayMs: number } {
  const status = form === 'basic' ? 401 : random.pick([200, 200, 200, 302, 302, 401, 403, 400, 429]);
  const bodyBytes = Math.min(9000, Math.floor(random.around(status === 200 ? 2400 : 180, 0.8)));
  const headers =
    status === 302
      ? ([['Location', random.pick([page, '/login?error=1'])]] as const)
      : status === 401
        ? ([['WWW-Authenticate', 'Basic realm="Restricted"']] as const)
        : [];
  const delayMs = random.pick([0, 0, 0, 80, 1000, 2500]);
  const lockedShare = random.pick([0, 0, 0.2]);
  return (chance) => {
    if (chance.chance(lockedShare)) return { status: 429, bodyBytes: 60, delayMs: 0 };
    return {
      status,
      headers,
      bodyBytes: status === 302 ? 0 : bodyBytes,
      delayMs: delayMs * (0.9 + 0.2 * chance.uniform()),
    };
  };
}
