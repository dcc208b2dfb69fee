// contract, flow_net: its ONNX file, what Triton is told of it, and what the code sends and reads are one.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkModelMetadata } from '../../lib/model/check-model-metadata.ts';
import { flowNetModel } from '../../lib/model/flow-net-model.ts';
import { createOnnxModelServer } from '../../lib/onnx/onnx-model-server.ts';

const REPOSITORY = join(import.meta.dirname, '../../triton/models');
const EXPECTED = flowNetModel({ model: 'flow_net', version: '1' });
const server = createOnnxModelServer({ repository: REPOSITORY, workers: 1 });
afterAll(() => server.close());

describe('flow_net', () => {
  it('takes and gives what the code sends and reads', async () => {
    checkModelMetadata(EXPECTED, await server.metadata('flow_net', '1'));
  });

  it('is described to Triton as it is', () => {
    const config = readFileSync(join(REPOSITORY, 'flow_net/config.pbtxt'), 'utf8');
    const described = [...config.matchAll(/name: "(\w+)", data_type: TYPE_(\w+), dims: \[ ([-\d, ]+) \]/g)];
    expect(
      described.map(([, name, datatype, dims = '']) => ({ name, datatype, shape: dims.split(',').map(Number) })),
    ).toEqual([...EXPECTED.inputs, ...EXPECTED.outputs]);
    // 0: the first dimension above is the batch, and every version is served, not only the newest.
    expect(config).toContain('max_batch_size: 0');
    expect(config).toContain('version_policy: { all { } }');
    expect(config).toContain('backend: "onnxruntime"');
  });
});
