// bench: flow documents as the product writes them: captures of our generator split and inferred, dump after dump, kept on disk.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { indexTemplate } from '../../../lib/document/index-template.ts';
import { createOnnxModelServer } from '../../../lib/onnx/onnx-model-server.ts';
import { BULK_LIMITS, type BulkDocument, batchDocuments } from '../../../lib/opensearch/bulk-batches.ts';
import { generateBulk } from '../../../local/generate/bulk.ts';
import { encodePcap } from '../../../local/generate/file/pcap.ts';
import { createRandom } from '../../../local/generate/random.ts';
import { generatePackets } from '../../../local/generate/scenario.ts';
import { shuffle } from '../../../local/generate/shuffle.ts';
import { ATTACK_KINDS, variedScenario } from '../../../local/generate/varied.ts';
import { cacheFolder } from '../../real/tools.ts';
import { createModelRepository, DUMP, inferCapture } from '../../support/infer-capture.ts';
import type { Samples } from './questions.ts';

/** Every fourth dump is a small world with an attack in it, the others are ordinary traffic. */
const ATTACK_EVERY = 4;
const ORDINARY_BYTES = 24 * 1024 * 1024;
const FIRST_START_NS = 1_772_438_400_000_000_000n;
/** Dumps begin this far apart: a million documents are of some days. */
const DUMP_INTERVAL_NS = 1_200_000_000_000n;

const folder = join(
  cacheFolder,
  `search-documents-${createHash('sha1')
    .update(JSON.stringify(indexTemplate('flows')))
    .digest('hex')
    .slice(0, 12)}`,
);

/** A whole dump's documents, one a line. */
type DumpLines = readonly string[];

function captureOf(dump: number): Uint8Array {
  const startNs = FIRST_START_NS + BigInt(dump) * DUMP_INTERVAL_NS;
  if (dump % ATTACK_EVERY !== ATTACK_EVERY - 1)
    return Buffer.concat([...generateBulk({ targetBytes: ORDINARY_BYTES, seed: dump, startNs })]);
  const kind = ATTACK_KINDS[Math.floor(dump / ATTACK_EVERY) % ATTACK_KINDS.length] ?? 'none';
  return Buffer.concat([...encodePcap(generatePackets({ ...variedScenario(dump, kind), startNs }), { linktype: 1 })]);
}

function fileOf(dump: number): string {
  return join(folder, `dump-${String(dump).padStart(6, '0')}.ndjson.zst`);
}

function readDump(dump: number): DumpLines {
  return zstdDecompressSync(readFileSync(fileOf(dump)))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** Makes what is missing of `count` documents; resolves to the number of dumps that hold them. */
export async function prepareDocuments(count: number): Promise<number> {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (name.endsWith('.part')) rmSync(join(folder, name));
  const countsFile = join(folder, 'counts.json');
  const counts: number[] = existsSync(countsFile) ? (JSON.parse(readFileSync(countsFile, 'utf8')) as number[]) : [];
  const have = (): number => counts.reduce((sum, one) => sum + one, 0);
  if (have() < count) {
    const repository = createModelRepository();
    const models = createOnnxModelServer({ repository, workers: 1, threads: 1 });
    for (let dump = counts.length; have() < count; dump += 1) {
      const { documents } = await inferCapture(captureOf(dump), {
        repository,
        models,
        deps: { packetDocuments: 'none' },
      });
      const id = `${String(dump).padStart(8, '0')}${DUMP.id.slice(8)}`;
      const lines = documents.map((document) => JSON.stringify(document).replaceAll(DUMP.id, id));
      const part = `${fileOf(dump)}.part`;
      writeFileSync(part, zstdCompressSync(`${lines.join('\n')}\n`));
      renameSync(part, fileOf(dump));
      counts.push(lines.length);
      writeFileSync(countsFile, JSON.stringify(counts));
      if (dump % 50 === 0) console.log(`documents: ${have()} of ${count}`);
    }
    await models.close();
  }
  let dumps = 0;
  for (let sum = 0; sum < count && dumps < counts.length; dumps += 1) sum += counts[dumps] ?? 0;
  return dumps;
}

/**
 * Bulk documents of the dumps, `count` in all. Beyond what the dumps hold they come again as copies: other dumps, with ids
 * of their own, later days and other inside networks.
 */
export function* readDocuments(dumps: number, count: number): Generator<BulkDocument> {
  let left = count;
  for (let copy = 0; left > 0; copy += 1) {
    for (let dump = 0; dump < dumps && left > 0; dump += 1) {
      for (const line of readDump(dump)) {
        if (left === 0) return;
        left -= 1;
        const source = copy === 0 ? line : copied(line, copy);
        yield { index: 'smartids-flows-000001', id: idOf(source), source, version: 1 };
      }
    }
  }
}

function idOf(line: string): string {
  return /"event":\{[^}]*?"id":"([^"]+)"/.exec(line)?.[1] ?? '';
}

const DAYS = 30;
const SAMPLED_DUMPS = 20;
const SAMPLE_STEP = 7;

function copied(line: string, copy: number): string {
  return line
    .replaceAll('-0000-4000-8000-000000000001', `-${String(copy).padStart(4, '0')}-4000-8000-000000000001`)
    .replaceAll(/"2026-03-(\d\d)T/g, (_, day: string) => {
      const moved = new Date(Date.UTC(2026, 2, Number(day) + copy * DAYS));
      return `"${moved.toISOString().slice(0, 11)}`;
    })
    .replaceAll('"10.', `"${10 + copy}.`);
}

/** Some documents of dumps here and there, and the first whole and the last day that the dumps are of. */
export function readSamples(dumps: number): Samples {
  const documents: Record<string, unknown>[] = [];
  const days: string[] = [];
  for (let number = 0; number < SAMPLED_DUMPS; number += 1) {
    const dump = Math.floor((number * (dumps - 1)) / (SAMPLED_DUMPS - 1));
    const lines = readDump(dump);
    for (let at = 0; at < lines.length; at += SAMPLE_STEP)
      documents.push(JSON.parse(lines[at] ?? '{}') as Record<string, unknown>);
    days.push(String(documents.at(-1)?.['@timestamp']).slice(0, 10));
  }
  return { documents: shuffle(documents, createRandom(1)), firstDay: days[0] ?? '', lastDay: days.at(-1) ?? '' };
}

/** Bulk bodies as the index stage sends them. */
export async function* readBodies(dumps: number, count: number): AsyncGenerator<{ lines: string; documents: number }> {
  for await (const batch of batchDocuments(readDocuments(dumps, count), BULK_LIMITS))
    yield { lines: batch.lines.join(''), documents: batch.documents.length };
}
