// api: what the API needs of the rooms around it, as one plain object; main.ts and the local stack fill it in.

import type { Field } from '../../lib/document/field.ts';
import type { DumpRegister } from '../../lib/dump/dump-register.ts';
import type { Log } from '../../lib/log/log.ts';
import type { Metrics } from '../../lib/metrics/metrics.ts';
import type { ModelServer } from '../../lib/model/model-server.ts';
import type { InstalledModel } from '../../lib/model-repository/read-model-repository.ts';
import type { SearchIndex } from '../../lib/opensearch/search-index.ts';
import type { MessageQueue } from '../../lib/queue/message-queue.ts';
import type { ExpireReport } from '../../lib/retention/expire-dumps.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';

export const SEARCH_KINDS = ['flows', 'packets', 'alerts', 'dumps'] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

/** The index, as far as the API reads it. */
export type ApiSearchIndex = Pick<SearchIndex, 'search' | 'deleteByDump' | 'ping'>;

/** What a search may name: a field, or another tool's name of one. */
export interface CatalogField extends Field {
  /** The field as it stands in documents. */
  readonly path: string;
}

/** By name, in the order of the documents' description; the aliases last. */
export type FieldCatalog = Readonly<Record<SearchKind, ReadonlyMap<string, CatalogField>>>;

export interface ApiConfig {
  readonly apiKey: string;
  /** Where people reach the API and the page. */
  readonly publicUrl: string;
  /** Origin that presigned URLs name; the page may send to it. */
  readonly s3PublicEndpoint: string;
  readonly uploadExpiresSeconds: number;
  readonly maxUploadBytes: number;
  /** Of a file that is sent as it is made; absent: any. */
  readonly maxFileBytes?: number;
}

export interface ApiDeps {
  readonly config: ApiConfig;
  readonly store: ObjectStore;
  readonly dumps: DumpRegister;
  readonly queue: MessageQueue;
  /** Those that lie in the repository now, by name and version. */
  readonly models: () => readonly InstalledModel[];
  readonly search: ApiSearchIndex;
  /** Where models run on a server: whether it has those that dumps are scored by. */
  readonly modelServer?: { readonly server: Pick<ModelServer, 'ready'>; readonly models: readonly InstalledModel[] };
  readonly fields: FieldCatalog;
  /** The concrete indexes that a new dump's documents go to. */
  readonly currentGeneration: () => Promise<string>;
  /** What is past its time: removed, or only told. */
  readonly retention: (options: { readonly dryRun: boolean; readonly signal: AbortSignal }) => Promise<ExpireReport>;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly clock: () => Date;
  readonly newId: () => string;
}
