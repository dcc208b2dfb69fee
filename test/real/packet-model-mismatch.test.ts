// real: the whole product with a packet model on Triton that is another one than expected, or refuses an input.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LABELS } from '../../lib/detection/labels.ts';
import { parseVocabulary } from '../../lib/model/vocabulary.ts';
import { createModelRepository } from '../support/infer-capture.ts';
import { packetVocabularyText } from '../support/packet-vocabulary.ts';
import { installTinyPacketModel } from '../support/tiny-packet-model.ts';
import { asksOf, type FlowFindings, officeCapture, programWith, sum } from './packet-model-stack.ts';
import { type StackProcess, startStackProcess } from './stack-process.ts';
import { numpy2Folder } from './triton-install.ts';
import { ONNX_PROGRAM, startTriton, type Triton, type TritonModel } from './triton-server.ts';

// The pages are plain JavaScript that the compiler does not read.
const { modelServerNotice } = (await import(new URL('../../web/health.js', import.meta.url).href)) as {
  readonly modelServerNotice: (health: unknown) => string | undefined;
};
const { notScoredText } = (await import(new URL('../../web/ledger.js', import.meta.url).href)) as {
  readonly notScoredText: (ledger: unknown) => string;
};

/** A payload byte that some packets hold and most do not. */
const POISON = '126';
const BERT: TritonModel = { name: 'bert_packet', versions: ['1', '2'] };
let repository: string;
let triton: Triton;
let stack: StackProcess & ReturnType<typeof asksOf>;

beforeAll(async () => {
  repository = createModelRepository();
  installTinyPacketModel(repository, { version: '1', words: { [POISON]: 'Bot' } });
  installTinyPacketModel(repository, { version: '2', words: { [POISON]: 'Worms' } });
  const args = ['--model-control-mode=explicit', '--load-model=flow_net'];
  triton = await startTriton({ repository, models: ['flow_net'], args });
  const started = await startStackProcess({
    ...{ SMARTIDS_LOG_LEVEL: 'info', SMARTIDS_MODEL_REPOSITORY: repository, SMARTIDS_MODEL_SERVER: triton.endpoint },
    SMARTIDS_PACKET_MODEL_READING: 'unpadded',
  });
  stack = { ...started, ...asksOf(started) };
});
afterAll(async () => {
  await stack.stop();
  await triton.kill();
  rmSync(repository, { recursive: true });
});

function described(mask: string, type = 'INT64'): string {
  return `input [{ name: "input_ids", data_type: TYPE_INT64, dims: [ -1, -1 ] },
  { name: "${mask}", data_type: TYPE_${type}, dims: [ -1, -1 ] }]
output [{ name: "logits", data_type: TYPE_FP32, dims: [ -1, ${LABELS.length} ] }]`;
}

const ZEROS = `
import sys
sys.path.insert(0, ${JSON.stringify(numpy2Folder())})
import numpy as np
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def execute(self, requests):
        rows = [pb_utils.get_input_tensor_by_name(one, "input_ids").as_numpy().shape[0] for one in requests]
        replies = [np.zeros((count, ${LABELS.length}), np.float32) for count in rows]
        return [pb_utils.InferenceResponse([pb_utils.Tensor("logits", reply)]) for reply in replies]
`;

let seed = 100;

/** A dump of packets that were not scored before: it is ready, its flows have flow_net's word, no packet has a score. */
async function dumpWithout(name: string): Promise<number> {
  seed += 1;
  await stack.put(name, officeCapture(seed));
  const { state, ledger } = await stack.done(name);
  expect({ state, gaps: ledger.gaps }).toEqual({ state: 'ready', gaps: [] });
  expect(ledger.scored).toEqual({ flow_net: ledger.flows });
  const counts = ledger.notScored['bert_packet'];
  expect(sum(counts)).toBe(ledger.packets);
  const flows = [...(await stack.flows(name)).values()];
  expect(flows).toHaveLength(ledger.flows);
  expect(flows.filter(({ label, packets }) => typeof label !== 'string' || packets.label !== undefined)).toEqual([]);
  const packets = counts?.['model-mismatch'] ?? 0;
  expect(notScoredText(ledger)).toMatch(/^bert_packet: .*model-mismatch/);
  return packets;
}

/** Once the server has the right one. */
async function expectMended(name: string, packets: number): Promise<void> {
  await triton.replaceModel(BERT);
  expect(modelServerNotice(await stack.health())).toBeUndefined();
  const { state, ledger } = await stack.rescored(name, 'bert_packet:2');
  expect(state).toBe('ready');
  expect(ledger.notScored['bert_packet']).not.toHaveProperty('model-mismatch');
  expect(ledger.scored['bert_packet']).toBe(packets);
  expect([...(await stack.flows(name)).values()].filter(({ run }) => run !== 2)).toEqual([]);
}

const LEFT_OUT = 'the packet model is not the one expected: the packets of this chunk are left out: ';
const POISON_ID = parseVocabulary(packetVocabularyText()).ids.get(POISON);
const RAISING = `if (feed["input_ids"] == ${POISON_ID}).any(): raise ValueError("not this one")`;
/** Joins what comes within 20 ms. */
const JOINING = { maxBatch: 64, config: 'dynamic_batching { max_queue_delay_microseconds: 20000 }' };
/** As the backends in C++ do: what was joined is run as one. */
const FAILING_TOGETHER = `${programWith(RAISING).replace('def execute(', 'def apart(')}
    def execute(self, requests):
        replies = []
        try:
            for request in requests:
                feed = {name: pb_utils.get_input_tensor_by_name(request, name).as_numpy() for name in self.names}
                replies.append(self.response(["logits"], self.run(["logits"], feed)))
            return replies
        except Exception as error:
            return [pb_utils.InferenceResponse(error=pb_utils.TritonError(str(error))) for _ in requests]
`;
const OTHER = 'another model under the name bert_packet:2 than expected';

