// document: index templates made of the field tables (docs.opensearch.org, "Index templates"): nothing is mapped by guess.

import { DOCUMENT_FIELDS, type DocumentKind, indexAlias } from './document-kind.ts';
import type { Field, FieldTable } from './field.ts';
import { type AliasTable, FIELD_ALIASES } from './field-aliases.ts';

export interface IndexSettings {
  readonly shards: number;
  readonly replicas: number;
  /** As OpenSearch writes it: `5s`. */
  readonly refreshInterval: string;
}

export const DEFAULT_INDEX_SETTINGS: IndexSettings = { shards: 1, replicas: 0, refreshInterval: '5s' };

/** Lucene refuses longer terms with the whole document; longer values stay in the source, unindexed. */
const IGNORE_ABOVE = 1024;

/**
 * How long the index remembers the versions of deleted documents (60 s unless told): within that time it would refuse the
 * first run of a dump that was deleted and uploaded again. Stragglers are told by their attempt, not by a version.
 */
const GC_DELETES = '0s';

type Mapping = Readonly<Record<string, unknown>>;

interface MappingNode {
  readonly properties: Record<string, MappingNode | Mapping>;
}

function fieldMapping({ type }: Field): Mapping {
  switch (type) {
    case 'stored':
      return { type: 'object', enabled: false };
    case 'keyword':
      return { type, ignore_above: IGNORE_ABOVE };
    default:
      return { type };
  }
}

function isNode(value: MappingNode | Mapping | undefined): value is MappingNode {
  return value !== undefined && 'properties' in value;
}

/** Dotted names as nested `properties`. */
export function indexProperties(fields: FieldTable, aliases: AliasTable = {}): MappingNode['properties'] {
  const root: MappingNode = { properties: {} };
  const mappings = [
    ...Object.entries(fields).map(([name, field]) => [name, fieldMapping(field)] as const),
    ...Object.entries(aliases).map(([name, { path }]) => [name, { type: 'alias', path }] as const),
  ];
  for (const [name, mapping] of mappings) {
    const path = name.split('.');
    let node = root;
    for (const part of path.slice(0, -1)) {
      const known = node.properties[part];
      const next: MappingNode = isNode(known) ? known : { properties: {} };
      node.properties[part] = next;
      node = next;
    }
    node.properties[path.at(-1) ?? name] = mapping;
  }
  return root.properties;
}

/** Mapping of one kind: unknown fields are kept in the source and indexed nowhere. */
export function indexMapping(kind: DocumentKind): Mapping {
  return { dynamic: false, properties: indexProperties(DOCUMENT_FIELDS[kind], FIELD_ALIASES[kind]) };
}

/** Composable index template of one kind; its alias comes with every index made from it. */
export function indexTemplate(kind: DocumentKind, settings: IndexSettings = DEFAULT_INDEX_SETTINGS): Mapping {
  return {
    index_patterns: [`${indexAlias(kind)}-*`],
    priority: 200,
    template: {
      settings: {
        index: {
          number_of_shards: settings.shards,
          number_of_replicas: settings.replicas,
          refresh_interval: settings.refreshInterval,
          gc_deletes: GC_DELETES,
        },
      },
      mappings: indexMapping(kind),
      aliases: { [indexAlias(kind)]: {} },
    },
  };
}
