// differential: dialogues of REST requests as one group of cases.
import { encodeJson } from '../../local/opensearch/request/json-text.ts';
import type { DifferentialGroup, RecordedAnswer, Side } from './differential-group.ts';
import { type RestAnswer, restAnswerOf } from './rest-answer.ts';
import { REST_PREFIX, type RestCase } from './rest-case.ts';
import type { SearchEngineUnderTest } from './search-engine-under-test.ts';

interface Dialogue extends RecordedAnswer {
  readonly answers: readonly RestAnswer[];
}

export function restGroup(name: string, cases: readonly RestCase[]): DifferentialGroup<RestCase> {
  return {
    name,
    cases,
    corpus: () => [],
    ask: async (engine, asked, side) => {
      const dialogues: Dialogue[] = [];
      for (const one of asked) dialogues.push({ answers: await runDialogue(engine, one, side) });
      return dialogues;
    },
    difference: (asked, theirs, ours) => differenceOf(asked, (theirs as Dialogue).answers, (ours as Dialogue).answers),
  };
}

async function runDialogue(engine: SearchEngineUnderTest, asked: RestCase, side: Side): Promise<RestAnswer[]> {
  await clear(engine);
  const kept = new Map<string, string>();
  const filled = (text: string): string => text.replace(/\$(\w+)/g, (all, key: string) => kept.get(key) ?? all);
  const answers: RestAnswer[] = [];
  for (const { request, body, keep } of asked.steps) {
    const [method = '', path = ''] = filled(request).split(' ');
    const text = body === undefined ? undefined : filled(textOf(body));
    const reply = await engine.request(method, path, text);
    for (const [key, member] of Object.entries(keep ?? {})) kept.set(key, String(reply.body[member]));
    answers.push(restAnswerOf(reply.status, reply.body, side === 'ours'));
  }
  await clear(engine);
  return answers;
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  return Array.isArray(body) ? body.map((line) => `${encodeJson(line)}\n`).join('') : encodeJson(body);
}

async function clear(engine: SearchEngineUnderTest): Promise<void> {
  await engine.request('DELETE', `/${REST_PREFIX}*`);
  await engine.request('DELETE', `/_index_template/${REST_PREFIX}*`);
}

function differenceOf(
  { steps, names }: RestCase,
  theirs: readonly RestAnswer[],
  ours: readonly RestAnswer[],
): string | undefined {
  const last = steps.length - 1;
  for (const [at, { request }] of steps.entries()) {
    const their = theirs[at];
    const { reason, ...our } = ours[at] ?? { status: 0 };
    if (names !== undefined && at === last)
      return our.status === 400 && reason?.includes(names) === true
        ? undefined
        : `ours does not name ${names}: ${encodeJson({ ...our, reason: reason ?? null })}`;
    if (encodeJson(their ?? null) !== encodeJson(our))
      return `${at + 1}. ${request}: theirs ${encodeJson(their ?? null)}, ours ${encodeJson({ ...our, reason: reason ?? null })}`;
  }
  return undefined;
}