describe('a packet model on Triton', () => {
  it.each<[string, Partial<TritonModel> | undefined, RegExp, string]>([
    [
      'that is missing',
      undefined,
      /^metadata of bert_packet version 2 at .*: NOT_FOUND: .*bert_packet/,
      'no model bert_packet:2',
    ],
    [
      'that is there in an older version only',
      { versions: ['1'] },
      /^(metadata of|infer) bert_packet version 2 at .* is not at ready state: it is not loaded: unloaded/,
      'no model bert_packet:2',
    ],
    [
      'that cannot be loaded',
      { program: ONNX_PROGRAM.replace('(self, args):', '$&\n        raise MemoryError("no room")') },
      /^(metadata of|infer) bert_packet version 2 at .* it is not loaded: .*MemoryError: no room/,
      'no model bert_packet:2',
    ],
    [
      'with an input of another name',
      { config: described('attention') },
      /^model bert_packet version 2 is not the one expected: input attention_mask: expected, it has input_ids, attention;/,
      OTHER,
    ],
    [
      'with another datatype',
      { config: described('attention_mask', 'INT32') },
      /input attention_mask: expected INT64\[-1,-1\], seen INT32\[-1,-1\]/,
      OTHER,
    ],
    [
      'that takes smaller batches than are sent',
      { maxBatch: 8 },
      /is not the one expected: batch: expected 32 rows, it takes at most 8/,
      OTHER,
    ],
  ])('%s costs packets, not flows, says so, and scores them once it is mended', async (title, model, words, notice) => {
    if (model === undefined) await triton.removeModel('bert_packet');
    else
      await triton
        .replaceModel({ ...BERT, ...model })
        .catch((error: unknown) => expect(String(error)).toMatch(/no room/));
    const name = `${title.replaceAll(' ', '-')}.pcap`;
    const packets = await dumpWithout(name);
    expect(packets).toBeGreaterThan(200);
    const [line, ...others] = stack.logged(name, 'error');
    expect(others).toEqual([]);
    expect(line?.startsWith(LEFT_OUT)).toBe(true);
    expect(line?.slice(LEFT_OUT.length)).toMatch(words);
    const said = modelServerNotice(await stack.health());
    expect(said).toMatch(/^The model server has .*\. Flows are scored, packets are only counted\.$/);
    expect(said).toContain(notice);
    await expectMended(name, packets);
  });

  it('that gives no bytes is seen in its replies only', async () => {
    await triton.replaceModel({ ...BERT, program: ZEROS, config: described('attention_mask') });
    const packets = await dumpWithout('empty.pcap');
    expect(stack.logged('empty.pcap', 'error')).toEqual([
      expect.stringMatching(/: infer bert_packet version 2: output logits: 0 bytes, where FP32\[\d+,24\] has \d+$/),
    ]);
    expect(modelServerNotice(await stack.health())).toBeUndefined();
    await expectMended('empty.pcap', packets);
  });

  it('that is there in a newer version only is not asked in the place of the older', async () => {
    await triton.replaceModel(BERT);
    await stack.put('newer.pcap', officeCapture(150));
    const { ledger } = await stack.done('newer.pcap');
    const scored = ledger.scored['bert_packet'];
    await triton.replaceModel({ ...BERT, versions: ['2'] });
    const second = await stack.rescored('newer.pcap', 'bert_packet:1');
    // Asked for by name: the run fails, and the words of before stay.
    const reason = expect.stringMatching(/bert_packet version 1 at .*: it is not loaded/);
    expect(second.rescoring).toMatchObject({ state: 'failed', reason });
    expect(second.ledger.scored['bert_packet']).toBe(scored);
    await triton.replaceModel(BERT);
    const third = await stack.rescored('newer.pcap', 'bert_packet:1');
    expect(third.ledger.scored['bert_packet']).toBe(scored);
    expect(new Set([...(await stack.flows('newer.pcap')).values()].map(({ packets }) => packets.label))).toContain(
      'Bot',
    );
  });

  it.each<[string, number, Partial<TritonModel>]>([
    ['one input', 200, { program: programWith(RAISING) }],
    ['one input, and on those that the server joined with it', 201, { ...JOINING, program: FAILING_TOGETHER }],
  ])('that fails on %s scores all others', async (_, captureSeed, model) => {
    const name = `poison-${captureSeed}.pcap`;
    await triton.replaceModel({ ...BERT, ...model });
    await stack.put(name, officeCapture(captureSeed));
    const { ledger } = await stack.done(name);
    const refused = ledger.notScored['bert_packet']?.['input-refused'] ?? 0;
    expect(refused).toBeGreaterThan(10);
    const before = await stack.flows(name);

    await triton.replaceModel(BERT);
    const { ledger: mended } = await stack.rescored(name, 'bert_packet');
    expect(mended.scored['bert_packet']).toBe((ledger.scored['bert_packet'] ?? 0) + refused);
    const after = await stack.flows(name);
    const ids = (flows: typeof before, is: (flow: FlowFindings) => boolean) =>
      [...flows].flatMap(([key, flow]) => (is(flow) ? [key] : [])).sort();
    const silent = ids(before, ({ packets }) => packets.not_scored?.includes('input-refused') === true);
    expect(silent).toEqual(ids(after, ({ packets }) => packets.label === 'Worms'));
  });
});
