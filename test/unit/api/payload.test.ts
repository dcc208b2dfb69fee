// api: what a flow's sides said, as JSON, text and hex, page by page; hostile ids and cursors.

import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMPTY_LEDGER } from '../../../lib/dump/ledger.ts';
import { conversationRecords } from '../../../local/generate/single-flow.ts';
import { startApi, type TestApi } from '../../support/api-server.ts';
import { pcapOf } from '../../support/captures.ts';
import { splitIntoStore } from '../../support/split-into-store.ts';

const DUMP = '11111111-1111-4111-8111-111111111111';
const KEY = `dumps/${DUMP}/page.pcap`;
const HTML = '<p>\u001b[31m<script>alert(1)</script> Привет</p>\r\n'.repeat(40);
const REQUEST = 'GET /page HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n';
const packed = gzipSync(HTML);
const ANSWER = Buffer.concat([
  Buffer.from(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`),
  packed,
]);
const turns = (
  [
    ['client', Buffer.from(REQUEST)],
    ['server', ANSWER],
  ] as const
).flatMap(([from, bytes]) => [{ kind: 'data' as const, from, bytes, waitNs: 1e6 }]);

let api: TestApi;
let path = '';
beforeAll(async () => {
  api = await startApi();
  const capture = pcapOf(conversationRecords([...turns, ...turns]));
  const { etag, totals } = await splitIntoStore(api.store, capture, { id: DUMP, key: KEY }, { maxRecords: 4 });
  api.dumps.dumps.set(DUMP, {
    ...{ id: DUMP, bucket: 'test-bucket', key: KEY, name: 'page', details: '', fileName: 'page.pcap' },
    ...{ createdAt: '2026-11-23T06:00:00.000Z', updatedAt: '2026-11-23T06:00:00.000Z', state: 'ready' },
    ...{ etag, attempt: '22222222-2222-4222-8222-222222222222', run: 1, generation: '000001', chunks: totals.chunks },
    ...{ ledger: { ...EMPTY_LEDGER, records: totals.records }, linktypes: ['ETHERNET'] },
  });
  const id = `${DUMP}.${etag.slice(0, 8)}.f0`;
  api.search.documents.flows.set(id, {
    ...{ '@timestamp': '2026-11-23T06:00:00.000000000Z', network: { transport: 'tcp' } },
    source: { ip: '10.0.0.1', port: 40_000 },
    destination: { ip: '10.0.0.2', port: 80 },
    smartids: { dump: { id: DUMP, etag }, flow: { first_record: 0, chunks: { first: 0, last: totals.chunks - 1 } } },
  });
  path = `/api/flows/${id}/payload`;
});
afterAll(() => api.close());

interface Said {
  readonly turns: readonly { direction: string; offset: number; length: number; data: string; record: number }[];
  readonly contents: readonly { data: string; state: string; firstLine: string; offset: number }[];
  readonly cursor?: string;
}

const bytesOf = ({ turns: all }: Said, side: string) =>
  Buffer.concat(all.filter(({ direction }) => direction === side).map(({ data }) => Buffer.from(data, 'base64')));

describe("a flow's payload", () => {
  it('is its turns in order, with what HTTP packed unpacked beside them', async () => {
    const { status, json, headers } = await api.get(path);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(json.turns.map(({ direction, offset }: Said['turns'][number]) => [direction, offset])).toEqual([
      ['source', 0],
      ['destination', 0],
      ['source', REQUEST.length],
      ['destination', ANSWER.length],
    ]);
    expect(bytesOf(json, 'source').toString()).toBe(REQUEST + REQUEST);
    expect(bytesOf(json, 'destination').equals(Buffer.concat([ANSWER, ANSWER]))).toBe(true);
    const contents = (json as Said).contents.map(({ data, ...content }) => ({
      ...content,
      text: Buffer.from(data, 'base64').toString(),
    }));
    expect(contents).toMatchObject([
      { text: HTML, state: 'whole', offset: 0 },
      { text: HTML, state: 'whole', offset: ANSWER.length },
    ]);
    expect(json).toMatchObject({ transport: 'tcp', source: { ip: '10.0.0.1', port: 40_000 } });
    expect(json.cursor).toBeUndefined();
  });

  it('is the same page by page, and of one side', async () => {
    const whole: Said = (await api.get(path)).json;
    for (const size of [1, 50, 200]) {
      const pages: Said[] = [];
      for (let query = `?size=${size}`; ; ) {
        const page: Said = (await api.get(path + query)).json;
        pages.push(page);
        if (page.cursor === undefined) break;
        query = `?size=${size}&cursor=${page.cursor}`;
      }
      expect(pages.length).toBeGreaterThan(2);
      for (const side of ['source', 'destination']) {
        expect(Buffer.concat(pages.map((page) => bytesOf(page, side))).equals(bytesOf(whole, side))).toBe(true);
      }
    }
    const one: Said = (await api.get(`${path}?direction=source`)).json;
    expect([one.turns.length, one.contents]).toEqual([2, []]);
  });

  it('as text and as hex is plain text in which nothing acts on a terminal or a page', async () => {
    const text = await api.get(`${path}?format=text`);
    expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(text.headers.get('x-content-type-options')).toBe('nosniff');
    expect(text.text).toContain('=== 10.0.0.1:40000 > 10.0.0.2:80, ');
    expect(text.text).toContain('<p>.[31m<script>alert(1)</script> Привет</p>\n');
    expect(text.text).toContain('=== content of "HTTP/1.1 200 OK" (gzip), ');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text.text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f]/);
    const hex = await api.get(`${path}?format=hex&size=1`);
    expect(hex.text).toContain('00000000  47 45 54 20 2f 70 61 67  65 20 48 54 54 50 2f 31  GET /page HTTP/1');
    const [, next = ''] = /^<(.*)>; rel="next"$/.exec(hex.headers.get('link') ?? '') ?? [];
    expect((await api.get(next)).text).toContain('10.0.0.2:80 > 10.0.0.1:40000');
  });

  it('is refused in words for what is no flow, size, format or cursor', async () => {
    const other = Buffer.from(JSON.stringify({ v: 1, of: 'x'.repeat(16), after: ['{}'] })).toString('base64url');
    const { cursor = '' } = (await api.get(`${path}?size=1`)).json as Said; // the schema's
    const forged = (state: unknown) => {
      const read = JSON.parse(Buffer.from(cursor, 'base64url').toString());
      return Buffer.from(JSON.stringify({ ...read, after: [JSON.stringify(state)] })).toString('base64url');
    };
    const start = JSON.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()).after[0]);
    for (const query of [
      ...['size=0', 'size=99999999', 'format=html', 'direction=up', 'cursor=x', `cursor=${other}`, 'x=1'],
      ...[{}, null, 7, { ...start, record: -1 }, { ...start, place: [] }, { ...start, more: 1 }].map(
        (state) => `cursor=${forged(state)}`,
      ),
    ]) {
      expect([query, (await api.get(`${path}?${query}`)).status]).toEqual([query, 400]);
    }
    // Of what its form allows any state gives a page.
    for (const state of [
      { ...start, record: Number.MAX_SAFE_INTEGER, counted: 0 },
      {
        ...start,
        place: start.place.map((place: object) => ({ ...place, next: 0xffff_ffff, acknowledged: 7, missing: 9 })),
      },
    ]) {
      expect((await api.get(`${path}?cursor=${forged(state)}`)).status).toBe(200);
    }
    expect((await api.get(path, { key: null })).status).toBe(401);
    expect((await api.post(path, {})).status).toBe(405);
  });
});
