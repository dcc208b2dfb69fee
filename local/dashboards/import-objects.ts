// dashboards: gives our saved objects to a running OpenSearch Dashboards; what was there under the same ids is replaced.
// https://docs.opensearch.org/latest/dashboards/management/saved-objects (POST /api/saved_objects/_import)

import { z } from 'zod';
import { ndjson, type SavedObject } from './saved-object.ts';

export interface DashboardsServer {
  /** With its base path, if it has one: `https://host/dashboards`. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Whose objects they become, where Dashboards has tenants; `global` is everybody's. */
  readonly tenant?: string | undefined;
}

const TIMEOUT_MS = 60_000;

const replySchema = z.object({
  success: z.boolean(),
  successCount: z.number(),
  errors: z
    .array(z.looseObject({ id: z.string(), type: z.string(), error: z.looseObject({ type: z.string() }) }))
    .optional(),
});

function headers({ username, password, tenant }: DashboardsServer): Record<string, string> {
  const credentials = Buffer.from(`${username}:${password}`).toString('base64');
  return {
    'osd-xsrf': 'smart-ids',
    ...(username !== undefined && password !== undefined && { authorization: `Basic ${credentials}` }),
    ...(tenant !== undefined && { securitytenant: tenant }),
  };
}

/** Resolves to how many it took. @throws where it refused some, and names them. */
export async function importObjects(server: DashboardsServer, objects: readonly SavedObject[]): Promise<number> {
  const body = new FormData();
  body.append('file', new Blob([ndjson(objects)], { type: 'application/ndjson' }), 'smart-ids.ndjson');
  const url = `${server.url.replace(/\/+$/, '')}/api/saved_objects/_import?overwrite=true`;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const reply = await fetch(url, { method: 'POST', headers: headers(server), body, signal, redirect: 'error' });
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}: ${(await reply.text()).slice(0, 300)}`);
  const parsed = replySchema.safeParse(await reply.json());
  if (!parsed.success) throw new Error(`${url} gave no answer of an import: is it OpenSearch Dashboards?`);
  const { success, successCount, errors = [] } = parsed.data;
  if (!success) {
    const refused = errors.map(({ type, id, error }) => `${type} ${id}: ${error.type}`);
    throw new Error(`${successCount} of ${objects.length} objects were taken; refused: ${refused.join(', ')}`);
  }
  return successCount;
}
