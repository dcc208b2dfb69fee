// infer: the packets that go to the packet model are those it was made for, as its training wrote them; all others are counted.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createPacketModels } from '../../../functions/infer/packet-models.ts';
import { LABELS } from '../../../lib/detection/labels.ts';
import { addCounts, type Counts } from '../../../lib/dump/ledger.ts';
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';
import type { LineReading } from '../../../lib/model/packet-tokens.ts';
import { createOnnxModelServer } from '../../../lib/onnx/onnx-model-server.ts';
import { demoScenario } from '../../../local/generate/demo.ts';
import { encodePcap } from '../../../local/generate/file/pcap.ts';
import { generatePackets, type Scenario } from '../../../local/generate/scenario.ts';
import { createFakePacketModel, type FakeAnswers, inferenceFailed } from '../../support/fake-packet-model.ts';
import { createModelRepository, type Inferred, type InferSettings, inferCapture } from '../../support/infer-capture.ts';
import { naiveTokenizer, packetLine } from '../../support/naive-packet-line.ts';
import { packetVocabularyText } from '../../support/packet-vocabulary.ts';
import { createRecordingLog } from '../../support/recording-log.ts';
import { installTinyPacketModel } from '../../support/tiny-packet-model.ts';

const TCP_HEADER_AT = 34;
const repository = createModelRepository();
installTinyPacketModel(repository);
const flowNet = createOnnxModelServer({ repository, workers: 1 });
const naive = naiveTokenizer(packetVocabularyText());

afterAll(async () => {
  await flowNet.close();
  rmSync(repository, { recursive: true });
});

const SCENARIO: Scenario = { ...demoScenario(5), durationSeconds: 60, ipVersion: 'both' };
const FRAMES = [...generatePackets(SCENARIO)];

function capture(snaplen = 262_144): Uint8Array {
  return Buffer.concat([...encodePcap(FRAMES, { linktype: 1, resolution: 'nanoseconds', snaplen })]);
}

interface FlowLine {
  readonly event: { readonly dataset: string };
  readonly source: { readonly ip: string; readonly port?: number; readonly packets: number };
  readonly destination: { readonly packets: number };
  readonly network: { readonly transport: string; readonly type: string };
  readonly smartids: {
    readonly flow: {
      readonly id: string;
      readonly rates?: { source_packets: number; destination_packets: number; payload_bytes: number };
    };
    readonly packet_model?: {
      readonly label?: string;
      readonly score?: number;
      readonly packets_scored?: number;
      readonly not_scored?: readonly string[];
    };
  };
}

interface PacketLine {
  readonly event: { readonly sequence: number };
  readonly source: { readonly ip: string; readonly port?: number };
  readonly smartids: { readonly flow: { readonly id: string } };
}

function flowsOf({ documents }: Inferred): readonly FlowLine[] {
  return documents.filter((one) => !idOf(one).includes('.p')) as unknown as readonly FlowLine[];
}

function idOf(document: Record<string, unknown>): string {
  return (document as { event: { id: string } }).event.id;
}

