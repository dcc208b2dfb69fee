// document: templates made of the field tables.
import { describe, expect, it } from 'vitest';
import { DOCUMENT_FIELDS, DOCUMENT_KINDS } from '../../../lib/document/document-kind.ts';
import type { FieldTable } from '../../../lib/document/field.ts';
import { FIELD_ALIASES } from '../../../lib/document/field-aliases.ts';
import { indexMapping, indexTemplate } from '../../../lib/document/index-template.ts';

describe('an index template', () => {
  it.each(DOCUMENT_KINDS)('of %s maps fewer than 300 fields and guesses none', (kind) => {
    const names = [...Object.keys(DOCUMENT_FIELDS[kind]), ...Object.keys(FIELD_ALIASES[kind])];
    expect(names.length).toBeLessThan(300);
    expect(indexMapping(kind)).toMatchObject({ dynamic: false });
  });

  it('nests dotted names', () => {
    expect(indexMapping('flows')).toMatchObject({
      properties: {
        '@timestamp': { type: 'date_nanos' },
        source: { properties: { ip: { type: 'ip' }, port: { type: 'long' } } },
        smartids: { properties: { flow: { properties: { statistics: { type: 'object', enabled: false } } } } },
      },
    });
  });

  it.each(DOCUMENT_KINDS)('of %s has no field that is also the parent of another', (kind) => {
    const names = [...Object.keys(DOCUMENT_FIELDS[kind]), ...Object.keys(FIELD_ALIASES[kind])];
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => names.some((other) => other.startsWith(`${name}.`)))).toEqual([]);
  });

  it('gives one field one type in all indexes, so that searches over several agree', () => {
    const types = new Map<string, Set<string>>();
    for (const kind of ['flows', 'packets', 'alerts'] as const) {
      for (const [name, { type }] of Object.entries(DOCUMENT_FIELDS[kind])) {
        types.set(name, (types.get(name) ?? new Set()).add(type));
      }
    }
    expect([...types].filter(([, kinds]) => kinds.size > 1)).toEqual([]);
  });

  it.each(DOCUMENT_KINDS)('of %s has aliases of fields that are searched', (kind) => {
    const fields: FieldTable = DOCUMENT_FIELDS[kind];
    const targets = Object.values(FIELD_ALIASES[kind]).map(({ path }) => [path, fields[path]?.type ?? 'none']);
    expect(targets.filter(([, type]) => type === 'none' || type === 'stored')).toEqual([]);
  });

  it('nests aliases beside the fields', () => {
    expect(indexMapping('flows')).toMatchObject({
      properties: { network: { properties: { state: { type: 'alias', path: 'smartids.flow.state' } } } },
    });
  });

  it('brings its alias and takes every generation', () => {
    expect(indexTemplate('flows', { shards: 3, replicas: 1, refreshInterval: '9s' })).toMatchObject({
      index_patterns: ['smartids-flows-*'],
      template: {
        settings: { index: { number_of_shards: 3, number_of_replicas: 1, refresh_interval: '9s' } },
        aliases: { 'smartids-flows': {} },
      },
    });
  });

  it('lets a deleted dump’s documents come back at once, with the version they had', () => {
    expect(indexTemplate('flows')).toMatchObject({ template: { settings: { index: { gc_deletes: '0s' } } } });
  });
});
