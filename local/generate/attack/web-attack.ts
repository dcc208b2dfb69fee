// generate: how an attack on a web application comes: one try by hand among ordinary pages, or a row of hundreds by a tool.
import type { Nature, WebAnswer } from '../app/http-habits.ts';
import { ordinaryExchange, parameters, pickCookie, scripts } from '../app/web-pages.ts';
import { textBytes } from '../bytes/text.ts';
import type { Session } from '../packet.ts';
import type { Random } from '../random.ts';
import { type MakeExchange, pickCampaign, type WebExchange, webSeries } from '../web-series.ts';
import { type BehaviourContext, disguised, drawRate, drawSize } from './behaviour.ts';

/** Where in a request the hostile text stands. */
export type Place = 'query' | 'path' | 'body' | 'json' | 'cookie' | 'referer' | 'agent' | 'header' | 'multipart';

export interface WebAttackStyle {
  /** Requests of a tool; a person sends a few. */
  readonly median: number;
  readonly largest: number;
  /** The hostile request. */
  readonly make: MakeExchange;
  readonly nature?: Nature;
}

/** A third are single tries by hand, with the ordinary pages of the same visitor before and after them. */
export function* webAttackSeries(context: BehaviourContext, style: WebAttackStyle): Generator<Session> {
  const { attacker, random, victim } = context;
  const byHand = context.size === undefined ? random.chance(0.35) : context.size < 20;
  const cookie = random.chance(0.6) ? ([['Cookie', pickCookie(random)]] as const) : [];
  const withCookie = (exchange: WebExchange): WebExchange => ({
    ...exchange,
    headers: [...cookie, ...(exchange.headers ?? [])],
  });
  if (byHand) {
    const perConnection = random.pick([1, 2, 4, 8]);
    const shape = { perSecond: drawRate(random, 0.05, 2), perConnection, thinkMs: drawRate(random, 100, 6000) };
    const campaign = pickCampaign(attacker, victim, { ...shape, nature: style.nature ?? 'browser' }, random);
    const count = context.size ?? perConnection * random.integer(1, 8);
    // Every connection holds one try at least: a flow of nothing but ordinary pages is no attack.
    const tryAt = random.integer(0, perConnection - 1);
    yield* webSeries(context, campaign, count, (number, chance, self) => {
      const hostile = number % perConnection === tryAt || number === count - 1 || chance.chance(0.3);
      return withCookie((hostile ? style.make : ordinaryExchange)(number, chance, self));
    });
    return;
  }
  const drawn = pickCampaign(attacker, victim, { perSecond: drawRate(random, 1, 120) }, random);
  const campaign = { ...disguised(drawn, random), rotates: random.chance(0.15) };
  const count = drawSize(context, style.median, style.largest);
  yield* webSeries(context, campaign, count, (number, chance, self) => withCookie(style.make(number, chance, self)));
}

/** A request with the text at a place of it; the text is encoded already where the place needs it. */
export function placeText(text: string, place: Place, random: Random): Omit<WebExchange, 'answer'> {
  const script = random.pick(scripts);
  const name = random.pick(parameters);
  const others = `${random.chance(0.5) ? `&Submit=Submit` : ''}${random.chance(0.3) ? `&${random.pick(parameters)}=${random.integer(1, 99)}` : ''}`;
  switch (place) {
    case 'query':
      return { method: 'GET', target: `${script}?${name}=${text}${others}` };
    case 'path':
      return { method: 'GET', target: `${script}/${text}` };
    case 'body':
      return {
        ...{ method: 'POST', target: script, mediaType: 'application/x-www-form-urlencoded' },
        body: textBytes(`${name}=${text}${others}`),
      };
    case 'json':
      return {
        ...{ method: random.pick(['POST', 'PUT']), target: script, mediaType: 'application/json' },
        body: textBytes(JSON.stringify({ [name]: text, [random.pick(parameters)]: random.integer(1, 99) })),
      };
    case 'multipart':
      return {
        ...{ method: 'POST', target: script, mediaType: 'multipart/form-data; boundary=----form7x2' },
        body: textBytes(
          `------form7x2\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n------form7x2--\r\n`,
        ),
      };
    case 'cookie':
      return { method: 'GET', target: script, headers: [['Cookie', `${name}=${text}; ${pickCookie(random)}`]] };
    case 'referer':
      return { method: 'GET', target: script, headers: [['Referer', text]] };
    case 'agent':
      return { method: 'GET', target: script, headers: [['User-Agent', text]] };
    case 'header':
      return {
        method: 'GET',
        target: script,
        headers: [[random.pick(['X-Forwarded-For', 'X-Api-Version', 'X-Client']), text]],
      };
  }
}

/** One application's way to answer what it does not like, drawn once. */
export function pickVerdict(random: Random): (chance: Random) => WebAnswer {
  const usual = random.pick([200, 200, 200, 200, 500, 403, 302, 404, 400]);
  const other = random.pick([200, 500, 403, 302, 404]);
  const share = random.pick([0, 0.1, 0.5]);
  return (chance) => ({ status: chance.chance(share) ? other : usual });
}
