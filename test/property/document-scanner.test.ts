// A document taken apart from its bytes gives the very columns that the one parsed gives, or is left to be parsed: for any bytes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnValues } from '../../local/opensearch/database/column-values.ts';
import { RowBatch } from '../../local/opensearch/database/row-batch.ts';
import { cutAscii } from '../../local/opensearch/mapping/ascii-tokens.ts';
import { type DocumentFields, documentFields } from '../../local/opensearch/mapping/document-fields.ts';
import { DocumentScanner } from '../../local/opensearch/mapping/document-scanner.ts';
import { parseDocument, tokenText } from '../../local/opensearch/mapping/field-value.ts';
import { type Mapping, readMapping } from '../../local/opensearch/mapping/mapping.ts';
import { ScannedValues } from '../../local/opensearch/mapping/scanned-values.ts';
import { encodeJson } from '../../local/opensearch/request/json-text.ts';
import { searchCorpus } from '../differential/search-corpus.ts';

const mapping = readMapping(
  {
    dynamic: 'strict',
    properties: {
      k: { type: 'keyword', fields: { text: { type: 'text' }, long: { type: 'long', ignore_malformed: true } } },
      short: { type: 'keyword', ignore_above: 4 },
      t: { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 8 } } },
      i: { type: 'ip', ignore_malformed: true },
      strictIp: { type: 'ip' },
      l: { type: 'long' },
      n: { type: 'integer' },
      b: { type: 'byte', ignore_malformed: true },
      d: { type: 'double' },
      f: { type: 'float' },
      yes: { type: 'boolean' },
      date: { type: 'date' },
      seconds: { type: 'date', format: 'epoch_second||strict_date_optional_time' },
      nanos: { type: 'date_nanos', ignore_malformed: true },
      flat: { type: 'flat_object' },
      alias: { type: 'alias', path: 'k' },
      'näme "q"': { type: 'keyword' },
      o: { properties: { k: { type: 'keyword' }, l: { type: 'long' }, o: { properties: { d: { type: 'date' } } } } },
      off: { type: 'object', enabled: false },
      loose: { dynamic: 'false', properties: { k: { type: 'keyword' }, l: { type: 'long' } } },
    },
  },
  [],
  1_000,
);

const NUMBERS = [
  ...['0', '-0', '0.0', '-0.0', '1', '-1', '127', '128', '-129', '1.5', '-2.75', '0.1', '0.30000000000000004', '1e5'],
  ...['1E-7', '2147483648', '123456789012345', '1234567890123456', '9007199254740993', '9223372036854775807', '1e400'],
  ...['9223372036854775808', '0.000001', '123456.789012345', '5e-324', '01', '1.', '.5', '+1', '1e', '-', '00', '1_0'],
];
const STRINGS = [
  ...['', 'a', 'Hello, World', 'twelve bytes', 'thirteen byte', 'é', 'ünï cödé', '\u{1f600}', 'x'.repeat(70), '\\n'],
  ...[
    '\\u0041',
    '\\ud800',
    '\\ud83d\\ude00',
    '\\x',
    '\\"',
    '\\/',
    '\\u12',
    'tab\t',
    '10.0.0.1',
    '255.255.255.255',
    ' 7 ',
  ],
  ...['256.0.0.1', '1.2.3', '01.2.3.4', '1.2.3.4.', '::1', '::ffff:1.2.3.4', '2026-11-29T11:40:00Z', '1.5', '-3', '٣'],
  ...[
    '2026-11-29T11:40:00.123456789Z',
    '2026-02-29T00:00:00Z',
    '2024-02-29T23:59:59.9Z',
    '0000-01-01T00:00:00Z',
    'true',
  ],
  ...[
    '1969-12-31T23:59:59.999Z',
    '2262-04-11T23:47:16.854775807Z',
    '2262-04-11T23:47:16.854775808Z',
    '2026-11-29',
    '99',
  ],
  ...[
    '2026-11-29T24:00:00Z',
    '2026-11-29T11:60:00Z',
    '2026-11-29T11:40:00+01:00',
    '9999-12-31T23:59:59.999999Z',
    'false',
  ],
  ...['1970-01-01T00:00:00.000000001Z', '1900-02-29T00:00:00Z', '2000-02-29T00:00:00Z', '2026-11-29T11:40:00.Z', 'a.b'],
].map((text) => `"${text}"`);
const DATES = fc
  .tuple(fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), fc.nat(999_999))
  .map(([date, more]) => `"${date.toISOString().slice(0, -1)}${more % 3 === 0 ? '' : String(more)}Z"`);

