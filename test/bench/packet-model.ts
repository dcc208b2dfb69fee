// bench: the packet model on two cores beside the seed's way, on the same packets of whole captures:
// node packet-model.ts [--kinds none,port-scan] [--no-triton] [--lengths FILE, for triton/bench/gpu.py].
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LABELS } from '../../lib/detection/labels.ts';
import { parsePacketModelMetadata } from '../../lib/model/packet-model-metadata.ts';
import { createPacketTokens, LINE_READINGS, type LineReading } from '../../lib/model/packet-tokens.ts';
import { parseVocabulary } from '../../lib/model/vocabulary.ts';
import { createOnnxModelServer } from '../../lib/onnx/onnx-model-server.ts';
import { ATTACK_KINDS, type AttackKind } from '../../local/generate/varied.ts';
import { type InstalledModels, installModels } from './packet-model/models.ts';
import { startRival } from './packet-model/rival.ts';
import { throughTriton } from './packet-model/through-triton.ts';
import { agreement, type Ids, type Scorer, sampleOf, timedScores } from './packet-model/timed-scores.ts';
import { tokenSpeed } from './packet-model/token-speed.ts';
import { readTraffic, type Traffic } from './packet-model/traffic.ts';

const CORES = 2;
const RIVAL_PACKETS = 24;
/** Of each capture at most so many tokens are timed, every n-th input. */
const SAMPLE_TOKENS = 8000;
const GOALS = { padded: 2.5, unpadded: 20, dump: 20, triton: 0.9, idsPerSecond: 100e6, overhead: 0.05 } as const;
const TABLE_TOKENS = [16, 32, 64, 128, 256, 512];
const TABLE_BATCHES = [1, 8, 32];

const { values: options } = parseArgs({
  options: {
    kinds: { type: 'string', default: ATTACK_KINDS.join(',') },
    triton: { type: 'boolean', default: true },
    lengths: { type: 'string' },
  },
  allowNegative: true,
});

type Precision = 'fp32' | 'int8';

function scorerOf(models: InstalledModels, precision: Precision): Scorer {
  const repository = models.repositories[precision];
  const file = join(repository, 'bert_packet', '1', 'model.json');
  const metadata = parsePacketModelMetadata(JSON.parse(readFileSync(file, 'utf8')));
  return { models: createOnnxModelServer({ repository, workers: 1, threads: CORES }), metadata };
}

function row(...cells: readonly (string | number)[]): void {
  const [first = '', ...others] = cells.map(String);
  console.log(`  ${first.padEnd(22)}${others.map((cell) => cell.padStart(11)).join('')}`);
}

function judge(value: number, goal: number, digits = 2): string {
  return `${value.toFixed(digits)} × (${value >= goal ? 'reached' : 'MISSED'}: ≥ ${goal})`;
}

