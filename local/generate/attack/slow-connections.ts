// generate: HTTP connections that are kept busy with next to nothing: dripped headers, dripped bodies, slow reading, many ranges.
import { encodeWebAnswer, encodeWebRequest, pickClientHabits, pickServerHabits } from '../app/http-habits.ts';
import { pickPage } from '../app/web-pages.ts';
import { textBytes } from '../bytes/text.ts';
import type { Label, Session } from '../packet.ts';
import type { Random } from '../random.ts';
import { tcpSeries } from '../tcp-series.ts';
import type { Turn } from '../tcp-session.ts';
import { milliseconds, seconds } from '../time.ts';
import { pickHostName } from '../web-series.ts';
import { attackOn, type BehaviourContext, drawPace, drawRate, drawSize, type PlanBehaviour } from './behaviour.ts';

/** What one tool does on each of its connections. */
type Slowness = (random: Random) => Iterable<Turn>;

function slowPlan(label: Label, pick: (context: BehaviourContext) => Slowness): PlanBehaviour {
  return (context) => attackOn(label, context, slowSeries(context, pick(context)));
}

function slowSeries(context: BehaviourContext, turns: Slowness): Iterable<Session> {
  const { attacker, random, victim } = context;
  const serverPort = random.pick([80, 80, 80, 80, 8080, 443, 8000]);
  // Behind its limit of workers a server lets the queue fill up and then says nothing.
  const full = random.pick([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 150, 60]);
  const window = random.pick([undefined, undefined, undefined, 1, 28, 256, 1152]);
  return tcpSeries(context, drawSize(context, 70, 250, 3), drawPace(random, 2, 600), (number, chance) => ({
    client: window === undefined ? attacker : { ...attacker, stack: narrow(attacker.stack, window) },
    server: victim,
    serverPort,
    answer: number > full && chance.chance(0.7) ? 'ignore' : 'accept',
    turns: turns(chance),
  }));
}

function narrow<S extends { readonly synOptions: readonly string[] }>(stack: S, window: number): S {
  return { ...stack, window, synOptions: stack.synOptions.filter((option) => option !== 'window-scale') };
}

/** How long a server waits for the rest, and what it does then. */
function pickPatience(random: Random): { readonly seconds: number; readonly how: 'timeout' | 'fin' | 'rst' } {
  return {
    seconds: random.pick([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 10, 20, 40, 60, 300]),
    how: random.pick(['timeout', 'timeout', 'fin', 'rst']),
  };
}

interface Drip {
  readonly opening: (random: Random) => Uint8Array;
  readonly drip: (random: Random) => Uint8Array;
}

/** A beginning, drips at the tool's own interval, and an end by the tool, by the server, or by neither. */
function dripping(context: BehaviourContext, drip: Drip): Slowness {
  const { random } = context;
  const every = drawRate(random, 0.4, 30);
  const jitter = random.pick([0.01, 0.15, 0.6]);
  const lasts = Math.min(random.around(70, 0.7), every * 22);
  const patience = pickPatience(random);
  const server = pickServerHabits(random);
  const pieces = random.pick([1, 1, 2, 5]);
  const endsWith = random.pick(['fin', 'fin', 'rst', 'none'] as const);
  return function* (chance) {
    const opening = drip.opening(chance);
    const piece = Math.ceil(opening.length / pieces);
    for (let at = 0; at < opening.length; at += piece) {
      const bytes = opening.subarray(at, at + piece);
      yield { kind: 'data', from: 'client', bytes, waitNs: milliseconds(chance.around(0.2, 0.8)) };
    }
    let age = 0;
    for (;;) {
      const wait = every * (1 - jitter + 2 * jitter * chance.uniform());
      if (age + wait > patience.seconds) {
        const waitNs = seconds(Math.max(0.05, patience.seconds - age));
        if (patience.how !== 'timeout') return yield { kind: 'close', from: 'server', how: patience.how, waitNs };
        const bytes = encodeWebAnswer(server, { status: chance.pick([408, 408, 400]) }, true, false);
        yield { kind: 'data', from: 'server', bytes, waitNs };
        return yield { kind: 'close', from: 'server', how: chance.pick(['fin', 'fin-rst']), waitNs: milliseconds(0.2) };
      }
      if (age + wait > lasts) break;
      age += wait;
      yield { kind: 'data', from: 'client', bytes: drip.drip(chance), waitNs: seconds(wait) };
    }
    if (endsWith !== 'none') yield { kind: 'close', from: 'client', how: endsWith, waitNs: seconds(every) };
  };
}

