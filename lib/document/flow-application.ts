// document: what the application layer said of a flow (lib/app), out of its row.

import { z } from 'zod';
import type { FlowRows } from '../flow/flow-fields.ts';
import { bytesAt } from './flow-side.ts';

const record = z.record(z.string(), z.unknown());
const name = z.object({ name: z.string().optional() }).loose();

/** What a document takes of it: members under ECS names, and below `smartids` one member per protocol. */
const factsSchema = z.object({
  network: z.object({ protocol: z.string() }),
  dns: z.object({ question: name.optional() }).loose().optional(),
  email: record.optional(),
  file: record.optional(),
  host: z.object({ hostname: z.string().optional() }).loose().optional(),
  http: record.optional(),
  ssh: record.optional(),
  tls: z
    .object({ client: z.object({ server_name: z.string().optional() }).loose().optional() })
    .loose()
    .optional(),
  url: z.object({ domain: z.string().optional() }).loose().optional(),
  user: name.optional(),
  user_agent: record.optional(),
  smartids: record.optional(),
});

export type FlowApplication = Partial<z.infer<typeof factsSchema>>;

const NOTHING: FlowApplication = {};

/** The facts in row `i`; empty where it has none. */
export function flowApplication({ columns }: FlowRows, i: number): FlowApplication {
  const bytes = bytesAt(columns.application, i);
  if (bytes.length === 0) return NOTHING;
  return factsSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
}

/** Names of hosts seen, once each; undefined where there are none. */
export function relatedHosts({ url, tls, dns, host }: FlowApplication): readonly string[] | undefined {
  return distinct([url?.domain, tls?.client?.server_name, dns?.question?.name, host?.hostname]);
}

/** Names of users seen; undefined where there are none. */
export function relatedUsers({ user }: FlowApplication): readonly string[] | undefined {
  return distinct([user?.name]);
}

function distinct(values: readonly (string | undefined)[]): readonly string[] | undefined {
  const found = [...new Set(values.filter((value) => value !== undefined))];
  return found.length === 0 ? undefined : found;
}
