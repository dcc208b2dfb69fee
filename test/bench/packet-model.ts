// bench: the packet model on two cores beside the seed's way, on the same packets: node packet-model.ts [--kinds none,port-scan] [--triton].
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { PacketModel } from '../../functions/infer/packet-models.ts';
import { createScoreCache } from '../../functions/infer/score-cache.ts';
import { type SequenceScore, scoreSequences } from '../../functions/infer/score-sequences.ts';
import { SequenceList } from '../../functions/infer/sequence-list.ts';
import { LABELS } from '../../lib/detection/labels.ts';
import { batchLimits } from '../../lib/model/batch-limits.ts';
import type { BatchLimits } from '../../lib/model/batch-plan.ts';
import type { ModelServer } from '../../lib/model/model-server.ts';
import { type PacketModelMetadata, parsePacketModelMetadata } from '../../lib/model/packet-model-metadata.ts';
import { createPacketTokens, LINE_READINGS, type LineReading } from '../../lib/model/packet-tokens.ts';
import { parseVocabulary } from '../../lib/model/vocabulary.ts';
import { createOnnxModelServer } from '../../lib/onnx/onnx-model-server.ts';
import { createTritonModelServer } from '../../lib/triton/triton-model-server.ts';
import type { AttackKind } from '../../local/generate/varied.ts';
import { startTriton } from '../real/triton-server.ts';
import { type InstalledModels, installModels } from './packet-model/models.ts';
import { startRival } from './packet-model/rival.ts';
import { tokenSpeed } from './packet-model/token-speed.ts';
import { KINDS, readTraffic, type Traffic } from './packet-model/traffic.ts';

const CORES = 2;
const LANES = 4;
const RIVAL_PACKETS = 16;
/** Of each reading at most so many tokens are scored, drawn evenly over the sample. */
const SAMPLE_TOKENS = 60_000;
const GOALS = { padded: 2.5, unpadded: 20, dump: 20, triton: 0.9, idsPerSecond: 100e6, overhead: 0.05 } as const;

const { values: options } = parseArgs({
  options: { kinds: { type: 'string', default: KINDS.join(',') }, triton: { type: 'boolean', default: true } },
  allowNegative: true,
});

type Ids = readonly number[];

interface Cost {
  readonly wallMs: number;
  readonly scores: readonly SequenceScore[];
}

function packetModel(metadata: PacketModelMetadata): PacketModel {
  const tokens = { createBuffer: () => new Int32Array(), encode: () => 0 };
  return { metadata, tokens, pad: 0, cache: createScoreCache() };
}

/** Milliseconds for all inputs together, as the stage scores them, with nothing remembered. */
async function score(
  models: ModelServer,
  metadata: PacketModelMetadata,
  inputs: readonly Ids[],
  limits = batchLimits(metadata),
): Promise<Cost> {
  const list = new SequenceList();
  for (const ids of inputs) list.add(Int32Array.from(ids), ids.length, 0);
  const startedAt = performance.now();
  const scores = await scoreSequences(packetModel(metadata), list, {
    ...{ models, limits, lanes: LANES, untilMs: performance.now() + 1e9, clockMs: () => performance.now() },
    signal: new AbortController().signal,
  });
  return { wallMs: performance.now() - startedAt, scores };
}

/** Every n-th input, so that they have SAMPLE_TOKENS at most. */
function sampleOf(inputs: readonly Ids[]): readonly Ids[] {
  const tokens = inputs.reduce((sum, { length }) => sum + length, 0);
  const step = Math.max(1, Math.ceil(tokens / SAMPLE_TOKENS));
  return inputs.filter((_, k) => k % step === 0);
}

function lineOf(ids: Ids, words: readonly string[]): string {
  const pieces = ids.slice(1, -1).map((id) => words[id] ?? '');
  return pieces.join(' ').replaceAll(' ##', '').replaceAll('- ', '-');
}

function verdict(ratio: number, goal: number): string {
  return `${ratio.toFixed(2)} × (${ratio >= goal ? 'reached' : 'MISSED'}: ≥ ${goal})`;
}

function row(...cells: readonly (string | number)[]): void {
  const [first = '', ...others] = cells.map(String);
  console.log(`  ${first.padEnd(30)}${others.map((cell) => cell.padStart(13)).join('')}`);
}

