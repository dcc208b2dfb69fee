import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFlowModels } from '../../../functions/infer/flow-models.ts';
import type { FlowNetMetadata } from '../../../lib/model/flow-net-metadata.ts';
import { sampleMetadata } from '../detection/flow-net-metadata-sample.ts';

const MODEL = 'the bytes of a model';
const SHA256 = createHash('sha256').update(MODEL).digest('hex');
let repository = '';

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'smart-ids-flow-models-'));
});
afterEach(() => rmSync(repository, { recursive: true }));

function install(version: string, change: Partial<FlowNetMetadata> = {}): void {
  const folder = join(repository, 'flow_net', version);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.onnx'), MODEL);
  writeFileSync(join(folder, 'features.json'), JSON.stringify(sampleMetadata({ version, sha256: SHA256, ...change })));
}

describe('the flow models of the repository', () => {
  it('lie side by side: the highest version is the default, any other is asked for by its number', () => {
    install('9', { thresholds: { 'Port Scan': 0.9 } });
    install('10');
    const flowModels = createFlowModels(repository);
    expect(flowModels().metadata.version).toBe('10');
    expect(flowModels('flow_net').metadata.version).toBe('10');
    expect(flowModels('flow_net:9').metadata.thresholds).toEqual({ 'Port Scan': 0.9 });
    expect(flowModels('flow_net:10')).toBe(flowModels());
  });

  it('keep their default while the process lives, whatever is added meanwhile', () => {
    install('1');
    const flowModels = createFlowModels(repository);
    expect(flowModels().metadata.version).toBe('1');
    install('2');
    expect(flowModels().metadata.version).toBe('1');
    expect(flowModels('flow_net:2').metadata.version).toBe('2');
  });

  it('are read when they are first asked for: a version that is broken stands in nobody’s way', () => {
    install('1');
    install('2', { sha256: '0'.repeat(64) });
    const flowModels = createFlowModels(repository);
    expect(flowModels('flow_net:1').metadata.version).toBe('1');
    expect(() => flowModels('flow_net:2')).toThrow(
      /model\.onnx: its sha256 is .*; features\.json was written with 000/,
    );
  });

  it.each([
    ['of another version', { version: '7' }, 'flow_net:1', /features\.json is of flow_net:7/],
    ['of another model', { model: 'other' }, 'flow_net:1', /features\.json is of other:1/],
    ['not installed', {}, 'flow_net:3', /model flow_net:3 is not installed; installed: flow_net:1/],
    ['no name of a model', {}, '../flow_net', /expected NAME or NAME:VERSION/],
  ] as const)('are refused when they are %s', (_, change, reference, words) => {
    install('1', change);
    expect(() => createFlowModels(repository)(reference)).toThrow(words);
  });
});
