// dashboards: what OpenSearch Dashboards keeps, as its import reads it: one object a line, the same bytes every time.
// https://docs.opensearch.org/latest/dashboards/management/saved-objects

import type { DocumentKind } from '../../lib/document/document-kind.ts';

export type SavedObjectType = 'index-pattern' | 'visualization' | 'search' | 'dashboard';

export interface SavedObjectReference {
  readonly name: string;
  readonly type: SavedObjectType;
  readonly id: string;
}

export interface SavedObject {
  readonly id: string;
  readonly type: SavedObjectType;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly SavedObjectReference[];
  /** Up to which migration it is as it should be; Dashboards 3 knows none later. */
  readonly migrationVersion: Readonly<Record<string, string>>;
}

const LAST_MIGRATION: Readonly<Record<SavedObjectType, string>> = {
  'index-pattern': '7.6.0',
  visualization: '7.10.0',
  search: '7.9.3',
  dashboard: '7.9.3',
};

export function savedObject(
  type: SavedObjectType,
  id: string,
  attributes: SavedObject['attributes'],
  references: SavedObject['references'] = [],
): SavedObject {
  return { id: `smartids-${id}`, type, attributes, references, migrationVersion: { [type]: LAST_MIGRATION[type] } };
}

/** Kinds that people look at; each is an index pattern. */
export type ViewedKind = Exclude<DocumentKind, 'progress'>;

export const VIEWED_KINDS = ['flows', 'packets', 'alerts', 'dumps'] as const satisfies readonly ViewedKind[];

export function indexReference(name: string, kind: ViewedKind): SavedObjectReference {
  return { name, type: 'index-pattern', id: `smartids-${kind}` };
}

const INDEX_REFERENCE = 'kibanaSavedObjectMeta.searchSourceJSON.index';

/** What is searched before anything a person adds: the member that holds it, and the reference it makes. */
export function searchSource(kind: ViewedKind, query: string, more: Readonly<Record<string, unknown>> = {}) {
  const source = { query: lucene(query), filter: [], ...more, indexRefName: INDEX_REFERENCE };
  return {
    attributes: { kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(source) } },
    references: [indexReference(INDEX_REFERENCE, kind)],
  };
}

/** The query language of the API and the page. */
export function lucene(query: string) {
  return { query, language: 'lucene' } as const;
}

export function ndjson(objects: readonly SavedObject[]): string {
  return objects.map((object) => `${JSON.stringify(object)}\n`).join('');
}
