// document: what the application layer said of a flow (lib/app), out of its row.

import { z } from 'zod';
import type { FlowRows } from '../flow/flow-fields.ts';
import type { DocumentOf } from './document-type.ts';
import type { FLOW_DOCUMENT_FIELDS } from './flow-document-fields.ts';
import { bytesAt } from './flow-side.ts';

type FlowDocument = DocumentOf<typeof FLOW_DOCUMENT_FIELDS>;

/** Members under ECS names, and below `smartids` one member per protocol. */
export type FlowApplication = Partial<
  Pick<FlowDocument, 'dns' | 'email' | 'file' | 'host' | 'http' | 'ssh' | 'tls' | 'url' | 'user' | 'user_agent'>
> & {
  readonly network?: { readonly protocol: string };
  readonly smartids?: Omit<FlowDocument['smartids'], keyof OwnMembers> | undefined;
};

/** Members of a flow's document below `smartids` that no protocol fills in. */
type OwnMembers = Pick<
  FlowDocument['smartids'],
  | 'dump'
  | 'run'
  | 'flow'
  | 'payload'
  | 'label'
  | 'score'
  | 'detection'
  | 'anomaly'
  | 'reasons'
  | 'model'
  | 'packet_model'
>;

/** What is checked of every row; the members' own names and types are asserted where lib/app is tested against the field table. */
const factsSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

const NOTHING: FlowApplication = {};

/** The facts in row `i`; empty where it has none. */
export function flowApplication({ columns }: FlowRows, i: number): FlowApplication {
  const bytes = bytesAt(columns.application, i);
  if (bytes.length === 0) return NOTHING;
  // lib/app writes under the names of the field table: test/unit/document/application-facts.test.ts
  return factsSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))) as FlowApplication;
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
