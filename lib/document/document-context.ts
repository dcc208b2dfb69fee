// document: what every document of one chunk has in common.

import type { DumpVersion } from './document-id.ts';
import { DATASETS } from './document-kind.ts';
import { ECS_VERSION } from './shared-document-fields.ts';

export interface DocumentContext extends DumpVersion {
  readonly dumpName: string;
  readonly attempt: string;
  readonly run: number;
  /** Time the documents are made, RFC 3339; also `@timestamp` where a capture's time fits no date. */
  readonly ingested: string;
}

export interface DumpReference {
  readonly id: string;
  readonly name: string;
  readonly etag: string;
  readonly attempt: string;
}

export function dumpReference(context: DocumentContext): DumpReference {
  return { id: context.dumpId, name: context.dumpName, etag: context.etag, attempt: context.attempt };
}

export interface EventHeader {
  readonly kind: 'event' | 'alert';
  readonly category: readonly string[];
  readonly type: readonly string[];
  readonly dataset: string;
  readonly module: 'smartids';
  readonly id: string;
  readonly ingested: string;
}

const CATEGORY = { flows: ['network'], packets: ['network'], alerts: ['network', 'intrusion_detection'] } as const;
const TYPE = { flows: ['connection'], packets: ['info'], alerts: ['info'] } as const;

export function eventHeader(kind: 'flows' | 'packets' | 'alerts', id: string, ingested: string): EventHeader {
  return {
    kind: kind === 'alerts' ? 'alert' : 'event',
    category: CATEGORY[kind],
    type: TYPE[kind],
    dataset: DATASETS[kind],
    module: 'smartids',
    id,
    ingested,
  };
}

export const ECS = { version: ECS_VERSION } as const;