/** Headers that never end. */
export const planSlowHeaders: PlanBehaviour = slowPlan('DoS Slowloris', (context) => {
  const { random, victim } = context;
  const habits = pickClientHabits(random);
  const host = pickHostName(victim, random);
  const method = random.pick(['GET', 'GET', 'GET', 'POST', 'HEAD']);
  const target = random.pick(['/', `/?${random.integer(1, 9999)}`, pickPage(random)]);
  const name = `X-${random.text(random.integer(1, 8))}`;
  const random1 = (chance: Random): string => `${name}: ${chance.integer(1, 5000)}\r\n`;
  const drip = random.pick([
    random1,
    random1,
    () => 'X-a: b\r\n',
    (chance: Random) => `${chance.text(chance.integer(4, 20))}: ${chance.text(chance.integer(2, 40))}\r\n`,
    (chance: Random) => `Cookie: ${chance.text(chance.integer(10, 300))}\r\n`,
    (chance: Random) => chance.text(1),
  ]);
  return dripping(context, {
    opening: () => {
      const [head] = encodeWebRequest(habits, host, { method, target });
      return head.subarray(0, head.length - 2);
    },
    drip: (chance) => textBytes(drip(chance)),
  });
});

/** A body that was promised long and comes in crumbs. */
export const planSlowBody: PlanBehaviour = slowPlan('DoS SlowHTTPTest', (context) => {
  const { random, victim } = context;
  const habits = pickClientHabits(random);
  const host = pickHostName(victim, random);
  const target = random.chance(0.5) ? '/' : pickPage(random);
  const length = random.pick([4096, 8192, 100_000, 1_000_000, 10_000_000]);
  const mediaType = random.pick([
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=----b',
    'text/plain',
  ]);
  const longest = random.pick([1, 16, 32, 200]);
  const headers = [['Content-Length', String(length)]] as const;
  return dripping(context, {
    opening: () => encodeWebRequest(habits, host, { method: 'POST', target, headers, mediaType })[0],
    drip: (chance) =>
      textBytes(
        longest === 1 ? 'a' : `&${chance.text(chance.integer(1, longest))}=${chance.text(chance.integer(0, longest))}`,
      ),
  });
});

/** A long answer that is read a few bytes at a time. */
export const planSlowRead: PlanBehaviour = slowPlan('DoS SlowHTTPTest', (context) => {
  const { random, victim } = context;
  const habits = pickClientHabits(random);
  const host = pickHostName(victim, random);
  const target = pickPage(random);
  const server = pickServerHabits(random);
  const every = drawRate(random, 0.5, 12);
  const first = random.integer(1, 1400);
  const probes = random.chance(0.5);
  const rounds = random.integer(3, 14);
  const pipelined = random.pick([1, 1, 3, 10]);
  const how = random.pick(['rst', 'rst', 'fin', 'fin-rst'] as const);
  return function* (chance) {
    const [head] = encodeWebRequest(habits, host, { method: 'GET', target });
    for (let copy = 0; copy < pipelined; copy++)
      yield { kind: 'data', from: 'client', bytes: head, waitNs: milliseconds(chance.around(0.2, 0.6)) };
    const answer = encodeWebAnswer(server, { status: 200, bodyBytes: 200_000 }, false, false);
    yield {
      kind: 'data',
      from: 'server',
      bytes: answer.subarray(0, first),
      waitNs: milliseconds(chance.around(4, 0.6)),
    };
    let at = first;
    for (let round = 0; round < rounds; round++) {
      // A window of nothing is probed with one byte at ever longer intervals.
      const length = probes ? 1 : chance.integer(1, 256);
      const wait = probes ? Math.min(60, 0.2 * 2 ** round) : every * (0.5 + chance.uniform());
      yield { kind: 'data', from: 'server', bytes: answer.subarray(at, at + length), waitNs: seconds(wait) };
      at += length;
    }
    yield { kind: 'close', from: 'client', how, waitNs: seconds(every) };
  };
});

/** One request with hundreds of overlapping ranges, over and over. */
export const planRangeHeaders: PlanBehaviour = slowPlan('DoS SlowHTTPTest', (context) => {
  const { random, victim } = context;
  const habits = pickClientHabits(random);
  const host = pickHostName(victim, random);
  const server = pickServerHabits(random);
  const method = random.pick(['HEAD', 'GET']);
  const ranges = random.integer(60, 1300);
  const step = random.integer(1, 5);
  const list = Array.from({ length: ranges }, (_, at) => `5-${at * step + 5}`).join(',');
  const headers = [
    ['Range', `bytes=0-,${list}`],
    ['Request-Range', `bytes=0-,${list}`],
  ] as const;
  const target = random.chance(0.5) ? '/' : pickPage(random);
  const silent = random.chance(0.3);
  const [head] = encodeWebRequest(habits, host, { method, target, headers: headers.slice(0, random.integer(1, 2)) });
  return function* (chance) {
    yield { kind: 'data', from: 'client', bytes: head, waitNs: milliseconds(chance.around(0.3, 0.6)) };
    if (silent || chance.chance(0.1)) {
      return yield { kind: 'close', from: 'client', how: 'rst', waitNs: seconds(chance.around(10, 0.5)) };
    }
    const bytes = encodeWebAnswer(server, { status: chance.pick([206, 206, 200, 416]) }, true, method === 'HEAD');
    yield { kind: 'data', from: 'server', bytes, waitNs: seconds(chance.around(0.8, 1)) };
    yield { kind: 'close', from: 'server', how: 'fin', waitNs: milliseconds(1) };
  };
});
