import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findModel, notInstalled } from '../../../lib/model-repository/find-model.ts';
import { readModelRepository } from '../../../lib/model-repository/read-model-repository.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'smart-ids-models-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(path: string, text = '{}'): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe('the model repository', () => {
  it('holds models by what stands beside each version, in the order of names and numbers', () => {
    put('flow_net/10/features.json');
    put('flow_net/2/features.json');
    put('bert_packet/1/model.json', '{"kind":"packet","layers":6}');
    put('flow_net/config.pbtxt');
    expect(readModelRepository(folder)).toEqual([
      { name: 'bert_packet', version: '1', kind: 'packet' },
      { name: 'flow_net', version: '2', kind: 'flow' },
      { name: 'flow_net', version: '10', kind: 'flow' },
    ]);
  });

  it('holds nothing of ours where neither file lies, or the file says something else', () => {
    put('other/1/model.onnx');
    put('other/2/model.json', '{"kind":"flow"}');
    put('other/3/model.json', 'not JSON');
    put('other/latest/features.json');
    put('with space/1/features.json');
    put('README.md');
    put('other/4');
    expect(readModelRepository(folder)).toEqual([]);
  });

  it('is a mistake in the configuration where it is not there', () => {
    expect(() => readModelRepository(join(folder, 'missing'))).toThrow(/SMARTIDS_MODEL_REPOSITORY: .*missing/);
  });

  it('is this repository: flow_net, version 1', () => {
    const shipped = join(import.meta.dirname, '../../../triton/models');
    expect(readModelRepository(shipped)).toContainEqual({ name: 'flow_net', version: '1', kind: 'flow' });
  });
});

describe('a model of the repository', () => {
  const installed = [
    { name: 'bert_packet', version: '3', kind: 'packet' },
    { name: 'flow_net', version: '2', kind: 'flow' },
    { name: 'flow_net', version: '10', kind: 'flow' },
  ] as const;

  it('is the highest version where none is named', () => {
    expect(findModel(installed, { name: 'flow_net' })?.version).toBe('10');
    expect(findModel(installed, { name: 'flow_net', version: '2' })?.version).toBe('2');
  });

  it('that is not there is answered with those that are', () => {
    const reference = { name: 'flow_net', version: '7' };
    expect(findModel(installed, reference)).toBeUndefined();
    expect(notInstalled(installed, reference).message).toBe(
      'model flow_net:7 is not installed; installed: bert_packet:3, flow_net:2, flow_net:10',
    );
    expect(notInstalled([], reference).message).toMatch(/installed: none$/);
  });
});