const scalar = fc.oneof(
  fc.constantFrom(...NUMBERS, ...STRINGS, 'true', 'false', 'null', 'nul', 'True'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc.ipV4().map((text) => `"${text}"`),
  fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)),
  DATES,
);
const SPACES = ['', '', '', ' ', '\t', '\r', '  '];
const space = fc.constantFrom(...SPACES);
const names = (mapped: readonly string[]) =>
  fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...mapped) },
    fc.constantFrom('o.k', 'unknown', '_id', '\\u006b', ''),
  );
const ROOT = [...mapping.root.children.keys()].map((name) => JSON.stringify(name).slice(1, -1));

interface Trees {
  readonly value: string;
  readonly object: string;
}
const { object: anyObject } = fc.letrec<Trees>((tie) => ({
  value: fc.oneof(
    { weight: 8, arbitrary: scalar },
    fc
      .array(fc.oneof(scalar, tie('value') as fc.Arbitrary<string>), { maxLength: 3 })
      .map((items) => `[${items.join(',')}]`),
    tie('object') as fc.Arbitrary<string>,
  ),
  object: fc
    .array(fc.tuple(names([...ROOT, 'k', 'l', 'o', 'd']), space, tie('value'), space), { maxLength: 7 })
    .map((members) => `{${members.map(([name, a, value, b]) => `${a}"${name}"${b}:${a}${value}${b}`).join(',')}}`),
}));
/** Values that fit their fields, so that most documents are taken. */
const FITTING: readonly (readonly [string, readonly string[]])[] = [
  ['k', [...STRINGS.slice(0, 12), '7', '-0', '1.50', 'true', '["a", "b"]', '[]', '[null, ["c"]]']],
  ['t', STRINGS],
  ['i', STRINGS],
  ['strictIp', ['"1.2.3.4"', '"::1"', 'null', '["0.0.0.0","255.255.255.255"]']],
  ['l', ['1', '-1', '9223372036854775807', '1.9', '"12"', '-0', '[3,2,1]', '1234567890123456']],
  ['b', NUMBERS.slice(0, 20)],
  ['d', NUMBERS.slice(0, 20)],
  ['f', NUMBERS.slice(0, 12)],
  ['yes', ['true', 'false', '"true"', '""', '[true,false]']],
  ['date', ['"2026-11-29T11:40:00.5Z"', '1700000000000', '"2026"']],
  ['seconds', ['"2026-11-29T11:40:00Z"', '1700000000']],
  ['nanos', STRINGS],
  ['flat', ['{"a":{"b":[1,"x"]},"a":2}', '{"__proto__":1,"5":2}', '[{"n":12345678901234567890}]']],
  ['o', ['{"k":"a","l":1,"o":{"d":"2026-11-29T11:40:00Z"}}', '[{"k":"a"},[{"k":"b","l":2}],null]', '{ }']],
  ['off', ['{"any":[1,{"a":"\\u0041"}]}', '1', '"x"', '[[[]]]', '{"a":01}', '"\\u12x4"', '-', '1.e3']],
  [
    'loose',
    ['{"k":"a","x":{"y":[1]},"l":2}', '{"x.y":1}', '{"k.y":1}', '{"z":{"k.y":1}}', '{"x":"\\q"}', '{"k":1,"k":2}'],
  ],
];
const fitting = fc
  .tuple(fc.subarray([...FITTING]), fc.infiniteStream(fc.nat(1_000)), space)
  .map(([members, picks, between]) => {
    const text = members.map(([name, values]) => {
      const { value } = picks.next();
      return `"${name}"${between}:${between}${values[Number(value) % values.length]}${between}`;
    });
    return `{${text.join(',')}}`;
  });

const PRODUCT = ['diff-flows', 'diff-packets', 'diff-alerts'];
const scanner = new DocumentScanner();

/** Every column as texts; `undefined`: NULL. */
function columnsOf(values: DocumentFields | ScannedValues): unknown {
  const batch = new RowBatch();
  const scan = values instanceof ScannedValues;
  if (scan) batch.addScanned(values);
  else batch.addValues(values.fields, values.values);
  const shown: Record<string, unknown> = {};
  for (const [name, column] of batch.columns) if (column.isSet(0)) shown[name] = valueAt(column, 0);
  for (const [name, { values: items, lengths }] of batch.lists) {
    const length = lengths[0] ?? 0;
    if (length > 0) shown[name] = Array.from({ length }, (_, at) => valueAt(items, at));
  }
  const texts = scan ? scannedTexts(values) : textsOf(values);
  return { shown, texts };
}

function scannedTexts({ texts: { fields, starts, ends, bytes } }: ScannedValues): unknown {
  return fields.map((field, at) => [field.name, Buffer.from(bytes.slice(starts[at], ends[at])).toString()]);
}

