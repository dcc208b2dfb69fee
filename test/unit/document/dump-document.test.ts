// document: dumps and progress survive storing.
import { describe, expect, it } from 'vitest';
import { dumpDocument, parseDumpDocument } from '../../../lib/document/dump-document.ts';
import { DUMP_DOCUMENT_FIELDS } from '../../../lib/document/dump-document-fields.ts';
import { parseProgressDocument, progressDocument } from '../../../lib/document/progress-document.ts';
import { PROGRESS_DOCUMENT_FIELDS } from '../../../lib/document/progress-document-fields.ts';
import type { Dump } from '../../../lib/dump/dump.ts';
import { EMPTY_LEDGER } from '../../../lib/dump/ledger.ts';
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';
import { CREATED, DUMP, progressOf } from '../../support/analysis.ts';
import { documentChecker } from '../../support/document-faults.ts';

const FULL: Dump = {
  ...DUMP,
  state: 'error',
  error: { code: 'capture-corrupt', message: 'block 7: length 3' },
  chunks: 2,
  alerts: 1,
  firstSeen: '2026-11-23T06:00:00.000000001Z',
  lastSeen: 'not even a time',
  finishedAt: CREATED,
  models: { flow: 'flow_net:2', packet: 'bert_packet:1' },
  rescoring: { run: 3, models: { flow: 'flow_net:3' }, requestedAt: CREATED, state: 'failed', reason: 'chunk 1: why' },
  rescored: {
    ...{ run: 2, fromRun: 1, models: {}, requestedAt: CREATED, finishedAt: CREATED, alertsBefore: 2, alertsAfter: 1 },
    comparison: { compared: 3, changed: 1, missing: 0, changes: { 'flow_net: Normal → DoS': 1 } },
  },
  ledger: {
    ...EMPTY_LEDGER,
    notScored: { bert_packet: { 'not-installed': 3 } },
    gaps: [
      { offset: 0, length: 9, reason: 'cut' },
      { offset: 9, length: 1, reason: 'lost', chunk: 1 },
    ],
  },
};
const UPLOADING: Dump = {
  id: DUMP.id,
  bucket: 'b',
  key: 'k',
  name: 'n',
  details: 'd',
  fileName: 'f',
  createdAt: CREATED,
  updatedAt: CREATED,
  state: 'uploading',
  generation: '000001',
  ledger: EMPTY_LEDGER,
  linktypes: [],
};

function stored(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('a dump document', () => {
  it.each([
    ['full of values', FULL],
    ['just created', UPLOADING],
    ['under analysis', DUMP],
  ])('gives back the dump it was made of: %s', (_, dump) => {
    expect(parseDumpDocument(stored(dumpDocument(dump)))).toStrictEqual(dump);
  });

  it('has the members and types that its field table describes, and no other', () => {
    expect(documentChecker(DUMP_DOCUMENT_FIELDS)(dumpDocument(FULL))).toBeUndefined();
  });

  it('is refused with the place of the fault where it is none of ours', () => {
    const broken = dumpDocument({ ...DUMP, key: 7 as unknown as string });
    expect(() => parseDumpDocument(broken)).toThrow(PipelineError);
    expect(() => parseDumpDocument(broken)).toThrow(/smartids\.dump\.key/);
  });
});

describe('a progress document', () => {
  it.each([
    progressOf({ scored: { flow_net: 3 }, notScored: { bert_packet: { sampled: 1 } }, detections: { DoS: 1 } }),
    progressOf({ run: 2, comparison: { compared: 3, changed: 1, missing: 1, changes: { 'a: b → c': 1 } } }),
    progressOf({ stage: 'indexed', gap: { offset: 1, length: 2, reason: 'why' }, documents: 4, seconds: 0.5 }),
  ])('gives back the progress it was made of (%#)', (progress) => {
    expect(parseProgressDocument(stored(progressDocument(progress)))).toStrictEqual(progress);
  });

  it('has the members and types that its field table describes, and no other', () => {
    const progress = progressOf({ gap: { offset: 1, length: 2, reason: 'why' } });
    expect(documentChecker(PROGRESS_DOCUMENT_FIELDS)(progressDocument(progress))).toBeUndefined();
  });
});
