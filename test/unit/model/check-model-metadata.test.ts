import { describe, expect, it, vi } from 'vitest';
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';
import { checkModelMetadata, type ExpectedModel } from '../../../lib/model/check-model-metadata.ts';
import { createCheckedModelServer } from '../../../lib/model/checked-model-server.ts';
import type { InferRequest, ModelMetadata, ModelServer } from '../../../lib/model/model-server.ts';

const EXPECTED: ExpectedModel = {
  name: 'bert',
  version: '1',
  inputs: [
    { name: 'ids', datatype: 'INT64', shape: [-1, -1] },
    { name: 'mask', datatype: 'INT64', shape: [-1, -1] },
  ],
  outputs: [{ name: 'logits', datatype: 'FP32', shape: [-1, 24] }],
  batch: 32,
};
const SEEN: ModelMetadata = { name: 'bert', version: '1', inputs: EXPECTED.inputs, outputs: EXPECTED.outputs };
const [IDS, MASK] = EXPECTED.inputs as [ModelMetadata['inputs'][number], ModelMetadata['inputs'][number]]; // as above

describe('the check of a model’s metadata', () => {
  it.each([
    ['the very model', {}],
    ['room for more rows', { maxBatch: 64 }],
    ['outputs that are not read', { outputs: [...SEEN.outputs, { name: 'hidden', datatype: 'FP32', shape: [-1] }] }],
    ['a size that it leaves open', { outputs: [{ name: 'logits', datatype: 'FP32', shape: [-1, -1] }] }],
  ] as const)('passes %s', (_, change) => {
    expect(() => checkModelMetadata(EXPECTED, { ...SEEN, ...change })).not.toThrow();
  });

  it.each([
    ['another name', { name: 'other' }, 'it calls itself other'],
    [
      'an input renamed',
      { inputs: [IDS, { ...MASK, name: 'attention' }] },
      'input mask: expected, it has ids, attention',
    ],
    [
      'another datatype',
      { inputs: [{ ...IDS, datatype: 'INT32' }, MASK] },
      'input ids: expected INT64[-1,-1], seen INT32[-1,-1]',
    ],
    [
      'a fixed length',
      { inputs: [{ ...IDS, shape: [-1, 512] }, MASK] },
      'input ids: expected INT64[-1,-1], seen INT64[-1,512]',
    ],
    ['an axis less', { inputs: [{ ...IDS, shape: [-1] }, MASK] }, 'input ids: expected INT64[-1,-1], seen INT64[-1]'],
    [
      'a further input',
      { inputs: [IDS, MASK, { name: 'types', datatype: 'INT64', shape: [-1, -1] }] },
      'input types: it wants one that is not sent',
    ],
    [
      'other labels',
      { outputs: [{ name: 'logits', datatype: 'FP32', shape: [-1, 2] }] },
      'output logits: expected FP32[-1,24], seen FP32[-1,2]',
    ],
    ['no outputs', { outputs: [] }, 'output logits: expected, it has none'],
    ['a smaller batch', { maxBatch: 8 }, 'batch: expected 32 rows, it takes at most 8'],
  ] as const)('refuses %s', (_, change, words) => {
    const check = () => checkModelMetadata(EXPECTED, { ...SEEN, ...change });
    expect(check).toThrow(`model bert version 1 is not the one expected: ${words}`);
    expect(check).toThrow(expect.objectContaining({ code: 'model-mismatch', permanent: false }));
  });

  it('tells everything at once', () => {
    expect(() => checkModelMetadata(EXPECTED, { ...SEEN, outputs: [], maxBatch: 1 })).toThrow(/logits.*batch/);
  });
});

const REQUEST: InferRequest = { model: 'bert', version: '1', inputs: [], outputs: ['logits'] };

function scripted(change: Partial<ModelServer> = {}) {
  const metadata = vi.fn<ModelServer['metadata']>(async () => SEEN);
  const infer = vi.fn<ModelServer['infer']>(async () => ({ outputs: [] }));
  const server: ModelServer = {
    metadata,
    infer,
    ready: async () => ({ ready: true }),
    close: async () => {},
    ...change,
  };
  return {
    metadata,
    infer,
    checked: createCheckedModelServer(server, (name) => (name === 'bert' ? EXPECTED : undefined)),
  };
}

describe('a model server that is checked', () => {
  it('asks for a model’s metadata once, before its first request', async () => {
    const { metadata, infer, checked } = scripted();
    await Promise.all([checked.infer(REQUEST), checked.infer(REQUEST)]);
    await checked.infer(REQUEST);
    expect([metadata.mock.calls.length, infer.mock.calls.length]).toEqual([1, 3]);
    await checked.infer({ ...REQUEST, model: 'other' });
    expect(metadata).toHaveBeenCalledTimes(1);
  });

  it('sends nothing to another model, and looks again at the next request', async () => {
    const { metadata, infer, checked } = scripted();
    metadata.mockResolvedValueOnce({ ...SEEN, maxBatch: 1 });
    await expect(checked.infer(REQUEST)).rejects.toMatchObject({ code: 'model-mismatch' });
    expect(infer).not.toHaveBeenCalled();
    await expect(checked.infer(REQUEST)).resolves.toEqual({ outputs: [] });
  });

  it('looks again after the server has told a mismatch', async () => {
    const { metadata, infer, checked } = scripted();
    infer.mockRejectedValueOnce(new PipelineError('model-mismatch', 'another one', { permanent: false }));
    await expect(checked.infer(REQUEST)).rejects.toMatchObject({ message: 'another one' });
    await checked.infer(REQUEST);
    expect(metadata).toHaveBeenCalledTimes(2);
  });

  it('tells everything that differs where the server stumbled over one thing', async () => {
    const { metadata, infer, checked } = scripted();
    await checked.infer(REQUEST);
    infer.mockRejectedValueOnce(new PipelineError('model-mismatch', 'wrong datatype', { permanent: false }));
    metadata.mockResolvedValueOnce({ ...SEEN, maxBatch: 1 });
    await expect(checked.infer(REQUEST)).rejects.toMatchObject({ message: expect.stringContaining('at most 1') });
  });

  it('is not ready with another model than expected', async () => {
    const { metadata, checked } = scripted();
    expect(await checked.ready('bert', '1')).toEqual({ ready: true });
    metadata.mockResolvedValueOnce({ ...SEEN, maxBatch: 1 });
    expect(await checked.ready('bert', '1')).toMatchObject({ ready: false, reason: 'model-mismatch' });
    metadata.mockRejectedValueOnce(new PipelineError('model-unavailable', 'gone', { permanent: false }));
    expect(await checked.ready('bert', '1')).toEqual({ ready: false, reason: 'not-ready', message: 'gone' });
    expect(await checked.ready('other', '1')).toEqual({ ready: true });
  });

  it('does not fail a request because the one before was given up while it looked', async () => {
    const { metadata, checked } = scripted();
    metadata.mockImplementationOnce(
      (_model, _version, { signal } = {}) =>
        new Promise((_resolve, reject) => {
          const aborted = () => reject(new PipelineError('aborted', 'given up', { permanent: false }));
          signal?.addEventListener('abort', aborted);
        }),
    );
    const controller = new AbortController();
    const first = checked.infer(REQUEST, { signal: controller.signal });
    const second = checked.infer(REQUEST);
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: 'aborted' });
    await expect(second).resolves.toEqual({ outputs: [] });
  });
});
