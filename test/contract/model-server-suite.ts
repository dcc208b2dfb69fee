// contract: what every model server must do, whichever adapter answers.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferRequest, ModelServer, Tensor } from '../../lib/model/model-server.ts';
import { writeTinyRepository } from '../support/tiny-onnx.ts';

export interface TestedModelServer {
  readonly server: ModelServer;
  close(): Promise<void>;
}

function echoRequest(rows: number, change: Partial<InferRequest> = {}): InferRequest {
  const inputs: Tensor[] = [
    { name: 'rows', datatype: 'FP32', shape: [rows, 3], data: Float32Array.from({ length: rows * 3 }, (_, k) => k) },
    {
      name: 'ids',
      datatype: 'INT64',
      shape: [rows],
      data: BigInt64Array.from({ length: rows }, (_, k) => 2n ** 60n + BigInt(k)),
    },
    { name: 'marks', datatype: 'INT32', shape: [rows], data: Int32Array.from({ length: rows }, (_, k) => -k) },
  ];
  return { model: 'echo', version: '1', inputs, outputs: ['twice', 'same_ids', 'same_marks'], ...change };
}

/** `start` is given a repository as `writeTinyRepository` writes it. */
export function describeModelServer(name: string, start: (repository: string) => Promise<TestedModelServer>): void {
  describe(`a model server (${name})`, () => {
    let folder: string;
    let tested: TestedModelServer | undefined;
    let server: ModelServer;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'smart-ids-models-'));
      tested = await start(writeTinyRepository(folder));
      server = tested.server;
    });
    afterAll(async () => {
      await tested?.close();
      rmSync(folder, { recursive: true });
    });

    it('tells names, datatypes and shapes of a model, -1 for any size', async () => {
      expect(await server.metadata('echo', '1')).toEqual({
        name: 'echo',
        version: '1',
        inputs: [
          { name: 'rows', datatype: 'FP32', shape: [-1, 3] },
          { name: 'ids', datatype: 'INT64', shape: [-1] },
          { name: 'marks', datatype: 'INT32', shape: [-1] },
        ],
        outputs: [
          { name: 'twice', datatype: 'FP32', shape: [-1, 3] },
          { name: 'same_ids', datatype: 'INT64', shape: [-1] },
          { name: 'same_marks', datatype: 'INT32', shape: [-1] },
        ],
      });
    });

    it('computes every datatype exactly, outputs in the order asked for', async () => {
      const { outputs } = await server.infer(echoRequest(2, { outputs: ['same_marks', 'twice', 'same_ids'] }));
      expect(outputs).toEqual([
        { name: 'same_marks', datatype: 'INT32', shape: [2], data: Int32Array.of(0, -1) },
        { name: 'twice', datatype: 'FP32', shape: [2, 3], data: Float32Array.of(0, 2, 4, 6, 8, 10) },
        { name: 'same_ids', datatype: 'INT64', shape: [2], data: BigInt64Array.of(2n ** 60n, 2n ** 60n + 1n) },
      ]);
    });

    it('answers many requests at once, each with its own result', async () => {
      const sizes = Array.from({ length: 40 }, (_, k) => k + 1);
      const replies = await Promise.all(sizes.map((rows) => server.infer(echoRequest(rows, { outputs: ['twice'] }))));
      expect(replies.map(({ outputs }) => outputs[0]?.shape)).toEqual(sizes.map((rows) => [rows, 3]));
    });

    it.each([
      [
        'another datatype',
        [{ name: 'rows', datatype: 'INT32', shape: [1, 3], data: new Int32Array(3) }],
        /rows: INT32\[1,3\].*FP32\[-1,3\]/,
      ],
      [
        'another width',
        [{ name: 'rows', datatype: 'FP32', shape: [1, 4], data: new Float32Array(4) }],
        /rows: FP32\[1,4\]/,
      ],
      [
        'fewer values than the shape says',
        [{ name: 'rows', datatype: 'FP32', shape: [2, 3], data: new Float32Array(3) }],
        /rows/,
      ],
      [
        'an input of another name',
        [{ name: 'lines', datatype: 'FP32', shape: [1, 3], data: new Float32Array(3) }],
        /rows is missing/,
      ],
    ] as const)('refuses %s and says what the model takes', async (_, wrong, words) => {
      const inputs = [...wrong, ...echoRequest(1).inputs.slice(1)];
      const reply = server.infer(echoRequest(1, { inputs }));
      await expect(reply).rejects.toMatchObject({
        code: 'model-mismatch',
        permanent: false,
        message: expect.stringMatching(words),
      });
    });

    it('refuses an output that the model does not give', async () => {
      const reply = server.infer(echoRequest(1, { outputs: ['thrice'] }));
      await expect(reply).rejects.toMatchObject({ code: 'model-mismatch', message: expect.stringContaining('thrice') });
    });

    it.each([
      ['absent', /^model-mismatch$/],
      ['broken', /^model-(mismatch|unavailable)$/],
      ['../echo', /^model-mismatch$/],
    ])('says that model %s is not there, and still answers for others', async (model, code) => {
      const reply = server.infer(echoRequest(1, { model }), { timeoutMs: 1000 });
      await expect(reply).rejects.toMatchObject({ code: expect.stringMatching(code), permanent: false });
      expect((await server.infer(echoRequest(1, { outputs: ['twice'] }))).outputs).toHaveLength(1);
    });

    it('tells a model that it has from one that it has not and one that cannot be loaded', async () => {
      expect(await server.ready('echo', '1')).toEqual({ ready: true });
      expect(await server.ready('echo', '')).toEqual({ ready: true });
      expect(await server.ready('absent', '1')).toMatchObject({ ready: false, reason: 'model-missing' });
      expect(await server.ready('echo', '7')).toMatchObject({ ready: false, reason: 'model-missing' });
      expect(await server.ready('broken', '1')).toMatchObject({ ready: false });
    });

    it('tells an input that the model fails on, and answers the next one', async () => {
      const pick = (...ids: readonly bigint[]) =>
        server.infer({
          model: 'pick',
          version: '1',
          inputs: [
            { name: 'rows', datatype: 'FP32', shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) },
            { name: 'ids', datatype: 'INT64', shape: [ids.length], data: BigInt64Array.from(ids) },
          ],
          outputs: ['picked'],
        });
      await expect(pick(0n, 9n)).rejects.toMatchObject({
        code: 'inference-failed',
        permanent: false,
        message: expect.stringMatching(/pick.*(out of|bounds|range)/s),
      });
      expect((await pick(1n)).outputs[0]?.data).toEqual(Float32Array.of(3, 4, 5));
    });

    it('runs models that compute in 16-bit floats and in 8-bit integers', async () => {
      const { outputs } = await server.infer({
        model: 'narrow',
        version: '1',
        inputs: [
          { name: 'rows', datatype: 'FP32', shape: [2, 3], data: Float32Array.of(1, 2, 3, -1, 0.5, 0) },
          { name: 'columns', datatype: 'FP32', shape: [3, 1], data: Float32Array.of(1, 0, 2) },
        ],
        outputs: ['half', 'product'],
      });
      expect(outputs[0]?.data).toEqual(Float32Array.of(2, 4, 6, -2, 1, 0));
      const [first = 0, second = 0] = outputs[1]?.datatype === 'FP32' ? outputs[1].data : [];
      expect(Math.abs(first - 7)).toBeLessThan(0.1);
      expect(Math.abs(second + 1)).toBeLessThan(0.1);
    });

    it('takes a request without rows', async () => {
      const { outputs } = await server.infer(echoRequest(0, { outputs: ['twice'] }));
      expect(outputs[0]).toEqual({ name: 'twice', datatype: 'FP32', shape: [0, 3], data: new Float32Array(0) });
    });

    it('is too late for a caller with less time than the model takes, and answers the next one', async () => {
      const square: Tensor = { name: 'square', datatype: 'FP32', shape: [600, 600], data: new Float32Array(360_000) };
      const late = server.infer(
        { model: 'slow', version: '1', inputs: [square], outputs: ['product'] },
        { timeoutMs: 5 },
      );
      await expect(late).rejects.toMatchObject({ code: 'model-unavailable', permanent: false });
      expect((await server.infer(echoRequest(1, { outputs: ['twice'] }))).outputs).toHaveLength(1);
    });

    it('gives a request up when its caller does, before and while it runs', async () => {
      const square = (): Tensor => ({
        name: 'square',
        datatype: 'FP32',
        shape: [600, 600],
        data: new Float32Array(360_000),
      });
      const slow = (): InferRequest => ({ model: 'slow', version: '1', inputs: [square()], outputs: ['product'] });
      const before = server.infer(slow(), { signal: AbortSignal.abort() });
      await expect(before).rejects.toMatchObject({ code: 'aborted' });
      const controller = new AbortController();
      const during = server.infer(slow(), { signal: controller.signal });
      setTimeout(() => controller.abort(), 5);
      await expect(during).rejects.toMatchObject({ code: 'aborted', permanent: false });
      expect((await server.infer(echoRequest(1, { outputs: ['twice'] }))).outputs).toHaveLength(1);
    });
  });
}
