// real: the packet model's input beside Hugging Face's tokenizers, id for id, over a vocabulary of bert-base-cased's kind.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePacket } from '../../lib/decode/decode-packet.ts';
import { createPacket } from '../../lib/decode/packet.ts';
import { createIntegerTokens } from '../../lib/model/integer-tokens.ts';
import { createPacketTokens, LINE_READINGS, type LineReading } from '../../lib/model/packet-tokens.ts';
import { parseVocabulary, type Vocabulary } from '../../lib/model/vocabulary.ts';
import { tcpFrame } from '../../local/generate/frame.ts';
import { createRandom } from '../../local/generate/random.ts';
import { INSTALL_LIMIT_MS, requireExportTools, runExportScript } from '../support/export-tools.ts';
import { type LineValues, packetLine } from '../support/naive-packet-line.ts';

const ETHERNET = 1;
const TOKENIZERS = [
  { name: 'tokenizers', args: [] },
  { name: 'transformers', args: ['--transformers'] },
] as const;
const [, GOLDEN_FRAME = '', , GOLDEN_LINE = ''] = readFileSync(
  join(import.meta.dirname, '../golden/packet-line.txt'),
  'utf8',
).split('\n');

const folder = mkdtempSync(join(tmpdir(), 'smart-ids-tokens-'));
let vocabularyFile: string;
let vocabulary: Vocabulary;

beforeAll(() => {
  requireExportTools();
  const model = join(folder, 'random');
  const { status, stderr } = runExportScript('random_model.py', [model, '--layers', '1', '--dim', '64']);
  expect(status, stderr).toBe(0);
  vocabularyFile = join(model, 'vocab.txt');
  vocabulary = parseVocabulary(readFileSync(vocabularyFile, 'utf8'));
}, INSTALL_LIMIT_MS);
afterAll(() => rmSync(folder, { recursive: true }));

/** Hugging Face's ids of each line. */
function reference(lines: readonly string[], args: readonly string[]): readonly string[] {
  const answer = runExportScript('reference_ids.py', [vocabularyFile, ...args], `${lines.join('\n')}\n`);
  expect(answer.status, answer.stderr).toBe(0);
  return answer.stdout.trimEnd().split('\n');
}

interface Example extends Omit<LineValues, 'ipTotalLength' | 'flags' | 'tcpDataOffset'> {
  readonly options: number;
}

/** Rates of all sizes, payloads of all lengths and bytes. */
function examples(): readonly Example[] {
  const random = createRandom(7);
  const rate = () => random.integer(0, 9) * 10 ** random.integer(0, 9) + random.integer(0, 70_000);
  const drawn = Array.from({ length: 400 }, (_, k) => ({
    rates: [rate(), rate() / 3, rate() * 1e6] as const,
    ports: [random.integer(0, 65_535), random.integer(0, 65_535)] as const,
    ttl: random.integer(0, 255),
    tos: [0, 16, 24, 2, 184][k % 5] ?? 0,
    options: random.integer(0, 10),
    payload: Uint8Array.from(random.bytes(1 + ((k * 37) % 620))),
  }));
  const everyByte = Array.from({ length: 256 }, (_, byte) => ({
    ...{ rates: [0, 1, byte] as const, ports: [byte, 443] as const, ttl: 64, tos: 0, options: 0 },
    payload: new Uint8Array(1 + byte).fill(byte),
  }));
  return [...drawn, ...everyByte];
}

function frameOf({ ports: [sourcePort, destinationPort], ttl, tos, options, payload }: Example): Uint8Array {
  const tcp = { sourcePort, destinationPort, ttl, trafficClass: tos, flags: ['psh', 'ack'] as const };
  return tcpFrame({ ...tcp, options: new Uint8Array(options * 4), payload });
}

/** Ids of a packet at these rates, as JSON. */
function encoder(reading: LineReading): (frame: Uint8Array, rates: LineValues['rates']) => string {
  const tokens = createPacketTokens(vocabulary, reading);
  const buffer = tokens.createBuffer();
  const packet = createPacket();
  return (frame, [sourcePacketsPerSecond, destinationPacketsPerSecond, payloadBytesPerSecond]) => {
    decodePacket(frame, 0, frame.length, frame.length, ETHERNET, packet);
    const rates = { sourcePacketsPerSecond, destinationPacketsPerSecond, payloadBytesPerSecond };
    return JSON.stringify([...buffer.subarray(0, tokens.encode(packet, rates, buffer))]);
  };
}

describe.each(TOKENIZERS)('the packet model’s input, beside $name', ({ args }) => {
  it('is the same for the published frame', () => {
    const frame = Buffer.from(GOLDEN_FRAME, 'hex');
    expect([encoder('padded')(frame, [0, 4, 5493])]).toEqual(reference([GOLDEN_LINE], args));
  });

  it.each(LINE_READINGS)('is the same for rates, headers, every byte and cut payloads (%s)', (reading) => {
    const all = examples();
    const lines = all.map((one) => {
      const frame = frameOf(one);
      const header = { ipTotalLength: frame.length - 14, tcpDataOffset: 5 + one.options, flags: 'PA' };
      return packetLine({ ...one, ...header }, reading);
    });
    const expected = reference(lines, args);
    const encode = encoder(reading);
    const different = all.flatMap((one, k) => {
      const ours = encode(frameOf(one), one.rates);
      return ours === expected[k] ? [] : [{ line: lines[k], ours, theirs: expected[k] }];
    });
    expect(different.slice(0, 3)).toEqual([]);
    const lengths = expected.map((ids) => ids.split(',').length);
    expect(Math.max(...lengths)).toBe(512);
    if (reading === 'padded') expect(Math.min(...lengths)).toBe(512);
    else expect(Math.min(...lengths)).toBeLessThan(60);
  });

  it('is the same for every integer to 65,535, below 0 and beyond what a number holds', () => {
    const integers = createIntegerTokens(vocabulary);
    const values = [
      ...Array.from({ length: 65_536 }, (_, n) => n),
      ...[-1, -2, -65_535, -(2 ** 31), 65_536, 2 ** 31, 2 ** 53, 1e15, 1e21, 123_456_789_012_345_680_000],
    ];
    const expected = reference(
      values.map((value) => BigInt(value).toString()),
      args,
    );
    const different = values.filter((value, k) => {
      const small = value >= 0 && value < 65_536;
      const ids = small
        ? integers.ids.subarray(value * 5, value * 5 + (integers.counts[value] ?? 0))
        : integers.of(value);
      return JSON.stringify([vocabulary.cls, ...ids, vocabulary.sep]) !== expected[k];
    });
    expect(different.slice(0, 10)).toEqual([]);
  });
});