/** Text lines of what should be scored, by flow: from the documents and the frames, without our decoder. */
function expectedLines(inferred: Inferred, reading: LineReading, perDirection = 3): Map<string, string[]> {
  const documents = inferred.documents.filter((one) => idOf(one).includes('.p')) as unknown as readonly PacketLine[];
  const packets = Map.groupBy(documents, ({ smartids }) => smartids.flow.id);
  const lines = new Map<string, string[]>();
  for (const { source, network, smartids } of flowsOf(inferred)) {
    if (network.transport !== 'tcp' || network.type !== 'ipv4') continue;
    const { id, rates } = smartids.flow;
    const taken = { source: 0, destination: 0 };
    for (const packet of packets.get(id) ?? []) {
      const frame = Buffer.from(FRAMES[packet.event.sequence]?.bytes ?? []);
      const totalLength = frame.readUInt16BE(16);
      const headerWords = (frame[TCP_HEADER_AT + 12] ?? 0) >> 4;
      const payload = frame.subarray(TCP_HEADER_AT + headerWords * 4, 14 + totalLength);
      const isSource = packet.source.ip === source.ip && packet.source.port === source.port;
      const side = isSource ? 'source' : 'destination';
      if (payload.length === 0 || taken[side] >= perDirection) continue;
      taken[side] += 1;
      const bits = frame[TCP_HEADER_AT + 13] ?? 0;
      const flags = [...'FSRPAUEC'].filter((_, bit) => (bits & (1 << bit)) !== 0).join('');
      const line = packetLine(
        {
          rates: [rates?.source_packets ?? 0, rates?.destination_packets ?? 0, rates?.payload_bytes ?? 0],
          ports: [frame.readUInt16BE(TCP_HEADER_AT), frame.readUInt16BE(TCP_HEADER_AT + 2)],
          ...{ ipTotalLength: totalLength, ttl: frame[22] ?? 0, tos: frame[15] ?? 0 },
          ...{ tcpDataOffset: headerWords, flags, payload },
        },
        reading,
      );
      lines.set(id, [...(lines.get(id) ?? []), line]);
    }
  }
  return lines;
}

function run(answers: FakeAnswers = {}, settings: Partial<InferSettings> = {}, bytes = capture()) {
  const models = createFakePacketModel({ ...answers, others: flowNet });
  const chunks = { targetBytes: 256 * 1024 };
  return inferCapture(bytes, { repository, models, chunks, ...settings }).then((inferred) => ({ models, inferred }));
}

/** One run of each reading for the tests that only look at it. */
const plain = new Map<LineReading, ReturnType<typeof run>>();
function plainRun(reading: LineReading): ReturnType<typeof run> {
  const known = plain.get(reading) ?? run({}, { reading });
  plain.set(reading, known);
  return known;
}

function tally({ progress }: Inferred) {
  const scored = progress.map((one) => one.scored).reduce<Counts>(addCounts, {});
  const notScored = progress.map((one) => one.notScored['bert_packet'] ?? {}).reduce<Counts>(addCounts, {});
  return { scored: scored['bert_packet'] ?? 0, notScored };
}

/** Packets of all flows, as their documents count them. */
function packetsOf(inferred: Inferred): number {
  return flowsOf(inferred).reduce((sum, { source, destination }) => sum + source.packets + destination.packets, 0);
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((a, b) => a + b, 0);
}