function sum<T>(all: readonly T[], value: (one: T) => number): number {
  return all.reduce((total, one) => total + value(one), 0);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** What the tokenizer was given. */
function lineOf(ids: Ids, words: readonly string[]): string {
  const pieces = ids.slice(1, -1).map((id) => words[id] ?? '');
  return pieces.join(' ').replaceAll(' ##', '').replaceAll('- ', '-');
}

/** Milliseconds a packet, the median. */
async function measureRival(models: InstalledModels, inputs: readonly Ids[]): Promise<number> {
  const words = readFileSync(models.vocabulary, 'utf8').split('\n');
  const rival = await startRival(models.plain, models.vocabulary, CORES);
  const times: number[] = [];
  try {
    for (let k = 0; k <= RIVAL_PACKETS; k += 1) {
      const line = lineOf(inputs[Math.floor((k * inputs.length) / (RIVAL_PACKETS + 1))] ?? [], words);
      const startedAt = performance.now();
      const logits = await rival.score(line);
      if (logits.length !== LABELS.length) throw new Error(`the rival gave ${logits.length} logits`);
      // The first one warms up.
      if (k > 0) times.push(performance.now() - startedAt);
    }
  } finally {
    await rival.close();
  }
  return median(times);
}

interface Cost extends Traffic {
  /** Milliseconds a scored packet, those that are like another one among them. */
  readonly perScoredMs: number;
}

async function measureOurs(scorer: Scorer, traffic: readonly Traffic[]): Promise<readonly Cost[]> {
  const costs: Cost[] = [];
  for (const one of traffic) {
    const sample = sampleOf(one.inputs, SAMPLE_TOKENS);
    if (costs.length === 0) await timedScores(scorer, sample.slice(0, 4));
    const { wallMs } = await timedScores(scorer, sample);
    costs.push({ ...one, perScoredMs: ((wallMs / sample.length) * one.inputs.length) / one.scored });
  }
  return costs;
}

function printCosts(reading: LineReading, costs: readonly Cost[], rivalMs: number): void {
  console.log(`\n${reading}, int8`);
  row('capture', 'packets', 'payload', 'scored', 'distinct', 'tokens', 'ms', 'a packet', 'a dump');
  for (const { kind, packets, payloadPackets, scored, inputs, perScoredMs } of costs) {
    const tokens = Math.round(sum(inputs, ({ length }) => length) / inputs.length);
    const ratios = [rivalMs / perScoredMs, (rivalMs * packets) / (perScoredMs * scored)].map((one) => one.toFixed(1));
    row(kind, packets, payloadPackets, scored, inputs.length, tokens, perScoredMs.toFixed(1), ...ratios);
  }
  const ourMs = sum(costs, ({ perScoredMs, scored }) => perScoredMs * scored);
  const perPacket = (rivalMs * sum(costs, ({ scored }) => scored)) / ourMs;
  console.log(`  a scored packet: ${judge(perPacket, GOALS[reading])}`);
  console.log(`  a dump, budget on: ${judge((rivalMs * sum(costs, ({ packets }) => packets)) / ourMs, GOALS.dump, 1)}`);
  const withPayload = (rivalMs * sum(costs, ({ payloadPackets }) => payloadPackets)) / ourMs;
  console.log(`  (${withPayload.toFixed(1)} × were the rival to leave packets without payload out)`);
}

/** Milliseconds a sequence, both cores at work. */
async function printTable(scorers: Readonly<Record<Precision, Scorer>>): Promise<void> {
  const precisions = ['fp32', 'int8'] as const;
  console.log('\nms a sequence, by tokens and sequences of a batch');
  row('tokens', ...precisions.flatMap((precision) => TABLE_BATCHES.map((batch) => `${precision} × ${batch}`)));
  for (const tokens of TABLE_TOKENS) {
    const cells: string[] = [];
    for (const precision of precisions) {
      for (const sequences of TABLE_BATCHES) {
        const count = Math.ceil(Math.max(4096 / tokens, sequences * 2) / sequences) * sequences;
        const inputs = Array.from({ length: count }, (_, k) =>
          Array.from({ length: tokens }, (_unused, i) => 104 + ((i * 7919 + k * 31) % 1900)),
        );
        const limits = { sequences, tokens: sequences * tokens };
        const { wallMs } = await timedScores({ ...scorers[precision], limits }, inputs);
        cells.push((wallMs / count).toFixed(1));
      }
    }
    row(tokens, ...cells);
  }
}

const models = installModels();
const vocabulary = readFileSync(models.vocabulary, 'utf8');
const scorers = { fp32: scorerOf(models, 'fp32'), int8: scorerOf(models, 'int8') };
try {
  const kinds = options.kinds.split(',') as AttackKind[]; // what is no kind makes no capture, and fails
  const padded = await readTraffic(kinds, 'padded', vocabulary);
  const unpadded = await readTraffic(kinds, 'unpadded', vocabulary);
  const inputs = unpadded.flatMap((one) => one.inputs);
  if (options.lengths !== undefined) {
    writeFileSync(options.lengths, inputs.map(({ length }) => `${length}\n`).join(''));
  }

  const sample = sampleOf(inputs, 40_000);
  if (options.triton) {
    const { ratios, overhead } = await throughTriton(models.repositories.int8, scorers.int8, CORES, sample);
    const all = ratios.map((one) => one.toFixed(2)).join(', ');
    console.log(`through Triton, as fast as in process: ${judge(median(ratios), GOALS.triton)} (of ${all})`);
    const verdict = overhead < GOALS.overhead ? 'reached' : 'MISSED';
    console.log(`its client's CPU a batch, beside inference: ${(overhead * 100).toFixed(1)} % (${verdict}: < 5 %)`);
  }

  const rivalMs = await measureRival(models, inputs);
  const way = `fp32 as torch exports it on ${CORES} threads, 512 tokens, a tokenizer made anew, HTTP and JSON`;
  console.log(`the seed's way: ${rivalMs.toFixed(1)} ms a packet (${way})`);
  printCosts('padded', await measureOurs(scorers.int8, padded), rivalMs);
  printCosts('unpadded', await measureOurs(scorers.int8, unpadded), rivalMs);

  const [exact, rounded] = [await timedScores(scorers.fp32, sample), await timedScores(scorers.int8, sample)];
  const { share, most } = agreement(exact.scores, rounded.scores);
  const words = `${(share * 100).toFixed(1)} % of ${sample.length} inputs; probabilities differ by ${most.toFixed(3)} at most`;
  console.log(`\nint8 gives fp32's label (random weights) to ${words}`);

  for (const reading of LINE_READINGS) {
    const speed = tokenSpeed(createPacketTokens(parseVocabulary(vocabulary), reading));
    const verdict = speed >= GOALS.idsPerSecond ? 'reached' : 'MISSED';
    console.log(`token ids, ${reading}: ${Math.round(speed / 1e6)} million a second on one core (${verdict}: ≥ 100)`);
  }
  await printTable(scorers);
} finally {
  await Promise.all(Object.values(scorers).map((scorer) => scorer.models.close()));
}
