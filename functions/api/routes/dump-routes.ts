// api: dumps: create with a presigned upload, list, look at, delete.

import type { Dump } from '../../../lib/dump/dump.ts';
import { apiUploadKey } from '../../../lib/dump/dump-id.ts';
import { EMPTY_LEDGER } from '../../../lib/dump/ledger.ts';
import { deleteDump } from '../../../lib/retention/delete-dump.ts';
import type { ApiDeps } from '../api-deps.ts';

import { listedDump, liveDump } from '../dump-view.ts';
import { ProblemError } from '../http/problem.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { listDumps } from '../list-dumps.ts';
import {
  createDumpBody,
  createdDumpSchema,
  dumpIdParams,
  dumpListSchema,
  dumpSchema,
  listDumpsQuery,
} from '../schema/dump-schema.ts';
import { keySafeName, printableName } from '../upload-name.ts';

export function dumpRoutes(deps: ApiDeps): readonly Route[] {
  return [createRoute(deps), listRoute(deps), getRoute(deps), deleteRoute(deps)];
}

/** @throws ProblemError `not-found`. */
export async function requireDump(deps: Pick<ApiDeps, 'dumps'>, id: string): Promise<Dump> {
  const dump = await deps.dumps.get(id);
  if (dump === undefined) throw new ProblemError('not-found', `There is no dump ${id}.`);
  return dump;
}

function createRoute(deps: ApiDeps): Route {
  return defineRoute(
    {
      method: 'post',
      path: '/api/dumps',
      tag: 'Dumps',
      summary: 'Announce a capture and get a URL to upload it to',
      description: 'PUT the file to `upload.url`; the analysis starts by itself when the object is there.',
      body: createDumpBody,
      reply: { status: 201, description: 'The dump, and where to put its file.', schema: createdDumpSchema },
      problems: [413, 415, 503],
    },
    async ({ body }) => {
      const { config, store, clock } = deps;
      if (body.size !== undefined && body.size > config.maxUploadBytes) {
        const message = `${body.size} bytes: at most ${config.maxUploadBytes} are allowed`;
        throw new ProblemError('limit-exceeded', `body.size: ${message}`, { errors: [{ path: 'body.size', message }] });
      }
      const now = clock();
      const id = deps.newId();
      const fileName = keySafeName(body.fileName);
      const dump: Dump = {
        id,
        bucket: store.bucket,
        key: apiUploadKey(id, fileName),
        name: body.name ?? printableName(body.fileName),
        details: body.details ?? '',
        fileName,
        createdAt: now.toISOString(),
        updatedAt: now.toISOString(),
        state: 'uploading',
        generation: await deps.currentGeneration(),
        ledger: EMPTY_LEDGER,
        linktypes: [],
        ...(body.size !== undefined && { sizeBytes: body.size }),
      };
      if ((await deps.dumps.create(dump)) === 'exists')
        throw new ProblemError('conflict', `Dump ${id} exists already.`);
      const contentLength = body.size === undefined ? {} : { contentLength: body.size };
      const url = await store.presignPut(dump.key, { expiresSeconds: config.uploadExpiresSeconds, ...contentLength });
      const upload = {
        url,
        method: 'PUT',
        headers: body.size === undefined ? {} : { 'Content-Length': String(body.size) },
        expiresAt: new Date(now.getTime() + config.uploadExpiresSeconds * 1000).toISOString(),
      };
      deps.log.info({ dumpId: id, sizeBytes: body.size }, 'dump announced');
      return {
        body: { dump: await listedDump(dump, deps.dumps), upload },
        headers: { Location: `/api/dumps/${id}` },
      };
    },
  );
}

function listRoute(deps: ApiDeps): Route {
  return defineRoute(
    {
      method: 'get',
      path: '/api/dumps',
      tag: 'Dumps',
      summary: 'List dumps, newest first',
      query: listDumpsQuery,
      reply: { status: 200, description: 'A page of dumps.', schema: dumpListSchema },
      problems: [503],
    },
    async ({ query, signal }) => {
      const { state } = query;
      const { total, dumps, cursor } = await listDumps(deps, query, signal);
      const views = await Promise.all(dumps.map((dump) => listedDump(dump, deps.dumps)));
      const wanted = state === undefined ? views : views.filter((view) => view.state === state);
      return { body: { total, dumps: wanted, ...(cursor !== undefined && { cursor }) } };
    },
  );
}

function getRoute(deps: ApiDeps): Route {
  return defineRoute(
    {
      method: 'get',
      path: '/api/dumps/{id}',
      tag: 'Dumps',
      summary: 'Look at one dump: live state, progress, ledger',
      params: dumpIdParams,
      reply: { status: 200, description: 'The dump.', schema: dumpSchema },
      problems: [404, 503],
    },
    async ({ params }) => ({ body: await liveDump(await requireDump(deps, params.id), deps.dumps) }),
  );
}

function deleteRoute(deps: ApiDeps): Route {
  return defineRoute(
    {
      method: 'delete',
      path: '/api/dumps/{id}',
      tag: 'Dumps',
      summary: 'Delete a dump: its object, what was made of it, its documents',
      description: 'Idempotent: a dump that is not there is as deleted as one can be.',
      params: dumpIdParams,
      reply: { status: 204, description: 'Nothing of the dump is left.' },
      problems: [503],
    },
    async ({ params }) => {
      await deleteDump(deps, params.id);
      deps.log.info({ dumpId: params.id }, 'dump deleted');
      return {};
    },
  );
}
