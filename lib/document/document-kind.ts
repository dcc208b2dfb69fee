// document: the kinds of documents there are, and the alias and dataset each goes by.

import { ALERT_DOCUMENT_FIELDS } from './alert-document-fields.ts';
import { DUMP_DOCUMENT_FIELDS } from './dump-document-fields.ts';
import type { FieldTable } from './field.ts';
import { FLOW_DOCUMENT_FIELDS } from './flow-document-fields.ts';
import { PACKET_DOCUMENT_FIELDS } from './packet-document-fields.ts';
import { PROGRESS_DOCUMENT_FIELDS } from './progress-document-fields.ts';

export const DOCUMENT_KINDS = ['flows', 'packets', 'alerts', 'dumps', 'progress'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** Kinds whose concrete index is chosen once per dump; `dumps` and `progress` live in one index each. */
export const GENERATION_KINDS = ['flows', 'packets', 'alerts'] as const satisfies readonly DocumentKind[];
export type GenerationKind = (typeof GENERATION_KINDS)[number];

export const FIRST_GENERATION = '000001';

export const DOCUMENT_FIELDS: Readonly<Record<DocumentKind, FieldTable>> = {
  flows: FLOW_DOCUMENT_FIELDS,
  packets: PACKET_DOCUMENT_FIELDS,
  alerts: ALERT_DOCUMENT_FIELDS,
  dumps: DUMP_DOCUMENT_FIELDS,
  progress: PROGRESS_DOCUMENT_FIELDS,
};

/** What searches name: every generation of a kind. */
export function indexAlias(kind: DocumentKind): string {
  return `smartids-${kind}`;
}

/** What writes name: `smartids-flows-000001`. */
export function concreteIndex(kind: DocumentKind, generation: string): string {
  return `${indexAlias(kind)}-${generation}`;
}

/** `event.dataset` of a kind's documents. */
export const DATASETS = {
  flows: 'smartids.flow',
  packets: 'smartids.packet',
  alerts: 'smartids.alert',
  dumps: 'smartids.dump',
  progress: 'smartids.progress',
} as const satisfies Record<DocumentKind, string>;

/** The kind of documents that a results object may hold, by their dataset; undefined for anything else. */
export function resultKind(dataset: string): 'flows' | 'packets' | undefined {
  if (dataset === DATASETS.flows) return 'flows';
  if (dataset === DATASETS.packets) return 'packets';
  return undefined;
}
