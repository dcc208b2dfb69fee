import { createHash } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnMetadata } from '../../../lib/chunk/arrow-stream.ts';
import { decodeColumns, encodeColumns } from '../../../lib/chunk/columns.ts';
import type { Columns } from '../../../lib/flow/flow-fields.ts';

const SCHEMA = {
  small: 'u8',
  port: 'u16',
  count: 'u32',
  code: 'i32',
  share: 'f32',
  offset: 'f64',
  name: 'binary',
  sizes: 'list-i32',
  gaps: 'list-f64',
} as const;
/** Of EXAMPLE before compression: changes when the writer does, and then what is stored cannot be read any more. */
const EXAMPLE_SHA256 = '0062821f6fd688ee96faf12ad8fe3000c0435680ab0bca9c5a9c2998a7aefb16';
/** Where EXAMPLE's record batch begins. */
const BATCH_START = 720;
const METADATA: ColumnMetadata = { schema: 'test', version: 3 };

interface Row {
  readonly small: number;
  readonly port: number;
  readonly count: number;
  readonly code: number;
  readonly share: number;
  readonly offset: number;
  readonly name: readonly number[];
  readonly sizes: readonly number[];
  readonly gaps: readonly number[];
}

const ROW: fc.Arbitrary<Row> = fc.record({
  small: fc.integer({ min: 0, max: 255 }),
  port: fc.integer({ min: 0, max: 65_535 }),
  count: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  code: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  share: fc.integer({ min: 0, max: 100 }),
  offset: fc.double({ noNaN: true }),
  name: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 20 }),
  sizes: fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 5 }),
  gaps: fc.array(fc.double({ noNaN: true }), { maxLength: 5 }),
});

function offsets(lists: readonly (readonly number[])[]): Int32Array {
  let end = 0;
  return Int32Array.from([0, ...lists.map(({ length }) => (end += length))]);
}

function columnsOf(rows: readonly Row[]): Columns<typeof SCHEMA> {
  return {
    small: Uint8Array.from(rows, ({ small }) => small),
    port: Uint16Array.from(rows, ({ port }) => port),
    count: Uint32Array.from(rows, ({ count }) => count),
    code: Int32Array.from(rows, ({ code }) => code),
    share: Float32Array.from(rows, ({ share }) => share),
    offset: Float64Array.from(rows, ({ offset }) => offset),
    name: { offsets: offsets(rows.map(({ name }) => name)), values: Uint8Array.from(rows.flatMap(({ name }) => name)) },
    sizes: {
      offsets: offsets(rows.map(({ sizes }) => sizes)),
      values: Int32Array.from(rows.flatMap(({ sizes }) => sizes)),
    },
    gaps: {
      offsets: offsets(rows.map(({ gaps }) => gaps)),
      values: Float64Array.from(rows.flatMap(({ gaps }) => gaps)),
    },
  };
}

const EXAMPLE = columnsOf([
  { small: 1, port: 2, count: 3, code: -4, share: 5, offset: 6.5, name: [7, 8], sizes: [-9], gaps: [] },
  { small: 11, port: 12, count: 13, code: -14, share: 15, offset: 16.5, name: [], sizes: [], gaps: [0.5, 0.25] },
]);

describe('column objects', () => {
  it('give back what was written, as typed arrays', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(ROW, { maxLength: 30 }), async (rows) => {
        const columns = columnsOf(rows);
        const bytes = await encodeColumns(SCHEMA, columns, rows.length, METADATA);
        const decoded = await decodeColumns(SCHEMA, bytes, METADATA);
        expect(decoded.count).toBe(rows.length);
        expect(decoded.columns).toEqual(columns);
        expect(decoded.columns.offset).toBeInstanceOf(Float64Array);
      }),
      { numRuns: 60 },
    );
  });

  it('have the same bytes for the same columns', async () => {
    const first = await encodeColumns(SCHEMA, EXAMPLE, 2, METADATA);
    expect(await encodeColumns(SCHEMA, structuredClone(EXAMPLE), 2, METADATA)).toEqual(first);
  });

  it('leave out what lies beyond the rows asked for', async () => {
    const { columns } = await decodeColumns(SCHEMA, await encodeColumns(SCHEMA, EXAMPLE, 1, METADATA), METADATA);
    expect(columns.port).toEqual(Uint16Array.of(2));
    expect(columns.name.values).toEqual(Uint8Array.of(7, 8));
    expect(columns.gaps).toEqual({ offsets: Int32Array.of(0, 0), values: new Float64Array(0) });
  });

  it('take their copy before anything is awaited', async () => {
    const columns = structuredClone(EXAMPLE);
    const encoding = encodeColumns(SCHEMA, columns, 2, METADATA);
    columns.port.fill(99);
    const decoded = await decodeColumns(SCHEMA, await encoding, METADATA);
    expect(decoded.columns.port).toEqual(Uint16Array.of(2, 12));
  });

  it.each([
    ['another version', SCHEMA, { schema: 'test', version: 4 }, /not of schema test 4/],
    ['another schema', SCHEMA, { schema: 'flows', version: 3 }, /not of schema flows 3/],
    ['other columns', { small: 'u8' } as const, METADATA, /not of schema test 3/],
    ['a column of another type', { ...SCHEMA, port: 'u32' } as const, METADATA, /not of schema test 3/],
  ])('are refused by %s', async (_, schema, metadata, message) => {
    const bytes = await encodeColumns(SCHEMA, EXAMPLE, 2, METADATA);
    await expect(decodeColumns(schema, bytes, metadata)).rejects.toMatchObject({
      code: 'invalid-object',
      permanent: true,
      message: expect.stringMatching(message),
    });
  });

  it('are an Arrow stream that Arrow itself reads', async () => {
    const table = tableFromIPC(zstdDecompressSync(await encodeColumns(SCHEMA, EXAMPLE, 2, METADATA)));
    expect(table.schema.metadata).toEqual(
      new Map([
        ['schema', 'test'],
        ['version', '3'],
      ]),
    );
    expect(table.getChild('code')?.toArray()).toEqual(Int32Array.of(-4, -14));
    expect([...(table.getChild('gaps')?.get(1) ?? [])]).toEqual([0.5, 0.25]);
  });

  it('begin with the bytes that older objects begin with', async () => {
    const ipc = zstdDecompressSync(await encodeColumns(SCHEMA, EXAMPLE, 2, METADATA));
    expect(createHash('sha256').update(ipc).digest('hex')).toBe(EXAMPLE_SHA256);
  });

  it('are refused with an error of ours whatever their bytes', async () => {
    const good = zstdDecompressSync(await encodeColumns(SCHEMA, EXAMPLE, 2, METADATA));
    // Most places lie in the schema, where any change is refused at once: the batch behind it gets its share.
    const place = fc.oneof(fc.nat(good.length - 1), fc.integer({ min: BATCH_START, max: good.length - 1 }));
    const damage = fc.array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(damage, fc.constantFrom(good.length, good.length, good.length >> 1), async (changes, length) => {
        const bytes = Buffer.from(good.subarray(0, length));
        for (const [at, value] of changes) if (at < length) bytes[at] = value;
        const outcome = await decodeColumns(SCHEMA, zstdCompressSync(bytes), METADATA).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'invalid-object', permanent: true });
        else expect(outcome).toHaveProperty('count');
      }),
      { numRuns: 500 },
    );
    await expect(decodeColumns(SCHEMA, Uint8Array.of(1, 2, 3), METADATA)).rejects.toMatchObject({
      code: 'invalid-object',
    });
  });
});
