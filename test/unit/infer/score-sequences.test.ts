// infer: sequences to scores: each input once, a poisoned one alone, what the time allows, in the order they came.

import { describe, expect, it } from 'vitest';
import type { PacketModel } from '../../../functions/infer/packet-models.ts';
import { createScoreCache } from '../../../functions/infer/score-cache.ts';
import { type ScoringOptions, type SequenceScore, scoreSequences } from '../../../functions/infer/score-sequences.ts';
import { SequenceList } from '../../../functions/infer/sequence-list.ts';
import { LABELS } from '../../../lib/detection/labels.ts';
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';
import type { PacketModelMetadata } from '../../../lib/model/packet-model-metadata.ts';
import { createFakePacketModel, type FakeAnswers, inferenceFailed } from '../../support/fake-packet-model.ts';

const METADATA: PacketModelMetadata = {
  ...{ kind: 'packet', model: 'bert_packet', version: '1', precision: 'fp32', maxTokens: 512, lowerCase: false },
  ...{ labels: [...LABELS], inputs: ['input_ids', 'attention_mask'], output: 'logits' },
  ...{ sha256: '0'.repeat(64), vocabularySha256: '0'.repeat(64) },
};

function packetModel(): PacketModel {
  const tokens = { createBuffer: () => new Int32Array(517), encode: () => 0 };
  return { metadata: METADATA, tokens, pad: 0, cache: createScoreCache() };
}

function listOf(sequences: readonly (readonly number[])[], ranks: readonly number[] = []): SequenceList {
  const list = new SequenceList();
  for (const [k, ids] of sequences.entries()) list.add(Int32Array.from(ids), ids.length, ranks[k] ?? 0);
  return list;
}

async function score(
  sequences: readonly (readonly number[])[],
  answers: FakeAnswers = {},
  change: Partial<ScoringOptions> & { readonly ranks?: readonly number[]; readonly model?: PacketModel } = {},
) {
  const models = createFakePacketModel(answers);
  const { ranks, model = packetModel(), ...others } = change;
  const options: ScoringOptions = {
    ...{ models, limits: { sequences: 4, tokens: 64 }, lanes: 2, untilMs: 1000, clockMs: () => 0 },
    signal: new AbortController().signal,
    ...others,
  };
  const scores = await scoreSequences(model, listOf(sequences, ranks), options);
  return { scores: scores.map(labelOf), batches: models.batches };
}

/** The class that a score speaks for, or its reason. */
function labelOf(one: SequenceScore): number | string {
  return typeof one === 'string' ? one : one.indexOf(Math.max(...one));
}

function ofLength(length: number, seed = 1): readonly number[] {
  return Array.from({ length }, (_, i) => seed * 100 + i);
}

