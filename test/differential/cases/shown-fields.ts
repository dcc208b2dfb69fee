// differential: single fields of hits: docvalue_fields, fields, stored_fields, with formats, patterns and what is refused.
import { type SearchCase, searchCase } from '../search-case.ts';

type Json = Readonly<Record<string, unknown>>;

const EVERY = [
  'n',
  'word',
  'short',
  'wild',
  'ip',
  'long',
  'integer',
  'small',
  'byte',
  'double',
  'flag',
  'date',
  'epoch',
];
const hostile = (...bodies: readonly Json[]): readonly SearchCase[] =>
  bodies.map((body) => searchCase('hostile', { query: { match_all: {} }, size: 340, sort: [{ n: 'asc' }], ...body }));
const docValues = (...lists: readonly unknown[]): readonly SearchCase[] =>
  hostile(...lists.map((list) => ({ docvalue_fields: list })));
const fields = (...lists: readonly unknown[]): readonly SearchCase[] =>
  hostile(...lists.map((list) => ({ fields: list })));

const FORMATS = ['epoch_millis', 'epoch_second', 'date_time', 'strict_date_optional_time', 'yyyy/MM/dd HH:mm', 'yyyy'];

export const SHOWN_FIELD_CASES: readonly SearchCase[] = [
  ...docValues(
    ...EVERY.map((name) => [name]),
    EVERY,
    ['nanos'],
    ['float'],
    ['text.keyword', 'object.name', 'object.inner.count'],
    ['d*', 'ip', 'word*'],
    ['no.such', 'n', 'no*such'],
    ['unmapped', 'kept', 'object'],
    ['text'],
    ['note'],
    ['*'],
    ['flat'],
    [],
    ...FORMATS.map((format) => [{ field: 'date', format }]),
    ...FORMATS.map((format) => [{ field: 'nanos', format }]),
    [{ field: 'epoch', format: 'date_time' }, 'n'],
    [{ field: 'date', format: 'use_field_mapping' }],
    [{ field: 'long', format: '0.00' }],
    [{ field: 'double', format: '#.#' }],
    [{ field: 'word', format: 'x' }],
    [{ field: 'ip', format: 'x' }],
    [{ field: 'flag', format: 'x' }],
    [{ field: 'date', format: 'qqq]' }],
    [{ field: 'date', no_such: 1 }],
    [1],
    'date',
    { field: 'date' },
    Array.from({ length: 101 }, () => 'n'),
  ),
  ...fields(
    ...EVERY.map((name) => [name]),
    EVERY,
    ['text', 'note', 'text.keyword', 'object.*'],
    ['float'],
    ['d*', 'ip', 'word*'],
    ['no.such', 'n', 'kept', 'unmapped', 'object'],
    ...FORMATS.map((format) => [{ field: 'date', format }]),
    [{ field: 'long', format: 'x' }],
    [{ field: 'date', no_such: 1 }],
    'date',
    ['nanos'],
    ['flat'],
  ),
  ...hostile(
    { docvalue_fields: ['word'], fields: ['long'], _source: ['n'] },
    { docvalue_fields: ['date'], stored_fields: ['*'], script_fields: {}, _source: { excludes: [] }, size: 9 },
    { stored_fields: ['*'] },
    { stored_fields: [] },
    { stored_fields: '_source', size: 4 },
    { stored_fields: ['_source', 'word'], size: 4 },
    { stored_fields: ['word', 'text'] },
    { stored_fields: [], _source: true, size: 4 },
    { stored_fields: ['_none_', 'word'] },
    { stored_fields: '_none_', _source: true },
  ),
  searchCase('flows', {
    ...{ query: { match_all: {} }, size: 30, sort: [{ 'event.id': 'asc' }], _source: false },
    docvalue_fields: [
      'related.ip',
      'tags',
      'source.*',
      'smartids.score',
      { field: '@timestamp', format: 'epoch_millis' },
    ],
  }),
  searchCase('empty,hostile', {
    query: { match_all: {} },
    size: 600,
    sort: [{ n: 'asc' }],
    docvalue_fields: ['tags', 'ip'],
  }),
];
