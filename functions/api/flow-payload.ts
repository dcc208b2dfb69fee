// api: a page of what the two sides of a flow said, put together from its records in the bucket.

import { z } from 'zod';
import { type CarveDirection, chooseFlowRows } from '../../lib/carve/choose-rows.ts';
import { type HttpContent, readHttpContents } from '../../lib/payload/http-contents.ts';
import {
  type ConversationPage,
  type ConversationStart,
  readConversation,
} from '../../lib/payload/read-conversation.ts';
import { gatherTurns, type Turn } from '../../lib/payload/turns.ts';
import { findChunk } from '../../lib/records/find-chunk.ts';
import { readSelections } from '../../lib/records/read-selections.ts';
import { type ChunkChoice, selectChunks } from '../../lib/records/select-chunks.ts';
import type { ApiDeps } from './api-deps.ts';
import { valueAt } from './cursor-values.ts';
import { recordSource } from './dump-records.ts';
import { type FoundFlow, findFlow } from './find-flow.ts';
import { ProblemError } from './http/problem.ts';
import { decodeCursor, encodeCursor } from './search-cursor.ts';

/** Records of the flow read for one page, and the time after which it ends: most of an elephant brings nothing to read. */
const MAX_PAGE_RECORDS = 16_384;
const PAGE_MS = 10_000;

export interface PayloadRequest {
  readonly direction: CarveDirection;
  /** Payload bytes of a page. */
  readonly size: number;
  readonly cursor?: string | undefined;
}

export interface FlowPayload {
  readonly flow: FoundFlow;
  readonly transport: string | undefined;
  readonly turns: readonly Turn[];
  readonly contents: readonly HttpContent[];
  readonly counts: ConversationPage['counts'];
  readonly cursor: string | undefined;
}

const place = z.strictObject({
  base: z.int().min(-1).max(0xffff_ffff),
  next: z.int().min(-1).max(0xffff_ffff),
  offset: z.int().min(0),
  missing: z.int().min(0),
  acknowledged: z.int().min(-1).max(0xffff_ffff),
  end: z.int().min(-1).max(0xffff_ffff),
  waiting: z.int().min(-1),
});
const startSchema = z.strictObject({
  record: z.int().min(0),
  counted: z.int().min(0),
  place: z.tuple([place, place]),
});

/** @throws ProblemError `not-found`, `conflict`, or `invalid-request` where the cursor is not one of this flow. */
export async function flowPayload(
  deps: Pick<ApiDeps, 'store' | 'dumps' | 'search' | 'clock'>,
  id: string,
  request: PayloadRequest,
  signal: AbortSignal,
): Promise<FlowPayload> {
  const identity = { list: 'payload', id };
  const start = request.cursor === undefined ? undefined : readStart(request.cursor, identity);
  const flow = await findFlow(deps, id, signal);
  const value = valueAt(flow.document, 'network.transport');
  const transport = typeof value === 'string' ? value : undefined;
  const until = deps.clock().getTime() + PAGE_MS;
  const page = await readConversation(flowRecords(deps, flow, start, signal), {
    isTcp: transport === 'tcp',
    start,
    maxBytes: request.size,
    maxRecords: MAX_PAGE_RECORDS,
    isLate: () => deps.clock().getTime() > until,
  });
  const turns = gatherTurns(page.pieces, transport === 'tcp');
  const contents = transport === 'tcp' ? await readHttpContents(turns) : [];
  const isShown = ({ direction }: { readonly direction: 0 | 1 }) =>
    request.direction === 'both' || request.direction === (direction === 0 ? 'source' : 'destination');
  return {
    flow,
    transport,
    turns: turns.filter(isShown),
    contents: contents.filter(isShown),
    counts: page.counts,
    cursor: page.next === undefined ? undefined : encodeCursor(identity, [JSON.stringify(page.next)]),
  };
}

async function* flowRecords(
  { store }: Pick<ApiDeps, 'store'>,
  { dump, place: { flow, firstChunk, lastChunk } }: FoundFlow,
  start: ConversationStart | undefined,
  signal: AbortSignal,
) {
  const objects = { dumpId: dump.id, key: dump.key, etag: dump.etag, chunks: dump.chunks };
  const source = recordSource(store, objects);
  const from = start === undefined ? undefined : await findChunk(store, objects, start.record, signal);
  const first = Math.max(firstChunk, from?.chunk ?? firstChunk);
  const flows = new Set([flow]);
  const choices = Array.from(
    { length: Math.max(0, lastChunk - first + 1) },
    (_, i): ChunkChoice => ({
      chunk: first + i,
      choose: (records, { firstRecord }) => {
        const rows = chooseFlowRows(records, flows, 'both');
        const skipped = (start?.record ?? 0) - firstRecord;
        return skipped > 0 ? rows.subarray(rows.findIndex((row) => row >= skipped) >>> 0) : rows;
      },
    }),
  );
  yield* readSelections(store, selectChunks(store, objects, choices, signal, source.manifestOf), signal);
}

function readStart(cursor: string, identity: unknown): ConversationStart {
  const [text] = decodeCursor(cursor, identity);
  const parsed = startSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const message = 'the cursor is not one that this API gave';
  throw new ProblemError('invalid-request', message, { errors: [{ path: 'query.cursor', message }] });
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
