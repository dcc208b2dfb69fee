// api: what is in one dump: its packets from the bucket, its flows and alerts from the index.

import type { ApiDeps } from '../api-deps.ts';
import { ProblemError } from '../http/problem.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { listHosts } from '../list-hosts.ts';
import { listPackets } from '../list-packets.ts';
import { runSearch } from '../run-search.ts';
import { dumpIdParams } from '../schema/dump-schema.ts';
import { hostListSchema } from '../schema/host-schema.ts';
import { listPacketsQuery, packetListSchema } from '../schema/packet-schema.ts';
import { dumpDocumentsQuery, searchReplySchema } from '../schema/search-schema.ts';
import { decodeCursor, encodeCursor } from '../search-cursor.ts';
import { requireDump } from './dump-routes.ts';

export function dumpContentRoutes(deps: ApiDeps): readonly Route[] {
  return [packetsRoute(deps), hostsRoute(deps), documentsRoute(deps, 'flows'), documentsRoute(deps, 'alerts')];
}

/** A dump whose object was seen; `what` is asked for of it. */
async function requireVersion(deps: ApiDeps, id: string, what: string) {
  const dump = await requireDump(deps, id);
  const { etag } = dump;
  if (etag === undefined) throw new ProblemError('conflict', `Dump ${id} is ${dump.state}: it has no ${what} yet.`);
  return { ...dump, etag };
}

function packetsRoute(deps: ApiDeps): Route {
  return defineRoute(
    {
      method: 'get',
      path: '/api/dumps/{id}/packets',
      tag: 'Dumps',
      summary: "List a dump's packets, decoded from the bucket",
      description: 'A page of very large records may hold fewer packets than asked for; its cursor goes on.',
      params: dumpIdParams,
      query: listPacketsQuery,
      reply: { status: 200, description: 'A page of packets in the order of the dump.', schema: packetListSchema },
      problems: [404, 409, 503],
    },
    async ({ params, query, signal }) => {
      const dump = await requireVersion(deps, params.id, 'packets');
      const identity = { list: 'packets', id: dump.id, etag: dump.etag };
      const from = query.cursor === undefined ? (query.from ?? 0) : startOf(query.cursor, identity);
      const { packets, next } = await listPackets(deps.store, dump, { from, size: query.size }, signal);
      const cursor = next === undefined ? {} : { cursor: encodeCursor(identity, [next]) };
      return { body: { records: dump.ledger.records, packets, ...cursor } };
    },
  );
}

function hostsRoute(deps: ApiDeps): Route {
  return defineRoute(
    {
      method: 'get',
      path: '/api/dumps/{id}/hosts',
      tag: 'Dumps',
      summary: "List a dump's hosts: which MAC addresses used which IPv4 address, by ARP",
      params: dumpIdParams,
      reply: { status: 200, description: 'All hosts that ARP tells of, by address.', schema: hostListSchema },
      problems: [404, 409, 503],
    },
    async ({ params, signal }) => {
      const dump = await requireVersion(deps, params.id, 'hosts');
      return { body: { hosts: [...(await listHosts(deps.store, dump, signal))] } };
    },
  );
}

function startOf(cursor: string, identity: unknown): number {
  const [record] = decodeCursor(cursor, identity);
  if (typeof record !== 'number' || !Number.isSafeInteger(record) || record < 0) {
    throw new ProblemError('invalid-request', 'the cursor names no record', {
      errors: [{ path: 'query.cursor', message: 'names no record' }],
    });
  }
  return record;
}

function documentsRoute(deps: ApiDeps, kind: 'flows' | 'alerts'): Route {
  return defineRoute(
    {
      method: 'get',
      path: `/api/dumps/{id}/${kind}`,
      tag: 'Dumps',
      summary: `List a dump's ${kind}, newest first`,
      params: dumpIdParams,
      query: dumpDocumentsQuery,
      reply: { status: 200, description: `A page of ${kind}.`, schema: searchReplySchema },
      problems: [404, 503],
    },
    async ({ params, query, signal }) => {
      await requireDump(deps, params.id);
      return { body: await runSearch(deps, kind, query, { signal, dumpId: params.id }) };
    },
  );
}
