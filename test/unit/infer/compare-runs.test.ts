// infer: what a run says differently of a chunk's flows than the one before.

import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compareWithRun } from '../../../functions/infer/compare-runs.ts';
import { knownFlow } from '../../../functions/infer/known-flow.ts';
import { resultKey } from '../../../lib/chunk/keys.ts';
import type { ChunkMessage } from '../../../lib/chunk/message.ts';
import { flowDocument } from '../../../lib/document/flow-document.ts';
import { CONTEXT, DUMP_ID, ETAG } from '../../support/analysis.ts';
import { SCAN, verdictOf } from '../../support/detections.ts';
import { flowRows } from '../../support/flow-rows.ts';
import { createMemoryObjectStore } from '../../support/memory-object-store.ts';

const MESSAGE = { dumpId: DUMP_ID, etag: ETAG, chunk: 0 } as ChunkMessage; // the members that are read
const MODELS = { flow: 'flow_net', packet: 'bert_packet' };
const SIGNAL = new AbortController().signal;
const KEY = resultKey(DUMP_ID, ETAG, 1, 0);

function line(record: number, smartids: object, dataset = 'smartids.flow'): string {
  return JSON.stringify({ event: { dataset }, smartids: { flow: { first_record: record }, ...smartids } });
}

async function compare(lines: readonly string[]) {
  const store = createMemoryObjectStore();
  await store.put(KEY, gzipSync(lines.map((text) => `${text}\n`).join('')));
  return await compareWithRun(store, MESSAGE, 1, MODELS, SIGNAL);
}

describe('a comparison with the run before', () => {
  it('counts flows by what their verdict was and is, of both models', async () => {
    const comparison = await compare([
      line(0, { label: 'Port Scan', detection: true }),
      line(1, { label: 'Port Scan', detection: false }),
      line(2, { label: 'Normal', detection: false, packet_model: { label: 'DoS', score: 1, packets_scored: 3 } }),
      line(3, {}),
      line(4, { label: 'Normal', detection: false }),
    ]);
    comparison.add(0, { label: 'Normal', detection: false });
    comparison.add(1, { label: 'Port Scan', detection: true });
    comparison.add(2, { label: 'DoS', detection: true }, 'Normal');
    comparison.add(3, { label: 'Normal', detection: false }, 'Normal');
    comparison.add(4, { label: 'Normal', detection: false });
    expect(comparison.finish()).toEqual({
      ...{ compared: 5, changed: 4, missing: 0 },
      changes: {
        'flow_net: Port Scan → Normal': 1,
        'flow_net: Port Scan below its threshold → Port Scan': 1,
        'flow_net: Normal → DoS': 1,
        'bert_packet: DoS → Normal': 1,
        'flow_net: not scored → Normal': 1,
        'bert_packet: not scored → Normal': 1,
      },
    });
  });

  it('looks at flows only, and passes over what is no document of ours', async () => {
    const comparison = await compare([line(0, { label: 'DoS' }, 'smartids.packet'), 'nonsense', '{}']);
    comparison.add(0, { label: 'Normal', detection: false });
    expect(comparison.finish()).toEqual({ compared: 0, changed: 0, missing: 1, changes: {} });
  });

  it('says that the flows are missing where the results are gone, or are no gzip stream', async () => {
    const store = createMemoryObjectStore();
    for (const bytes of [undefined, Buffer.from('no gzip')]) {
      if (bytes !== undefined) await store.put(KEY, bytes);
      const comparison = await compareWithRun(store, MESSAGE, 1, MODELS, SIGNAL);
      comparison.add(0, { label: 'Normal', detection: false });
      expect(comparison.finish()).toEqual({ compared: 0, changed: 0, missing: 1, changes: {} });
    }
  });

  it('waits for a bucket that is away', async () => {
    const store = createMemoryObjectStore();
    store.outage = true;
    await expect(compareWithRun(store, MESSAGE, 1, MODELS, SIGNAL)).rejects.toMatchObject({ permanent: false });
  });

  it('reads what infer writes', () => {
    const packets = { verdict: { label: 'DoS', score: 0.5, packetsScored: 2 }, notScored: ['sampled'] } as const;
    const document = flowDocument(flowRows([{ record: 7 }]), 0, CONTEXT, verdictOf(SCAN), packets);
    expect(knownFlow(JSON.stringify(document))).toEqual({
      ...{ record: 7, label: 'Port Scan', detection: true, packetLabel: 'DoS' },
    });
    const without = { verdict: undefined, notScored: ['not-tcp'] };
    const silent = flowDocument(flowRows([{ record: 7 }]), 0, CONTEXT, verdictOf(SCAN), without);
    expect(knownFlow(JSON.stringify(silent))).toMatchObject({ record: 7, packetLabel: undefined });
  });
});
