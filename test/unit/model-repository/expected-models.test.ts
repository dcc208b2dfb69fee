// model-repository: what is asked of a model server's model, by what is installed here.

import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createExpectedModels } from '../../../lib/model-repository/expected-models.ts';
import { createModelRepository } from '../../support/infer-capture.ts';
import { installTinyPacketModel } from '../../support/tiny-packet-model.ts';

let repository: string;

beforeAll(() => {
  repository = createModelRepository();
  installTinyPacketModel(repository, { version: '1', precision: 'fp16' });
  installTinyPacketModel(repository, { version: '2', precision: 'int8' });
});
afterAll(() => rmSync(repository, { recursive: true }));

it('is a flow model’s tensors for a flow model', () => {
  const expected = createExpectedModels(repository)('flow_net', '1');
  expect(expected).toMatchObject({ name: 'flow_net', version: '1', inputs: [{ name: 'features', datatype: 'FP32' }] });
});

it('is a packet model’s tensors, and room for as many sequences as are sent at once', () => {
  const expected = createExpectedModels(repository);
  expect(expected('bert_packet', '1')).toMatchObject({ name: 'bert_packet', version: '1', batch: 32 });
  // In 8-bit integers a sequence's score depends on its companions: it has none.
  expect(expected('bert_packet', '2')).toMatchObject({ version: '2', batch: 1 });
});

it('is nothing where nothing of the name and version is installed', () => {
  const expected = createExpectedModels(repository);
  expect(expected('bert_packet', '3')).toBeUndefined();
  expect(expected('other', '1')).toBeUndefined();
});