function textsOf({ fields, values }: DocumentFields): unknown {
  return fields.flatMap((field, at) => (field.family === 'text' ? [[field.name, values[at]]] : []));
}

function valueAt(column: ColumnValues, row: number): string {
  const entry = Buffer.from(column.bytes.slice(row * column.width, (row + 1) * column.width));
  if (column.type !== 'VARCHAR') return entry.toString('hex');
  const length = entry.readUInt32LE(0);
  if (length <= 12) {
    expect(entry.subarray(4 + length)).toEqual(Buffer.alloc(12 - length));
    return entry.toString('latin1', 4, 4 + length);
  }
  const at = entry.readUInt32LE(8);
  expect(entry.subarray(4, 8)).toEqual(column.heap.subarray(at, at + 4));
  return column.heap.toString('latin1', at, at + length);
}

/** Whether the document was scanned. Throws where it should not have been, or gave something else. */
function isScannedAlike(of: Mapping, bytes: Buffer): boolean {
  const scanned = scanner.scan(of, bytes);
  if (scanned === undefined) return false;
  const parsed = documentFields(of, parseDocument(bytes.toString('utf8')), '');
  expect(parsed.additions).toBeUndefined();
  expect(columnsOf(scanned)).toEqual(columnsOf(parsed));
  return true;
}

describe('the document scanner', () => {
  it('gives what parsing gives, for documents whose values fit', () => {
    let count = 0;
    let scanned = 0;
    fc.assert(
      fc.property(fitting, (text) => {
        count += 1;
        if (isScannedAlike(mapping, Buffer.from(text))) scanned += 1;
      }),
      { numRuns: 3_000 },
    );
    expect(scanned / count).toBeGreaterThan(0.4);
  });

  it('gives what parsing gives or leaves it alone, for any document', () => {
    fc.assert(
      fc.property(anyObject, (text) => void isScannedAlike(mapping, Buffer.from(text))),
      { numRuns: 3_000 },
    );
  });

  it('reads each kind of value as parsing does, alone and in a list', () => {
    for (const [name] of mapping.root.children) {
      for (const value of [...NUMBERS, ...STRINGS]) {
        for (const text of [value, `[${value},${value}]`])
          isScannedAlike(mapping, Buffer.from(`{${JSON.stringify(name)}:${text}}`));
      }
    }
  });

  it('takes no changed byte for what it is not', () => {
    const change = fc.record({
      at: fc.nat(500),
      byte: fc.integer({ min: 0, max: 255 }),
      kind: fc.constantFrom(0, 1, 2),
    });
    fc.assert(
      fc.property(fitting, fc.array(change, { minLength: 1, maxLength: 3 }), (text, changes) => {
        const bytes = [...Buffer.from(text)];
        for (const { at, byte, kind } of changes)
          bytes.splice(at % (bytes.length + 1), kind, ...(kind === 2 ? [] : [byte]));
        isScannedAlike(mapping, Buffer.from(bytes));
      }),
      { numRuns: 6_000 },
    );
  });

  it('cuts an ASCII text into the tokens of the standard analyser', () => {
    const piece = fc.oneof(
      fc.constantFrom(...'abzAZ019__..::,,;;\'"#*- \n\0\x7f', 'x'.repeat(120), '7'.repeat(130), '_'.repeat(255)),
      fc.string({ unit: 'grapheme-ascii', maxLength: 8 }),
    );
    const target = Buffer.alloc(10_000);
    const seen = { cut: 0, left: 0 };
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.constantFrom('', '', 'é'), (pieces, more) => {
        const text = pieces.join('') + more;
        const bytes = Buffer.from(text);
        const end = cutAscii(bytes, 0, bytes.length, target, 5);
        seen[end < 0 ? 'left' : 'cut'] += 1;
        if (end < 0) expect(/[^\0-\x7f]|[^ ]{256}/.test(text)).toBe(true);
        else expect(target.toString('utf8', 5, end)).toBe(tokenText(text));
      }),
      { numRuns: 5_000 },
    );
    expect(seen.cut).toBeGreaterThan(seen.left);
    expect(seen.left).toBeGreaterThan(10);
  });

  it('scans every document that the product writes', () => {
    for (const { name, mapping: json = {}, documents } of searchCorpus()) {
      const read = readMapping(json, [], 10_000);
      const scanned = documents.filter(({ body }) => isScannedAlike(read, Buffer.from(encodeJson(body))));
      if (PRODUCT.includes(name)) expect([name, scanned.length]).toEqual([name, documents.length]);
    }
  });
});
