// bench: the embedded engine beside OpenSearch 3.8 on one machine: writing flow documents, then the same questions to both, in
// turns: node search.ts [--documents 1000000] [--memory 192] [--threads 2] [--only name] [--no-rival].
import { parseArgs } from 'node:util';
import { ensureIndexes, ensureTemplates } from '../../lib/opensearch/bootstrap.ts';
import { prepareDocuments, readBodies, readSamples } from './search/documents.ts';
import { planQuestions, type Question } from './search/questions.ts';
import { type Rival, startEmbedded, startRival } from './search/rivals.ts';

const { values: options } = parseArgs({
  options: {
    documents: { type: 'string', default: '1000000' },
    memory: { type: 'string', default: '192' },
    threads: { type: 'string', default: '2' },
    only: { type: 'string', default: '' },
    rival: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
/** Bodies held in memory while they are sent: only sending is timed. */
const BODIES_AT_ONCE = 24;
/** Beyond these documents come again as other dumps of later days: so many take five minutes to make. */
const MOST_DISTINCT = 1_000_000;
/** As many as the index stage has functions at once. */
const LANES = 2;
const BULK_GOAL = 4;
const QUIET_MS = 5_000;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

async function send(rival: Rival, bodies: readonly { readonly lines: string }[]): Promise<number> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const reply = await rival.client.request('POST', '/_bulk', { lines: body.lines });
      if ((reply.body as { errors: boolean }).errors) throw new Error(`${rival.name} refused documents`);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: LANES }, lane));
  return performance.now() - started;
}

/** Both get the same bodies, a few of each in turn: what else the machine does meets both alike. */
async function writeAll(rivals: readonly Rival[], dumps: number, count: number): Promise<void> {
  const spent = new Map(rivals.map((rival) => [rival, { ms: 0, cpu: rival.cpuSeconds() }]));
  const bodies = readBodies(dumps, count);
  let written = 0;
  let said = 0;
  for (let isDone = false; !isDone; ) {
    const batch: { lines: string; documents: number }[] = [];
    while (batch.length < BODIES_AT_ONCE && !isDone) {
      const step = await bodies.next();
      if (step.done === true) isDone = true;
      else batch.push(step.value);
    }
    for (const rival of rivals) {
      const one = spent.get(rival);
      if (one !== undefined) one.ms += await send(rival, batch);
    }
    written += batch.reduce((sum, body) => sum + body.documents, 0);
    if (written - said >= 100_000) {
      said = written;
      console.log(
        `  ${written} documents: ${rivals.map((r) => `${r.name} ${Math.round((spent.get(r)?.ms ?? 0) / 1000)} s`).join(', ')}`,
      );
    }
  }
  const rates: number[] = [];
  for (const rival of rivals) {
    const { ms, cpu } = spent.get(rival) ?? { ms: Number.NaN, cpu: 0 };
    const rate = (count * 1000) / ms;
    rates.push(rate);
    const { nowMebibytes, peakMebibytes } = rival.memory();
    console.log(
      `${rival.name}: ${Math.round(rate)} documents/s, ${(((rival.cpuSeconds() - cpu) * 1e6) / count).toFixed(0)} µs of CPU a document, RSS ${Math.round(nowMebibytes)} MiB, peak ${Math.round(peakMebibytes)} MiB`,
    );
  }
  const [ours, theirs] = rates;
  if (ours !== undefined && theirs !== undefined) {
    const ratio = ours / theirs;
    console.log(
      `bulk: ${ratio.toFixed(2)} × OpenSearch (${ratio >= BULK_GOAL ? 'reached' : 'MISSED'}: ≥ ${BULK_GOAL})`,
    );
  }
}

/** Until nothing is written or merged any more. */
async function untilQuiet(rivals: readonly Rival[]): Promise<void> {
  for (const rival of rivals) await rival.client.request('POST', '/smartids-flows/_refresh');
  for (let before = Number.NaN; ; ) {
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    const now = rivals.reduce((sum, rival) => sum + rival.cpuSeconds(), 0);
    if (now - before < (QUIET_MS / 1000) * 0.1) break;
    before = now;
  }
  for (const rival of rivals) console.log(`${rival.name}: ${Math.round(rival.diskBytes() / 2 ** 20)} MiB on disk`);
}

interface Answer {
  readonly hits: { readonly total: { readonly value: number }; readonly hits: readonly { readonly _id: string }[] };
  readonly aggregations?: Readonly<Record<string, { readonly buckets?: readonly { readonly doc_count: number }[] }>>;
}

/** What both must say alike: the total, the hits in order, the sizes of the outermost buckets. */
function gistOf(answer: Answer): string {
  const buckets = Object.values(answer.aggregations ?? {}).map((one) => one.buckets?.map((bucket) => bucket.doc_count));
  return JSON.stringify([answer.hits.total.value, answer.hits.hits.map((hit) => hit._id), buckets]);
}

async function ask(question: Question, rivals: readonly Rival[]): Promise<void> {
  const times = rivals.map(() => [] as number[]);
  let different = 0;
  let total = 0;
  for (const body of question.bodies) {
    const gists = new Set<string>();
    for (const [at, rival] of rivals.entries()) {
      const started = performance.now();
      const reply = await rival.client.request('POST', '/smartids-flows/_search', {
        query: { request_cache: false },
        body,
      });
      times[at]?.push(performance.now() - started);
      const answer = reply.body as Answer;
      total += answer.hits.total.value / rivals.length;
      gists.add(gistOf(answer));
    }
    if (gists.size > 1) different += 1;
  }
  const medians = times.map(median);
  const [ours = Number.NaN, theirs] = medians;
  const ratio = theirs === undefined ? undefined : ours / theirs;
  const verdict =
    ratio === undefined || question.goal === undefined
      ? ''
      : ratio <= question.goal
        ? `reached: ≤ ${question.goal}`
        : `MISSED: ≤ ${question.goal}`;
  const figures = medians.map((one) => `${one.toFixed(1)} ms`.padStart(12)).join('');
  console.log(
    `  ${question.name.padEnd(46)}${figures}${(ratio === undefined ? '' : `${ratio.toFixed(2)} ×`).padStart(11)}  ${verdict.padEnd(16)} ${Math.round(total / question.bodies.length)} found${different > 0 ? `, ${different} of ${question.bodies.length} ANSWERS DIFFER` : ''}`,
  );
}

const count = Number(options.documents);
const dumps = await prepareDocuments(Math.min(count, MOST_DISTINCT));
const rivals: Rival[] = [await startEmbedded({ memoryMib: Number(options.memory), threads: Number(options.threads) })];
try {
  if (options.rival) rivals.push(await startRival());
  for (const rival of rivals) {
    await ensureTemplates(rival.client);
    await ensureIndexes(rival.client);
  }
  await writeAll(rivals, dumps, count);
  await untilQuiet(rivals);
  console.log(`  ${''.padEnd(46)}${rivals.map((rival) => rival.name.padStart(12)).join('')}`);
  const questions = planQuestions(readSamples(dumps)).filter(({ name }) => name.includes(options.only));
  for (const question of questions) await ask(question, rivals);
  for (const rival of rivals) {
    const { nowMebibytes, peakMebibytes } = rival.memory();
    console.log(`${rival.name}: RSS ${Math.round(nowMebibytes)} MiB, peak ${Math.round(peakMebibytes)} MiB`);
  }
} finally {
  for (const rival of rivals) await rival.close();
}
