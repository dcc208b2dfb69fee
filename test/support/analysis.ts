// support: one dump under analysis, as the stages after split find it.

import type { DocumentContext } from '../../lib/document/document-context.ts';
import type { Dump } from '../../lib/dump/dump.ts';
import { EMPTY_LEDGER } from '../../lib/dump/ledger.ts';
import type { Progress } from '../../lib/dump/progress.ts';
import type { InvocationContext } from '../../lib/lambda/sqs-event.ts';

export const DUMP_ID = '6f9f62f8-0c2e-8b1f-9a51-5d0a3c1f7be2';
export const ATTEMPT = '0d9c0a3e-9f0c-4a53-8a3c-0a4c9d0a7f11';
export const ETAG = 'abcdef0123456789abcdef0123456789';
export const CREATED = '2026-11-23T06:00:00.000Z';

export const CONTEXT: DocumentContext = {
  dumpId: DUMP_ID,
  dumpName: 'monday.pcap',
  etag: ETAG,
  attempt: ATTEMPT,
  run: 1,
  ingested: '2026-11-23T07:00:00.000Z',
};

export const DUMP: Dump = {
  id: DUMP_ID,
  bucket: 'test-bucket',
  key: 'dumps/monday.pcap',
  name: 'monday.pcap',
  details: '',
  fileName: 'monday.pcap',
  createdAt: CREATED,
  updatedAt: CREATED,
  state: 'splitting',
  etag: ETAG,
  sizeBytes: 4096,
  attempt: ATTEMPT,
  run: 1,
  generation: '000001',
  ledger: { ...EMPTY_LEDGER, records: 10, packets: 9, flows: 3, undecodable: { arp: 1 }, secondsByStage: { split: 2 } },
  linktypes: ['ETHERNET'],
};

export function progressOf(values: Partial<Progress> = {}): Progress {
  return {
    dumpId: DUMP_ID,
    etag: ETAG,
    attempt: ATTEMPT,
    run: 1,
    chunk: 0,
    stage: 'inferred',
    scored: {},
    notScored: {},
    detections: {},
    documents: 0,
    seconds: 0,
    ...values,
  };
}

export const INVOCATION: InvocationContext = {
  requestId: 'test',
  remainingMs: () => 60_000,
  signal: new AbortController().signal,
  maxReceiveCount: 3,
};

/** An SQS event of these bodies, received for the given time. */
export function sqsEvent(bodies: readonly unknown[], receiveCount = 1) {
  return {
    Records: bodies.map((body, i) => ({
      messageId: `m${i}`,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      attributes: { ApproximateReceiveCount: String(receiveCount) },
    })),
  };
}
