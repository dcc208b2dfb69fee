// dashboards: what Dashboards would refuse at import, or show as an error: references, fields, queries, places of panels.

import { describe, expect, it } from 'vitest';
import { DOCUMENT_FIELDS, indexAlias } from '../../../lib/document/document-kind.ts';
import type { FieldTable } from '../../../lib/document/field.ts';
import { prepareQueryString } from '../../../lib/query/query-front.ts';
import { DASHBOARD_FILES, SAVED_OBJECTS } from '../../../local/dashboards/dashboard-files.ts';
import { ndjson, type SavedObject, VIEWED_KINDS } from '../../../local/dashboards/saved-object.ts';
import { patternOf, readSearchSource, visState } from '../../support/dashboards-requests.ts';

interface FilterInput {
  readonly input: { readonly query: string };
}

const named = (objects: readonly SavedObject[]) => objects.map((object) => [object.id, object] as const);
const OF = (type: SavedObject['type']) => SAVED_OBJECTS.filter((object) => object.type === type);
const searching = [...OF('search'), ...OF('visualization')].filter(
  (object) => object.type === 'search' || !['markdown', 'input_control_vis'].includes(visState(object).type),
);

function fieldsOf(title: unknown): FieldTable {
  const kind = VIEWED_KINDS.find((each) => indexAlias(each) === title);
  if (kind === undefined) throw new Error(`no kind is called ${String(title)}`);
  return DOCUMENT_FIELDS[kind];
}

const searchedFields = (object: SavedObject) =>
  fieldsOf(patternOf(object, readSearchSource(object).indexRefName)['title']);

describe('a file of saved objects', () => {
  it.each(Object.entries(DASHBOARD_FILES))(
    '%s is whole: one object an id, and every reference leads to one',
    (_, objects) => {
      const keys = objects.map(({ type, id }) => `${type} ${id}`);
      expect(new Set(keys).size).toBe(keys.length);
      const missing = objects.flatMap(({ references }) =>
        references.filter(({ type, id }) => !keys.includes(`${type} ${id}`)),
      );
      expect(missing).toEqual([]);
      const lines = ndjson(objects).trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line).id)).toEqual(objects.map(({ id }) => id));
    },
  );

  it('has no id twice over all files, so that an import never changes another dashboard', () => {
    const ids = SAVED_OBJECTS.map(({ type, id }) => `${type} ${id}`);
    expect(new Set(ids).size).toBe(ids.length);
    const titles = SAVED_OBJECTS.filter(({ type }) => type === 'dashboard').map(
      ({ attributes }) => attributes['title'],
    );
    expect(new Set(titles).size).toBe(5);
  });

  it.each(named(SAVED_OBJECTS))(
    'names every reference of %s that its attributes use',
    (_, { attributes, references }) => {
      const used = [...JSON.stringify(attributes).matchAll(/RefName\\*":\\*"([^"\\]+)/g)].map(([, name]) => name);
      expect(references.map(({ name }) => name).sort()).toEqual([...new Set(used)].sort());
    },
  );
});

describe('an object that searches', () => {
  it.each(named(searching))('%s has a query that the API takes, too', (_, object) => {
    const { query } = readSearchSource(object);
    expect(query.language).toBe('lucene');
    const filters =
      object.type === 'search'
        ? []
        : visState(object).aggs.flatMap(({ params }) => (params['filters'] ?? []) as readonly FilterInput[]);
    const queries = [query, ...filters.map(({ input }) => input)];
    const knownFields = new Set(Object.keys(searchedFields(object)));
    for (const each of queries) expect(prepareQueryString(each.query, { knownFields })).toBe(each.query);
  });

  it.each(named(searching))('%s names fields that are in the mapping', (_, object) => {
    const fields = searchedFields(object);
    const asked =
      object.type === 'search'
        ? (object.attributes['columns'] as readonly string[])
        : visState(object).aggs.flatMap(({ params }) => params['field'] ?? []);
    const unusable = asked.filter((name) => {
      const type = fields[String(name)]?.type ?? 'none';
      return ['none', 'stored', ...(object.type === 'search' ? [] : ['text'])].includes(type);
    });
    expect(unusable).toEqual([]);
  });

  it.each(named(searching.filter(({ type }) => type === 'visualization')))(
    '%s aggregates as the fields allow',
    (_, object) => {
      const fields = searchedFields(object);
      for (const { type, params } of visState(object).aggs) {
        const fieldType = fields[String(params['field'])]?.type;
        if (['sum', 'avg', 'std_dev', 'histogram', 'range'].includes(type))
          expect(['long', 'double']).toContain(fieldType);
        if (params['missingBucket'] === true) expect(fieldType).toBe('keyword');
      }
    },
  );
});

describe('a list to choose from', () => {
  const lists = OF('visualization').filter((object) => visState(object).type === 'input_control_vis');
  it.each(named(lists))(
    '%s is of fields that have values, looked up by what is typed only where they are text',
    (_, object) => {
      for (const { fieldName, indexPatternRefName, options } of visState(object).params.controls ?? []) {
        const type = fieldsOf(patternOf(object, indexPatternRefName)['title'])[fieldName]?.type;
        expect(type).toBe('dynamicOptions' in options && options.dynamicOptions === true ? 'keyword' : 'ip');
      }
    },
  );
});

describe('a dashboard', () => {
  interface Panel {
    readonly gridData: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  }
  it.each(named(OF('dashboard')))(
    '%s has its panels beside each other, within its width, whole rows',
    (_, { attributes }) => {
      const panels = JSON.parse(String(attributes['panelsJSON'])) as readonly Panel[];
      const cells = panels.flatMap(({ gridData: { x, y, w, h } }) =>
        Array.from({ length: h * w }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
      );
      expect(new Set(cells).size).toBe(cells.length);
      expect(Math.max(...panels.map(({ gridData: { x, w } }) => x + w))).toBe(48);
      expect(cells.length).toBe(48 * Math.max(...panels.map(({ gridData: { y, h } }) => y + h)));
    },
  );
});

describe('an index pattern', () => {
  it.each(named(OF('index-pattern')))('%s shows values of fields there are', (_, { attributes }) => {
    const fields = fieldsOf(attributes['title']);
    const formats = Object.keys(JSON.parse(String(attributes['fieldFormatMap'])));
    expect(formats.filter((name) => fields[name] === undefined)).toEqual([]);
    // A dump's own time is when it came: a range of its packets' times would hide it.
    expect(attributes['timeFieldName']).toBe(attributes['title'] === 'smartids-dumps' ? undefined : '@timestamp');
  });
});
