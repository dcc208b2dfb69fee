// support: an installed packet model of a few kilobytes: which payload bytes there are says which label.

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LABELS, type Label } from '../../lib/detection/labels.ts';
import { parseVocabulary } from '../../lib/model/vocabulary.ts';
import { packetVocabularyText } from './packet-vocabulary.ts';
import { tinyPacketModel } from './tiny-onnx.ts';

export interface TinyPacketModel {
  readonly name?: string;
  readonly version?: string;
  /** What model.json says of it; the file itself is in fp32. */
  readonly precision?: 'fp32' | 'fp16' | 'int8';
  /** vocab.txt; packetVocabularyText's where left out. */
  readonly vocabulary?: string;
  /** Which label a token speaks for; tokens that are not named speak for none. Whole numbers: sums are exact. */
  readonly words?: Readonly<Record<string, Label>>;
}

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** `<repository>/<name>/<version>/{model.onnx,vocab.txt,model.json}`, as triton/export writes them. */
export function installTinyPacketModel(repository: string, settings: TinyPacketModel = {}): void {
  const { name = 'bert_packet', version = '1', words = { '65': 'DoS Hulk', '66': 'Normal' } } = settings;
  const { vocabulary = packetVocabularyText(), precision = 'fp32' } = settings;
  const { ids, size } = parseVocabulary(vocabulary);
  const table = new Float32Array(size * LABELS.length);
  for (const [word, label] of Object.entries(words)) {
    table[(ids.get(word) ?? 0) * LABELS.length + LABELS.indexOf(label)] = 1;
  }
  const model = tinyPacketModel(table, LABELS.length);
  const folder = join(repository, name, version);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.onnx'), model);
  writeFileSync(join(folder, 'vocab.txt'), vocabulary);
  const metadata = {
    ...{ kind: 'packet', model: name, version, precision, maxTokens: 512, lowerCase: false, labels: LABELS },
    ...{ inputs: ['input_ids', 'attention_mask'], output: 'logits', source: 'test' },
    ...{ sha256: sha256(model), vocabularySha256: sha256(vocabulary) },
  };
  writeFileSync(join(folder, 'model.json'), JSON.stringify(metadata));
}