function sum<T>(all: readonly T[], value: (one: T) => number): number {
  return all.reduce((total, one) => total + value(one), 0);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function readMetadata(models: InstalledModels, precision: 'fp32' | 'int8'): PacketModelMetadata {
  const folder = join(models.repositories[precision], 'bert_packet', '1');
  return parsePacketModelMetadata(JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')));
}

async function measureRival(
  models: InstalledModels,
  traffic: readonly Traffic[],
  words: readonly string[],
): Promise<number> {
  const inputs = traffic.flatMap((one) => one.inputs);
  const rival = await startRival(models.plain, models.vocabulary, CORES);
  const times: number[] = [];
  try {
    for (let k = 0; k <= RIVAL_PACKETS; k += 1) {
      const line = lineOf(inputs[Math.floor((k * inputs.length) / (RIVAL_PACKETS + 1))] ?? [], words);
      const startedAt = performance.now();
      const logits = await rival.score(line);
      if (logits.length !== LABELS.length) throw new Error(`the rival gave ${logits.length} logits`);
      if (k > 0) times.push(performance.now() - startedAt);
    }
  } finally {
    await rival.close();
  }
  return median(times);
}

interface Ours {
  readonly perScored: number;
  readonly sample: readonly Ids[];
  readonly cost: Cost;
}

async function measureOurs(
  models: ModelServer,
  metadata: PacketModelMetadata,
  traffic: readonly Traffic[],
): Promise<Ours> {
  const inputs = traffic.flatMap((one) => one.inputs);
  const sample = sampleOf(inputs);
  await score(models, metadata, sample.slice(0, 4));
  const cost = await score(models, metadata, sample);
  const distinct = inputs.length / sum(traffic, ({ scored }) => scored);
  return { perScored: (cost.wallMs / sample.length) * distinct, sample, cost };
}

/** Milliseconds a sequence by tokens and batch, one core's worth of them. */
async function printTable(
  models: Readonly<Record<'fp32' | 'int8', ModelServer>>,
  of: (precision: 'fp32' | 'int8') => PacketModelMetadata,
) {
  console.log('\nms a sequence on two cores, by tokens × sequences in a batch');
  const batches = [1, 8, 32];
  row(
    'tokens',
    ...(['fp32', 'int8'] as const).flatMap((precision) => batches.map((batch) => `${precision} × ${batch}`)),
  );
  for (const tokens of [16, 32, 64, 128, 256, 512]) {
    const cells: string[] = [];
    for (const precision of ['fp32', 'int8'] as const) {
      for (const sequences of batches) {
        const limits: BatchLimits = { sequences, tokens: sequences * tokens };
        const count = Math.max(sequences * CORES, Math.ceil(4096 / tokens / sequences) * sequences);
        const inputs = Array.from({ length: count }, (_, k) =>
          Array.from({ length: tokens }, (_, i) => 104 + ((i * 7919 + k * 31) % 1900)),
        );
        const { wallMs } = await score(models[precision], of(precision), inputs, limits);
        cells.push((wallMs / count).toFixed(1));
      }
    }
    row(tokens, ...cells);
  }
}

function agreement(a: readonly SequenceScore[], b: readonly SequenceScore[]) {
  let [same, most] = [0, 0];
  for (const [k, one] of a.entries()) {
    const other = b[k];
    if (typeof one === 'string' || other === undefined || typeof other === 'string') throw new Error('not scored');
    if (one.indexOf(Math.max(...one)) === other.indexOf(Math.max(...other))) same += 1;
    for (const [label, value] of one.entries()) most = Math.max(most, Math.abs(value - (other[label] ?? 0)));
  }
  return { share: same / a.length, most };
}

const models = installModels();
const words = readFileSync(models.vocabulary, 'utf8').split('\n');
const metadataOf = (precision: 'fp32' | 'int8') => readMetadata(models, precision);
const inProcess = {
  fp32: createOnnxModelServer({ repository: models.repositories.fp32, workers: CORES }),
  int8: createOnnxModelServer({ repository: models.repositories.int8, workers: CORES }),
};
try {
  const kinds = options.kinds.split(',') as AttackKind[]; // what is no kind makes no capture, and fails
  const traffic = new Map<LineReading, readonly Traffic[]>();
  for (const reading of LINE_READINGS)
    traffic.set(reading, await readTraffic(kinds, reading, readFileSync(models.vocabulary, 'utf8')));
  console.log('packets over TCP and IPv4 of each capture, and tokens of an input on average');
  row('capture', 'all', 'payload', 'scored', 'distinct', 'unpadded');
  for (const { kind, packets, payloadPackets, scored, inputs } of traffic.get('unpadded') ?? []) {
    row(
      kind,
      packets,
      payloadPackets,
      scored,
      inputs.length,
      Math.round(sum(inputs, ({ length }) => length) / inputs.length),
    );
  }

  const rivalMs = await measureRival(models, traffic.get('unpadded') ?? [], words);
  console.log(
    `\nthe seed's way: ${rivalMs.toFixed(1)} ms a packet (fp32 as torch exports it, ${CORES} threads, 512 tokens, tokenizer made anew, HTTP and JSON)`,
  );
  const results = new Map<LineReading, Ours>();
  for (const reading of LINE_READINGS) {
    const all = traffic.get(reading) ?? [];
    const ours = await measureOurs(inProcess.int8, metadataOf('int8'), all);
    results.set(reading, ours);
    const perDump =
      (rivalMs * sum(all, ({ packets }) => packets)) / (ours.perScored * sum(all, ({ scored }) => scored));
    const perPayload =
      (rivalMs * sum(all, ({ payloadPackets }) => payloadPackets)) /
      (ours.perScored * sum(all, ({ scored }) => scored));
    console.log(
      `${reading}: ${ours.perScored.toFixed(1)} ms a scored packet (int8, ${ours.sample.length} inputs timed): ${verdict(rivalMs / ours.perScored, GOALS[reading])}`,
    );
    console.log(
      `  a dump, budget on: ${verdict(perDump, GOALS.dump)}; were the rival to leave out packets without payload: ${perPayload.toFixed(2)} ×`,
    );
  }

  const unpadded = results.get('unpadded');
  if (unpadded === undefined) throw new Error('nothing was measured');
  const exact = await score(inProcess.fp32, metadataOf('fp32'), unpadded.sample.slice(0, 128));
  const { share, most } = agreement(exact.scores, unpadded.cost.scores.slice(0, 128));
  console.log(
    `int8 gives fp32's label to ${(share * 100).toFixed(1)} % of ${exact.scores.length} inputs (random weights), its probabilities differ by ${most.toFixed(3)} at most`,
  );

  if (options.triton) {
    const triton = await startTriton({
      repository: models.repositories.int8,
      models: [{ name: 'bert_packet' }],
      instances: CORES,
    });
    const remote = createTritonModelServer({ endpoints: [triton.address] });
    try {
      await score(remote, metadataOf('int8'), unpadded.sample.slice(0, 8));
      const ratios: number[] = [];
      let overhead = 0;
      for (let round = 0; round < 3; round += 1) {
        const here = await score(inProcess.int8, metadataOf('int8'), unpadded.sample);
        const before = process.cpuUsage();
        const there = await score(remote, metadataOf('int8'), unpadded.sample);
        const { user, system } = process.cpuUsage(before);
        overhead = (user + system) / 1000 / (there.wallMs * CORES);
        ratios.push(here.wallMs / there.wallMs);
      }
      console.log(
        `through Triton, beside in process: ${verdict(median(ratios), GOALS.triton)} (of ${ratios.map((one) => one.toFixed(2)).join(', ')})`,
      );
      console.log(
        `client's CPU beside inference: ${(overhead * 100).toFixed(1)} % (${overhead < GOALS.overhead ? 'reached' : 'MISSED'}: < ${GOALS.overhead * 100} %)`,
      );
    } finally {
      await remote.close();
      await triton.stop();
    }
  }

  for (const reading of LINE_READINGS) {
    const speed = tokenSpeed(createPacketTokens(parseVocabulary(readFileSync(models.vocabulary, 'utf8')), reading));
    const reached = speed >= GOALS.idsPerSecond ? 'reached' : 'MISSED';
    console.log(`token ids, ${reading}: ${Math.round(speed / 1e6)} million a second on one core (${reached}: ≥ 100)`);
  }
  await printTable(inProcess, metadataOf);
} finally {
  await Promise.all(Object.values(inProcess).map((server) => server.close()));
}