describe('the packet model in infer', () => {
  it.each(['padded', 'unpadded'] as const)(
    'reads the first payload packets of each direction (%s)',
    async (reading) => {
      const { models, inferred } = await plainRun(reading);
      const lines = expectedLines(inferred, reading);
      const expected = new Set([...lines.values()].flat().map((line) => naive(line).join(' ')));
      const asked = models.batches.flat().map((ids) => ids.join(' '));
      expect(expected.size).toBeGreaterThan(200);
      expect(new Set(asked).size).toBe(asked.length);
      expect(new Set(asked)).toEqual(expected);
      expect(tally(inferred).scored).toBe([...lines.values()].flat().length);
    },
  );

  it('gives each flow the mean of its own packets', async () => {
    const { inferred } = await plainRun('unpadded');
    const lines = expectedLines(inferred, 'unpadded');
    let compared = 0;
    for (const { smartids } of flowsOf(inferred)) {
      const packets = (lines.get(smartids.flow.id) ?? []).map((line) => naive(line).length % LABELS.length);
      const verdict = smartids.packet_model;
      expect(verdict?.packets_scored).toBe(packets.length === 0 ? undefined : packets.length);
      if (packets.length === 0) continue;
      const counts = LABELS.map((_, k) => packets.filter((one) => one === k).length);
      expect(verdict?.label).toBe(LABELS[counts.indexOf(Math.max(...counts))]);
      const [sure, other] = [Math.exp(9) / (Math.exp(9) + 23), 1 / (Math.exp(9) + 23)];
      const agreeing = Math.max(...counts);
      const mean = (agreeing * sure + (packets.length - agreeing) * other) / packets.length;
      expect(verdict?.score).toBeCloseTo(mean, 5);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(100);
  });

  it('counts every packet of a flow once: scored, or with its reason', async () => {
    const { inferred } = await plainRun('padded');
    const { scored, notScored } = tally(inferred);
    expect(scored + sum(notScored)).toBe(packetsOf(inferred));
    expect(Object.keys(notScored).sort()).toEqual(['no-payload', 'not-ipv4', 'not-tcp', 'sampled']);
    const reasons = new Set(flowsOf(inferred).flatMap(({ smartids }) => smartids.packet_model?.not_scored ?? []));
    expect([...reasons].sort()).toEqual(['no-payload', 'not-ipv4', 'not-tcp', 'sampled']);
  });

  it('leaves out what the capture cut below what the model reads', async () => {
    const { models, inferred } = await run({}, { reading: 'unpadded' }, capture(200));
    const { scored, notScored } = tally(inferred);
    expect(notScored['truncated']).toBeGreaterThan(50);
    expect(scored + sum(notScored)).toBe(packetsOf(inferred));
    // Ethernet, IPv4 and TCP without options are 54 bytes; a payload of 146 bytes has at most 3 tokens a byte.
    expect(Math.max(...models.batches.flat().map((ids) => ids.length))).toBeLessThan(146 * 3 + 40);
  });

  it('takes fewer packets where the setting says so', async () => {
    const budget = { packets: 1, seconds: 60, lanes: 2 };
    const { inferred } = await run({}, { deps: { packetBudget: budget } });
    expect(tally(inferred).scored).toBe([...expectedLines(inferred, 'padded', 1).values()].flat().length);
  });

  it('scores what the time allows, flows with a detection first, and counts the rest', async () => {
    let now = 0;
    const clock = () => new Date(now);
    const failure = () => {
      now += 200;
      return undefined;
    };
    const budget = { packets: 3, seconds: 3, lanes: 1 };
    const { inferred } = await run({ failure }, { deps: { clock, packetBudget: budget }, chunks: {} });
    const { scored, notScored } = tally(inferred);
    expect(notScored['deadline']).toBeGreaterThan(100);
    expect(scored + sum(notScored)).toBe(packetsOf(inferred));
    const withDetection = flowsOf(inferred).filter(
      (one) => 'detection' in one.smartids && one.smartids.detection === true,
    );
    const scoredFlows = flowsOf(inferred).filter((one) => one.smartids.packet_model?.packets_scored !== undefined);
    expect(scoredFlows.length).toBeGreaterThan(0);
    const lines = expectedLines(inferred, 'padded');
    const readable = withDetection.filter((one) => lines.has(one.smartids.flow.id));
    expect(readable.length).toBeGreaterThan(0);
    const ofDetections = scoredFlows.filter((one) => readable.includes(one)).length;
    expect(ofDetections / readable.length).toBeGreaterThan(scoredFlows.length / flowsOf(inferred).length);
  });

  it('shares the time by packets, and what is left over goes on to those behind', async () => {
    let now = 0;
    const failure = () => {
      now += 100;
      return undefined;
    };
    // As much time as all batches take, and a little more.
    const { models } = await run({ failure }, { deps: { clock: () => new Date(now) }, chunks: {} });
    const seconds = (models.batches.length * 100) / 1000 + 1;
    now = 0;
    const deps = { clock: () => new Date(now), packetBudget: { packets: 3, seconds, lanes: 1 } };
    const { inferred } = await run({ failure }, { deps, chunks: {}, remainingMs: 1e9 });
    expect(tally(inferred).notScored).not.toHaveProperty('deadline');
  });

  it('keeps the time of the function: a quarter of it is for everything else', async () => {
    let now = 0;
    const failure = () => {
      now += 1000;
      return undefined;
    };
    const clock = () => new Date(now);
    const { models } = await run({ failure }, { deps: { clock }, remainingMs: 8000, chunks: {} });
    expect(models.batches.length).toBeLessThanOrEqual(8);
  });

  it('leaves the packet out that the model fails on, and no other', async () => {
    const failure = (batch: readonly (readonly number[])[]) =>
      batch.some((ids) => ids.length % 7 === 3) ? inferenceFailed() : undefined;
    const { inferred } = await run({ failure }, { reading: 'unpadded' });
    const lines = [...expectedLines(inferred, 'unpadded').values()].flat();
    const refused = lines.filter((line) => naive(line).length % 7 === 3).length;
    expect(refused).toBeGreaterThan(5);
    expect(tally(inferred).notScored['input-refused']).toBe(refused);
    expect(tally(inferred).scored).toBe(lines.length - refused);
  });
});

describe('a packet model that is not to be had', () => {
  const away = (code: 'model-unavailable' | 'model-mismatch') => ({
    failure: () => new PipelineError(code, 'no endpoint answers', { permanent: false }),
  });

  it('has the message come again while another try follows', async () => {
    const { inferred } = await run(away('model-unavailable'), { chunks: {} });
    expect(inferred.replies.flatMap(({ batchItemFailures }) => batchItemFailures)).toHaveLength(1);
    expect(inferred.documents).toEqual([]);
  });

  it.each([
    ['model-unavailable', 5],
    ['model-mismatch', 1],
  ] as const)('leaves the flows their verdict: %s at receive %d', async (code, receiveCount) => {
    const { models, inferred } = await run(away(code), { chunks: {}, receiveCount });
    expect(inferred.replies.flatMap(({ batchItemFailures }) => batchItemFailures)).toEqual([]);
    const { scored, notScored } = tally(inferred);
    expect(scored).toBe(0);
    expect(notScored[code]).toBeGreaterThan(200);
    expect(scored + sum(notScored)).toBe(packetsOf(inferred));
    expect(flowsOf(inferred).every(({ smartids }) => 'label' in smartids)).toBe(true);
    expect(inferred.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(models.batches.length).toBeLessThanOrEqual(2);
  });

  it('is said not to be installed once, and every packet counts so', async () => {
    const without = createModelRepository();
    const { inferred } = await run({}, { repository: without });
    rmSync(without, { recursive: true });
    expect(tally(inferred)).toEqual({ scored: 0, notScored: { 'not-installed': packetsOf(inferred) } });
    expect(inferred.log.lines.filter(({ message }) => message.startsWith('bert_packet: not installed'))).toHaveLength(
      1,
    );
  });

  it('is told in words where it was asked for by name', () => {
    const log = createRecordingLog();
    const settings = { repository, model: 'bert_packet', reading: 'padded', isRemote: false, log } as const;
    const models = createPacketModels(settings);
    expect(() => models('bert_packet:7')).toThrow('bert_packet:7 is not installed; installed: bert_packet:1');
    expect(models('bert_packet:1')).toBe(models());
    createPacketModels({ ...settings, model: 'bert_paket' });
    expect(log.lines.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^bert_paket: not installed \(packet models here: bert_packet:1\); .*triton\/export/),
    ]);
  });

  it.each(['model.onnx', 'vocab.txt'] as const)('is not used where %s is another file', async (file) => {
    const other = createModelRepository();
    installTinyPacketModel(other);
    writeFileSync(join(other, 'bert_packet', '1', file), 'something else');
    const { inferred } = await run({}, { repository: other });
    rmSync(other, { recursive: true });
    expect(tally(inferred).notScored).toEqual({ 'model-mismatch': packetsOf(inferred) });
    const [error] = inferred.log.lines.filter(({ level }) => level === 'error');
    expect(String(error?.fields['err'])).toContain(`${file}: its sha256 is`);
  });
});
