// api: hunts through the raw packets: asked for, watched, read, called off, carved.

import type { ApiDeps } from '../api-deps.ts';
import { captureReply, captureStream } from '../capture-reply.ts';
import { carveRecords } from '../carve.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { createStreamSlots } from '../http/stream-slots.ts';
import { cancelHunt, deleteHunt, huntView, listHunts, listMatches, matchedRecords, requireHunt } from '../hunts.ts';
import {
  huntBody,
  huntCaptureQuery,
  huntListSchema,
  huntMatchListSchema,
  huntParams,
  huntViewSchema,
  matchesQuery,
} from '../schema/hunt-schema.ts';
import { startHunt } from '../start-hunt.ts';

const MAX_STREAMS = 4;

export function huntRoutes(deps: ApiDeps): readonly Route[] {
  return [...jobRoutes(deps), ...foundRoutes(deps)];
}

function jobRoutes(deps: ApiDeps): readonly Route[] {
  const tag = 'Packets';
  const start = defineRoute(
    {
      method: 'post',
      path: '/api/hunts',
      tag,
      summary: 'Look for text, bytes or a regular expression in raw packets',
      description:
        'A job: every captured byte of every packet of the dumps (or flows, or alerts) that the query finds now, headers too. A match lies in one packet. It ends with its last packet, or at the limit.',
      body: huntBody,
      reply: { status: 202, description: 'Under way.', schema: huntViewSchema },
      problems: [409, 413, 415, 503],
    },
    async ({ body, signal }) => ({ body: await huntView(deps, await startHunt(deps, body, signal)) }),
  );
  const list = defineRoute(
    {
      method: 'get',
      path: '/api/hunts',
      tag,
      summary: 'List hunts, newest first',
      reply: { status: 200, description: 'All that are kept.', schema: huntListSchema },
      problems: [503],
    },
    async () => ({ body: { hunts: [...(await listHunts(deps))] } }),
  );
  const one = defineRoute(
    {
      method: 'get',
      path: '/api/hunts/{id}',
      tag,
      summary: 'How far a hunt is',
      params: huntParams,
      reply: { status: 200, description: 'As it stands.', schema: huntViewSchema },
      problems: [404, 503],
    },
    async ({ params }) => ({ body: await huntView(deps, await requireHunt(deps, params.id)) }),
  );
  const cancel = defineRoute(
    {
      method: 'post',
      path: '/api/hunts/{id}/cancel',
      tag,
      summary: 'Call a hunt off; what it has found stays',
      params: huntParams,
      reply: { status: 200, description: 'It ends before its next chunk.', schema: huntViewSchema },
      problems: [404, 503],
    },
    async ({ params }) => ({ body: await cancelHunt(deps, params.id) }),
  );
  const remove = defineRoute(
    {
      method: 'delete',
      path: '/api/hunts/{id}',
      tag,
      summary: 'Delete a hunt and what it has found; one that runs ends',
      params: huntParams,
      reply: { status: 204, description: 'It is gone.' },
      problems: [404, 503],
    },
    async ({ params }) => {
      await deleteHunt(deps, params.id);
      return {};
    },
  );
  return [start, list, one, cancel, remove];
}

function foundRoutes(deps: ApiDeps): readonly Route[] {
  const slots = createStreamSlots(MAX_STREAMS);
  const matches = defineRoute(
    {
      method: 'get',
      path: '/api/hunts/{id}/matches',
      tag: 'Packets',
      summary: 'What a hunt has found so far, in the order of the dumps',
      params: huntParams,
      query: matchesQuery,
      reply: { status: 200, description: 'A page of matches.', schema: huntMatchListSchema },
      problems: [404, 503],
    },
    async ({ params, query }) => ({ body: await listMatches(deps, await requireHunt(deps, params.id), query) }),
  );
  const capture = defineRoute(
    {
      method: 'get',
      path: '/api/hunts/{id}/pcap',
      tag: 'Packets',
      summary: 'Download the packets that a hunt has found so far',
      params: huntParams,
      query: huntCaptureQuery,
      reply: captureStream,
      problems: [404, 409, 413, 429, 503, 504],
    },
    ({ params, query, signal }) =>
      slots.use(async () => {
        const hunt = await requireHunt(deps, params.id);
        const records = await matchedRecords(deps, hunt);
        const parts = [...records].flatMap(([dump, numbers]) => {
          const of = hunt.dumps[dump];
          return of === undefined ? [] : [{ dump: of, numbers }];
        });
        const name = `hunt-${hunt.id.slice(0, 8)}`;
        return captureReply(await carveRecords(deps, parts, query.format, signal), name, deps.config.maxFileBytes);
      }),
  );
  return [matches, capture];
}
