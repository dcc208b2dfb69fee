// opensearch: the register of dumps and of their chunks' progress, kept in two indexes of its own.

import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { concreteIndex, FIRST_GENERATION } from '../document/document-kind.ts';
import { dumpDocument, parseDumpDocument } from '../document/dump-document.ts';
import { parseProgressDocument, progressDocument } from '../document/progress-document.ts';
import type { Dump } from '../dump/dump.ts';
import type { DumpRegister } from '../dump/dump-register.ts';
import { type Progress, progressId } from '../dump/progress.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { SearchClient } from './search-client.ts';
import { errorReason } from './search-error.ts';

const DUMPS = concreteIndex('dumps', FIRST_GENERATION);
const PROGRESS = concreteIndex('progress', FIRST_GENERATION);

/** Tries of one read-change-write before somebody else has to be blamed. */
const MAX_UPDATE_TRIES = 20;
const UPDATE_WAIT_MS = 20;
const PROGRESS_PAGE = 1000;
const NOT_FOUND = 404;
const CONFLICT = 409;

const documentSchema = z.looseObject({
  found: z.boolean(),
  _seq_no: z.number().optional(),
  _primary_term: z.number().optional(),
  _source: z.unknown().optional(),
});
const hitsSchema = z.looseObject({
  hits: z.looseObject({
    total: z.looseObject({ value: z.number() }),
    hits: z.array(z.looseObject({ _source: z.unknown().optional(), sort: z.array(z.unknown()).optional() })),
  }),
});

interface StoredDump {
  readonly dump: Dump;
  readonly seqNo: number;
  readonly primaryTerm: number;
}

/** Documents of one scoring of one version of a dump in one analysis. */
function runFilter(dumpId: string, etag: string, attempt: string, run: number): readonly object[] {
  return [
    { term: { 'smartids.dump.id': dumpId } },
    { term: { 'smartids.dump.etag': etag } },
    { term: { 'smartids.dump.attempt': attempt } },
    { term: { 'smartids.run': run } },
  ];
}

export function createDumpRegister(client: SearchClient): DumpRegister {
  const dumpPath = (dumpId: string) => `/${DUMPS}/_doc/${encodeURIComponent(dumpId)}`;

  async function read(dumpId: string): Promise<StoredDump | undefined> {
    const reply = await client.request('GET', dumpPath(dumpId), { accept: [NOT_FOUND] });
    const document = documentSchema.safeParse(reply.body);
    if (!document.success) {
      // A 404 without `found` is not about the document: its index is missing.
      throw new PipelineError('service-unavailable', `GET ${dumpPath(dumpId)}: ${errorReason(reply.body)}`, {
        permanent: false,
      });
    }
    const { found, _source, _seq_no: seqNo = 0, _primary_term: primaryTerm = 0 } = document.data;
    return found ? { dump: parseDumpDocument(_source), seqNo, primaryTerm } : undefined;
  }

  async function searchProgress(body: Readonly<Record<string, unknown>>) {
    const reply = await client.request('POST', `/${PROGRESS}/_search`, { body });
    return hitsSchema.parse(reply.body).hits;
  }

  return {
    async get(dumpId) {
      return (await read(dumpId))?.dump;
    },

    async create(dump) {
      const reply = await client.request('PUT', dumpPath(dump.id), {
        query: { op_type: 'create' },
        body: dumpDocument(dump),
        accept: [CONFLICT],
        retries: 0,
      });
      return reply.status === CONFLICT ? 'exists' : 'created';
    },

    async update(dumpId, change) {
      for (let tries = 0; tries < MAX_UPDATE_TRIES; tries += 1) {
        if (tries > 0) await sleep(UPDATE_WAIT_MS * tries * Math.random());
        const stored = await read(dumpId);
        const changed = stored === undefined ? undefined : change(stored.dump);
        if (stored === undefined || changed === undefined) return stored?.dump;
        const reply = await client.request('PUT', dumpPath(dumpId), {
          query: { if_seq_no: stored.seqNo, if_primary_term: stored.primaryTerm },
          body: dumpDocument(changed),
          accept: [CONFLICT],
          retries: 0,
        });
        if (reply.status !== CONFLICT) return changed;
      }
      throw new PipelineError('conflict', `dump ${dumpId}: changed by others ${MAX_UPDATE_TRIES} times in a row`, {
        permanent: false,
      });
    },

    async writeProgress(progress) {
      await client.request('PUT', `/${PROGRESS}/_doc/${encodeURIComponent(progressId(progress))}`, {
        body: progressDocument(progress),
      });
    },

    async countProgress(dumpId, etag, attempt, run) {
      await client.request('POST', `/${PROGRESS}/_refresh`);
      const count = async (stage: Progress['stage'], ...more: readonly object[]) => {
        const ofStage = { term: { 'smartids.progress.stage': stage } };
        const filter = [...runFilter(dumpId, etag, attempt, run), ofStage, ...more];
        return (await searchProgress({ query: { bool: { filter } }, size: 0, track_total_hits: true })).total.value;
      };
      const inferred = await count('inferred');
      // Behind all of them: a gap that is written in between is at worst counted without being one of the inferred.
      const lost = await count('inferred', { term: { 'smartids.progress.lost': true } });
      return { inferred, lost, indexed: await count('indexed') };
    },

    async listProgress(dumpId, etag, attempt, run) {
      const found: Progress[] = [];
      let after: readonly unknown[] | undefined;
      do {
        const { hits } = await searchProgress({
          query: { bool: { filter: runFilter(dumpId, etag, attempt, run) } },
          size: PROGRESS_PAGE,
          sort: [{ 'smartids.progress.chunk': { order: 'asc' } }, { 'smartids.progress.stage': { order: 'asc' } }],
          ...(after && { search_after: after }),
        });
        for (const hit of hits) found.push(parseProgressDocument(hit._source));
        after = hits.length === PROGRESS_PAGE ? hits.at(-1)?.sort : undefined;
      } while (after !== undefined);
      return found;
    },
  };
}
