// generate: a row of HTTP connections from one program to one site, each with one request or several.
import {
  type ClientHabits,
  encodeWebAnswer,
  encodeWebRequest,
  type Nature,
  pickClientHabits,
  pickServerHabits,
  type ServerHabits,
  type WebAnswer,
  type WebRequest,
} from './app/http-habits.ts';
import { type Ending, end, pickEnding } from './app/turns.ts';
import { formatAddress } from './bytes/address.ts';
import type { TrafficContext } from './context.ts';
import type { Host } from './host.ts';
import { type Pace, pickPace } from './pace.ts';
import type { Session } from './packet.ts';
import type { Random } from './random.ts';
import { tcpSeries } from './tcp-series.ts';
import type { Turn } from './tcp-session.ts';
import { milliseconds, seconds } from './time.ts';

/** Who asks whom, and how; drawn once for a whole row. */
export interface WebCampaign {
  readonly client: (number: number) => Host;
  readonly server: (number: number) => Host;
  readonly serverPort: number;
  readonly hostName: string;
  readonly habits: ClientHabits;
  /** Another user agent and other headers on every connection. */
  readonly rotates: boolean;
  readonly site: ServerHabits;
  readonly perConnection: number;
  readonly gapNs: Pace;
  readonly thinkMs: number;
  readonly ending: Ending;
  readonly lossRate: number;
  /** Share of the server's strength that is used up at the n-th connection: slow answers, errors, silence. */
  readonly loadAt: (number: number) => number;
}

export interface WebStyle {
  readonly nature?: Nature;
  readonly perSecond: number;
  readonly perConnection?: number;
  readonly thinkMs?: number;
}

/** A bare address as it stands in a URL. */
export function hostText({ address }: Host): string {
  return address.length === 4 ? formatAddress(address) : `[${formatAddress(address)}]`;
}

export function pickHostName(server: Host, random: Random): string {
  const first = random.pick(['www', 'shop', 'intranet', 'portal', 'app', 'test', 'blog', 'dvwa']);
  if (random.chance(0.35)) return hostText(server);
  return `${first}.${random.text(random.integer(4, 9))}.example`;
}

export function pickCampaign(client: Host, server: Host, style: WebStyle, random: Random): WebCampaign {
  const habits = pickClientHabits(random, style.nature);
  return {
    client: () => client,
    server: () => server,
    serverPort: random.pick([80, 80, 80, 80, 8080, 8000, 8888, 81, 3000]),
    hostName: pickHostName(server, random),
    habits,
    rotates: false,
    site: pickServerHabits(random),
    perConnection: style.perConnection ?? (habits.keepsAlive ? random.pick([1, 5, 20, 100]) : 1),
    gapNs: pickPace(random, 1e9 / style.perSecond),
    thinkMs: style.thinkMs ?? random.around(40, 1),
    ending: pickEnding(random),
    lossRate: random.pick([0, 0, 0, 0.01, 0.03]),
    loadAt: () => 0,
  };
}

/** A request and what comes of it. */
export interface WebExchange extends WebRequest {
  /** No answer at all where left out. */
  readonly answer?: WebAnswer & { readonly delayMs?: number };
}

export type MakeExchange = (number: number, random: Random, campaign: WebCampaign) => WebExchange;

/** `count` requests in all. */
export function* webSeries(
  context: TrafficContext,
  campaign: WebCampaign,
  count: number,
  make: MakeExchange,
): Generator<Session> {
  const connections = Math.ceil(count / campaign.perConnection);
  yield* tcpSeries(context, connections, campaign.gapNs, (number, random) => {
    const first = number * campaign.perConnection;
    const requests = Math.min(campaign.perConnection, count - first);
    const load = Math.min(1, campaign.loadAt(number));
    return {
      client: campaign.client(number),
      server: campaign.server(number),
      serverPort: campaign.serverPort,
      lossRate: Math.max(campaign.lossRate, load * 0.08),
      answer: random.chance(load * 0.15) ? 'ignore' : random.chance(load * 0.05) ? 'refuse' : 'accept',
      turns: webTurns(campaign, first, requests, load, make, random),
    };
  });
}

export function* webTurns(
  campaign: WebCampaign,
  first: number,
  requests: number,
  load: number,
  make: MakeExchange,
  random: Random,
): Generator<Turn> {
  const habits = campaign.rotates ? pickClientHabits(random, campaign.habits.nature) : campaign.habits;
  for (let at = 0; at < requests; at++) {
    const exchange = make(first + at, random, campaign);
    const [head, body] = encodeWebRequest(habits, campaign.hostName, exchange);
    const waitNs = milliseconds(random.around(at === 0 ? 0.4 : campaign.thinkMs, 0.7));
    if (habits.splitsBody && body.length > 0) {
      yield { kind: 'data', from: 'client', bytes: head, waitNs };
      yield { kind: 'data', from: 'client', bytes: body, waitNs: milliseconds(0.05) };
    } else {
      const whole = new Uint8Array(head.length + body.length);
      whole.set(head);
      whole.set(body, head.length);
      yield { kind: 'data', from: 'client', bytes: whole, waitNs };
    }
    const { answer } = exchange;
    if (answer === undefined || random.chance(load * 0.3)) {
      const how = random.pick(['fin', 'rst', 'fin-rst']);
      yield { kind: 'close', from: 'client', how, waitNs: seconds(random.around(5, 0.8)) };
      return;
    }
    const closes = at + 1 === requests && (!campaign.site.keepsAlive || campaign.ending === 'server-fin');
    const overloaded = random.chance(load * 0.4) ? { status: random.pick([500, 502, 503]) } : answer;
    const bytes = encodeWebAnswer(campaign.site, overloaded, closes, exchange.method === 'HEAD');
    const slowMs = random.around(campaign.site.answerMs, 0.6) + load * random.around(400, 0.8);
    yield { kind: 'data', from: 'server', bytes, waitNs: milliseconds(slowMs + (answer.delayMs ?? 0)) };
  }
  yield* end(campaign.ending, campaign.perConnection === 1 ? 1 : 300, random);
}
