// real: a checkpoint's way into the model repository: torch and transformers export a small random model, onnxruntime-node
// runs what was written, and a folder that is not what it says is refused.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LABELS } from '../../lib/detection/labels.ts';
import { virtualEnvironment } from '../../local/python/virtual-environment.ts';
import {
  exportPython,
  INSTALL_LIMIT_MS,
  requireExportTools,
  runExportScript,
  runPytest,
} from '../support/export-tools.ts';

const PRECISIONS = ['fp32', 'fp16', 'int8'] as const;
const VOCABULARY = 4000;
const EXPORT_LIMIT_MS = 300_000;

const description = z.strictObject({
  kind: z.literal('packet'),
  model: z.literal('bert_packet'),
  version: z.literal('1'),
  precision: z.enum(PRECISIONS),
  maxTokens: z.literal(512),
  lowerCase: z.literal(false),
  labels: z.array(z.string()),
  inputs: z.tuple([z.literal('input_ids'), z.literal('attention_mask')]),
  output: z.literal('logits'),
  source: z.literal('random'),
  sha256: z.string(),
  vocabularySha256: z.string(),
  weightsSha256: z.string(),
  parity: z.looseObject({
    maxDifference: z.number(),
    allowedDifference: z.number(),
    labelAgreement: z.number(),
    clearAgreement: z.number(),
    allowedAgreement: z.number(),
    inputs: z.literal(16),
  }),
  tools: z.record(z.enum(['torch', 'transformers', 'onnx', 'onnxruntime']), z.string()),
});

const folder = mkdtempSync(join(tmpdir(), 'smart-ids-export-'));
const original = join(folder, 'random');

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function exportTo(source: string, repository: string, ...more: readonly string[]) {
  const out = join(folder, repository, 'bert_packet', '1');
  return { out, answer: runExportScript('export.py', [source, '--out', out, '--inputs', '16', ...more]) };
}

/** A copy of the model's folder with one thing wrong; what export says about it. */
function refusal(name: string, damage: (copy: string) => void): string {
  const copy = join(folder, name, 'random');
  cpSync(original, copy, { recursive: true });
  damage(copy);
  const { out, answer } = exportTo(copy, `${name}-repository`);
  expect(answer.status, answer.stderr).toBe(1);
  expect(existsSync(out)).toBe(false);
  return answer.stderr;
}

function changeConfig(copy: string, change: Readonly<Record<string, unknown>>): void {
  const path = join(copy, 'config.json');
  const config: unknown = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify(Object.assign({}, config, change)));
}

/** `int64` rows of one length; what stands in them is up to the vocabulary. */
function feeds(rows: readonly (readonly number[])[]) {
  const ids = BigInt64Array.from(rows.flat(), BigInt);
  const dims = [rows.length, rows[0]?.length ?? 0];
  return {
    input_ids: new Tensor('int64', ids, dims),
    attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), dims),
  };
}

beforeAll(() => {
  requireExportTools();
  const size = ['--layers', '2', '--dim', '64', '--vocabulary', String(VOCABULARY)];
  const { status, stderr } = runExportScript('random_model.py', [original, ...size]);
  expect(status, stderr).toBe(0);
}, INSTALL_LIMIT_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the Python beside the models', () => {
  const training = virtualEnvironment('training');
  beforeAll(() => training.install(), INSTALL_LIMIT_MS);

  it.each([
    ['export', exportPython],
    ['bench', exportPython],
    ['training', training.python],
  ])(
    'passes its own tests (triton/%s)',
    (name, python) => {
      const { status, stdout, stderr } = runPytest(name, python);
      expect(status, stdout + stderr).toBe(0);
      expect(stdout).toMatch(/\d+ passed/);
    },
    180_000,
  );
});