describe('scoring sequences', () => {
  it('gives each its score in their order, in batches of like length, filled up and masked', async () => {
    const lengths = [3, 17, 9, 5, 16, 9, 20, 4];
    const { scores, batches } = await score(lengths.map((length, k) => ofLength(length, k + 1)));
    expect(scores).toEqual(lengths);
    expect(batches.map((batch) => batch.map((ids) => ids.length))).toEqual([[20], [17, 16], [9, 9], [5], [4], [3]]);
    expect(batches.flat()).toContainEqual(ofLength(16, 5));
  });

  it('asks for identical ones once, also where they came before', async () => {
    const model = packetModel();
    const first = await score([ofLength(5), ofLength(6), ofLength(5)], {}, { model });
    expect(first.scores).toEqual([5, 6, 5]);
    expect(first.batches.flat()).toHaveLength(2);
    const second = await score([ofLength(6), ofLength(7)], {}, { model });
    expect(second.scores).toEqual([6, 7]);
    expect(second.batches.flat()).toEqual([ofLength(7)]);
  });

  it('halves a batch that the model fails on until the poisoned one stands alone', async () => {
    const poisoned = ofLength(6, 9);
    const failure = (batch: readonly (readonly number[])[]) =>
      batch.some((ids) => ids[0] === poisoned[0]) ? inferenceFailed() : undefined;
    const sequences = [ofLength(6, 1), ofLength(6, 2), poisoned, ofLength(6, 3), poisoned];
    const { scores, batches } = await score(sequences, { failure }, { lanes: 1 });
    expect(scores).toEqual([6, 6, 'input-refused', 6, 'input-refused']);
    expect(batches.map((batch) => batch.length)).toEqual([4, 2, 2, 1, 1, 1]);
  });

  it('asks one that failed alone once more when nothing else is on its way: a server fails together what it joined', async () => {
    const joined = ofLength(6, 2);
    let asked = 0;
    const failure = ([ids]: readonly (readonly number[])[]) => {
      if (ids?.[0] !== joined[0]) return undefined;
      asked += 1;
      return asked === 1 ? inferenceFailed() : undefined;
    };
    const limits = { sequences: 1, tokens: 64 };
    const { scores, batches } = await score([ofLength(6, 1), joined, ofLength(6, 3)], { failure }, { limits });
    expect(scores).toEqual([6, 6, 6]);
    expect(batches.at(-1)).toEqual([joined]);
  });

  it('refuses the one whose answer is no number, and no other', async () => {
    const logits = (ids: readonly number[]) => LABELS.map((_, k) => (ids[0] === 200 ? Number.NaN : k));
    expect((await score([ofLength(5, 1), ofLength(5, 2)], { logits })).scores).toEqual([23, 'input-refused']);
  });

  it('begins no batch when the time is up: the most urgent come first', async () => {
    let now = 0;
    const options = { ranks: [3, 0, 2, 1], lanes: 1, untilMs: 2, clockMs: () => now };
    const failure = () => {
      now += 1;
      return undefined;
    };
    const { scores } = await score(
      [1, 2, 3, 4].map((k) => ofLength(8, k)),
      { failure },
      options,
    );
    expect(scores).toEqual(['deadline', 8, 'deadline', 8]);
  });

  it('leaves what a slow server did not answer in time, and throws where it has answered nothing', async () => {
    let now = 0;
    const slowFrom = (first: number) => (_: unknown, request: number) => {
      if (request < first) return undefined;
      now = 2000;
      return new PipelineError('model-unavailable', 'too slow', { permanent: false });
    };
    const sequences = [1, 2, 3, 4].map((k) => ofLength(8, k));
    const options = { limits: { sequences: 1, tokens: 64 }, lanes: 1, clockMs: () => now };
    const { scores } = await score(sequences, { failure: slowFrom(2) }, options);
    expect(scores).toEqual([8, 8, 'deadline', 'deadline']);
    now = 0;
    await expect(score(sequences, { failure: slowFrom(0) }, options)).rejects.toMatchObject({
      code: 'model-unavailable',
    });
  });

  it('never has more batches on their way than lanes', async () => {
    const fake = createFakePacketModel();
    let [now, most] = [0, 0];
    const models = {
      ...fake,
      infer: async (request: Parameters<typeof fake.infer>[0]) => {
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setTimeout(resolve, 1));
        now -= 1;
        return fake.infer(request);
      },
    };
    const sequences = Array.from({ length: 60 }, (_, k) => ofLength(8, k + 1));
    await score(sequences, {}, { models, lanes: 3 });
    expect(most).toBe(3);
  });

  it.each(['model-unavailable', 'model-mismatch'] as const)('throws %s, and begins nothing more', async (code) => {
    const failure = (_: unknown, request: number) =>
      request === 1 ? new PipelineError(code, 'away', { permanent: false }) : undefined;
    const sequences = Array.from({ length: 40 }, (_, k) => ofLength(8, k + 1));
    const models = createFakePacketModel({ failure });
    await expect(score(sequences, {}, { models })).rejects.toMatchObject({ code });
    expect(models.batches.length).toBeLessThan(5);
  });

  it('throws what the caller aborted with', async () => {
    const controller = new AbortController();
    const failure = () => {
      controller.abort(new Error('stopped'));
      return undefined;
    };
    const sequences = Array.from({ length: 9 }, (_, k) => ofLength(8, k + 1));
    await expect(score(sequences, { failure }, { signal: controller.signal })).rejects.toThrow('stopped');
  });

  it('is refused by a model that gives another number of logits', async () => {
    const logits = () => [1, 2, 3];
    await expect(score([ofLength(5)], { logits })).rejects.toMatchObject({ code: 'model-mismatch' });
  });
});

describe('the cache of scores', () => {
  it('forgets the one longest unasked for', () => {
    const cache = createScoreCache(2);
    const [a, b, c] = [Float32Array.of(1), Float32Array.of(2), Float32Array.of(3)];
    cache.set('a', a);
    cache.set('b', b);
    expect(cache.get('a')).toBe(a);
    cache.set('c', c);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([a, undefined, c]);
  });
});