describe.each(PRECISIONS)('a random model exported as %s', (precision) => {
  let out = '';

  beforeAll(() => {
    const exported = exportTo(original, precision, '--precision', precision);
    expect(exported.answer.status, exported.answer.stderr).toBe(0);
    out = exported.out;
  }, EXPORT_LIMIT_MS);

  it('lies in its version folder with a description that holds', () => {
    expect(readdirSync(out).sort()).toEqual(['model.json', 'model.onnx', 'vocab.txt']);
    const written = description.parse(JSON.parse(readFileSync(join(out, 'model.json'), 'utf8')));
    expect(written.precision).toBe(precision);
    expect(written.labels).toEqual(LABELS);
    expect(written.sha256).toBe(sha256(join(out, 'model.onnx')));
    expect(written.vocabularySha256).toBe(sha256(join(out, 'vocab.txt')));
    expect(written.weightsSha256).toBe(sha256(join(original, 'model.safetensors')));
    expect(written.parity.maxDifference).toBeLessThanOrEqual(written.parity.allowedDifference);
    expect(written.parity.clearAgreement).toBeGreaterThanOrEqual(written.parity.allowedAgreement);
  });

  it('is run by onnxruntime-node, and gives the same for a packet alone and twice', async () => {
    const session = await InferenceSession.create(join(out, 'model.onnx'));
    expect(session.inputNames).toEqual(['input_ids', 'attention_mask']);
    expect(session.outputNames).toEqual(['logits']);
    for (const length of [3, 17, 512]) {
      const row = [101, ...Array.from({ length: length - 2 }, (_, k) => 104 + ((k * 7) % 300)), 102];
      const alone = (await session.run(feeds([row])))['logits'];
      const twice = (await session.run(feeds([row, row])))['logits'];
      expect(alone?.type).toBe('float32');
      expect(alone?.dims).toEqual([1, 24]);
      expect(twice?.dims).toEqual([2, 24]);
      const [one, two] = [alone?.data, twice?.data];
      if (!(one instanceof Float32Array) || !(two instanceof Float32Array)) throw new Error('logits are no floats');
      expect(one.every(Number.isFinite)).toBe(true);
      for (let k = 0; k < 48; k++) expect(two[k]).toBeCloseTo(one[k % 24] ?? Number.NaN, 3);
    }
    await session.release();
  });
});

describe('a folder that is not what it says', () => {
  it('is refused for a wrong order of the labels', () => {
    const swapped = [LABELS[1], LABELS[0], ...LABELS.slice(2)];
    const id2label = Object.fromEntries(swapped.map((label, id) => [id, label]));
    const words = refusal('order', (copy) => changeConfig(copy, { id2label }));
    expect(words).toBe("export: config.json: wrong label order: id 0 is 'Backdoor', 'Analysis' is expected\n");
  });

  it('is refused for generic labels, until the order is assumed', () => {
    const id2label = Object.fromEntries(LABELS.map((_, id) => [id, `LABEL_${id}`]));
    expect(refusal('generic', (copy) => changeConfig(copy, { id2label }))).toContain('--assume-labels');
  });

  it('is refused for a vocabulary of another size', () => {
    const words = refusal('size', (copy) => changeConfig(copy, { vocab_size: 28_996 }));
    expect(words).toBe(`export: vocab.txt: ${VOCABULARY} words, config.json says vocab_size 28996\n`);
  });

  it('is refused without weights, and with weights of another depth', () => {
    const none = refusal('none', (copy) => rmSync(join(copy, 'model.safetensors')));
    expect(none).toBe('export: no weights: neither model.safetensors nor pytorch_model.bin\n');
    const deeper = refusal('deeper', (copy) => changeConfig(copy, { n_layers: 3 }));
    expect(deeper).toContain('model.safetensors: missing weights: distilbert.transformer.layer.2.');
  });

  it('is refused for a pickle with code, and the code does not run', () => {
    const victim = join(folder, 'was-run');
    // Protocol 0: os.mkdir(victim), what `pickle.loads` would do.
    const code = `cposix\nmkdir\n(S'${victim}'\ntR.`;
    const words = refusal('pickle', (copy) => {
      rmSync(join(copy, 'model.safetensors'));
      writeFileSync(join(copy, 'pytorch_model.bin'), code);
    });
    expect(words).toContain('pytorch_model.bin: a pickle that holds more than tensors');
    expect(existsSync(victim)).toBe(false);
  });
});

describe("Hugging Face's ids", () => {
  it('come one line of JSON for each line of text, cut at 512', () => {
    const lines = ['0 4 5493 -1 443', '', Array(600).fill('7').join(' ')];
    const vocabulary = join(original, 'vocab.txt');
    const { status, stdout, stderr } = runExportScript('reference_ids.py', [vocabulary], `${lines.join('\n')}\n`);
    expect(status, stderr).toBe(0);
    const ids = stdout
      .trimEnd()
      .split('\n')
      .map((line) => z.array(z.int()).parse(JSON.parse(line)));
    expect(ids).toHaveLength(3);
    expect(ids[1]).toEqual([101, 102]);
    expect(ids[2]).toHaveLength(512);
    for (const row of ids) expect([row[0], row.at(-1)]).toEqual([101, 102]);
  });
});
