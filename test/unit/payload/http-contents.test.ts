// payload: what HTTP packed, unpacked: every encoding, chunked or not, cut, damaged, in pieces, and bombs.

import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHttpContents } from '../../../lib/payload/http-contents.ts';
import { MAX_CONTENTS, MAX_UNPACKED_BYTES } from '../../../lib/payload/limits.ts';
import type { Turn } from '../../../lib/payload/turns.ts';
import { unpackContent } from '../../../lib/payload/unpack-content.ts';
import { createRandom } from '../../../local/generate/random.ts';

const PAGE = Buffer.from('<html>Привет, мир</html>'.repeat(50));

function turn(direction: 0 | 1, offset: number, bytes: Buffer | string, missingBefore = 0): Turn {
  return { direction, record: 0, seconds: 1, nanoseconds: 0, offset, missingBefore, bytes: Buffer.from(bytes) };
}

function response(body: Buffer, fields: string, status = '200 OK'): Buffer {
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\nContent-Type: text/html\r\n${fields}\r\n`), body]);
}

function chunked(body: Buffer, size: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    parts.push(Buffer.from(`${part.length.toString(16)};name=value\r\n`), part, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\nTrailer: x\r\n\r\n')]);
}

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('the content of an HTTP message', () => {
  it.each([
    ['gzip', gzipSync(PAGE)],
    ['x-gzip', gzipSync(PAGE)],
    ['deflate', deflateSync(PAGE)],
    ['deflate', deflateRawSync(PAGE)],
    ['br', brotliCompressSync(PAGE)],
    ['zstd', zstdCompressSync(PAGE)],
    ['deflate, gzip', gzipSync(deflateSync(PAGE))],
    ['GZIP , identity', gzipSync(PAGE)],
  ])('in %s is unpacked, with its length or chunked', async (encoding, packed) => {
    for (const message of [
      response(packed, `Content-Encoding: ${encoding}\r\nContent-Length: ${packed.length}\r\n`),
      response(chunked(packed, 7), `Content-Encoding: ${encoding}\r\nTransfer-Encoding: chunked\r\n`),
      response(packed, `content-encoding:${encoding}\r\nConnection: close\r\n`),
    ]) {
      const [content, ...others] = await readHttpContents([turn(0, 0, GET), turn(1, 0, message)]);
      expect(others).toEqual([]);
      expect(content).toMatchObject({ direction: 1, offset: 0, firstLine: 'HTTP/1.1 200 OK', mediaType: 'text/html' });
      expect([content?.state, content?.bytes.equals(PAGE)]).toEqual(['whole', true]);
    }
  });

  it('of several messages of a connection is each its own, HEAD and 304 have none', async () => {
    const packed = gzipSync(PAGE);
    const fields = `Content-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n`;
    const answers = [
      response(Buffer.alloc(0), fields),
      Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'),
      response(packed, fields),
      response(Buffer.alloc(0), fields, '304 Not Modified'),
      response(chunked(Buffer.from('plain'), 2), 'Transfer-Encoding: chunked\r\n'),
      response(packed, fields, '404 Not Found'),
    ];
    const upload = Buffer.concat([
      Buffer.from(`POST /up HTTP/1.1\r\nHost: a\r\n${fields}\r\n`),
      packed,
      Buffer.from(GET + GET + GET),
    ]);
    const contents = await readHttpContents([
      turn(0, 0, GET.replace('GET', 'HEAD')),
      turn(0, GET.length + 1, upload),
      turn(1, 0, Buffer.concat(answers)),
    ]);
    expect(
      contents.map(({ direction, firstLine, bytes, state }) => [direction, firstLine, bytes.length, state]),
    ).toEqual(
      [
        [0, 'POST /up HTTP/1.1', PAGE.length, 'whole'],
        [1, 'HTTP/1.1 200 OK', 0, 'short'],
        [1, 'HTTP/1.1 200 OK', PAGE.length, 'whole'],
        [1, 'HTTP/1.1 304 Not Modified', 0, 'short'],
        [1, 'HTTP/1.1 200 OK', 5, 'whole'],
        [1, 'HTTP/1.1 404 Not Found', PAGE.length, 'whole'],
      ].filter(([, , length]) => length !== 0),
    );
  });

  it('is given as far as it goes where bytes are missing, damaged, or packed in what nobody knows', async () => {
    const packed = gzipSync(createRandom(5).bytes(200_000));
    const fields = `Content-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n`;
    const state = async (turns: readonly Turn[]) => {
      const [content] = await readHttpContents(turns);
      return [content?.state, (content?.bytes.length ?? 0) > 1000];
    };
    expect(await state([turn(1, 0, response(packed.subarray(0, 60_000), fields))])).toEqual(['short', true]);
    const gap = response(packed.subarray(0, 60_000), fields);
    expect(await state([turn(1, 0, gap), turn(1, gap.length + 9, packed.subarray(60_009), 9)])).toEqual([
      'short',
      true,
    ]);
    const damaged = Buffer.from(packed).fill(0xff, 50_000, 60_000);
    expect(await state([turn(1, 0, response(damaged, fields))])).toEqual(['corrupt', true]);
    expect(await state([turn(1, 0, response(packed, fields.replace('gzip', 'pack200')))])).toEqual([
      'unknown-encoding',
      true,
    ]);
    const many = fields.replace('gzip', 'gzip,'.repeat(9));
    expect(await state([turn(1, 0, response(packed, many))])).toEqual(['unknown-encoding', true]);
  });

  it('of a bomb is cut at the bound, and so are bombs in bombs and many of them', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const before = process.memoryUsage().arrayBuffers;
    const one = await unpackContent(gzipSync(bomb), ['gzip', 'gzip'], 1000);
    expect([one?.state, one?.bytes.length]).toEqual(['cut', 1000]);
    const message = response(bomb, `Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n`);
    const contents = await readHttpContents([turn(1, 0, Buffer.concat(Array.from({ length: 10 }, () => message)))]);
    expect(contents.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBe(MAX_UNPACKED_BYTES);
    expect(contents[0]?.state).toBe('cut');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024);
    const tiny = response(Buffer.from('1\r\nx\r\n0\r\n\r\n'), 'Transfer-Encoding: chunked\r\n');
    const lots = await readHttpContents([turn(1, 0, Buffer.concat(Array.from({ length: 1000 }, () => tiny)))]);
    expect(lots).toHaveLength(MAX_CONTENTS);
  });

  it('is some value for any bytes, in turns of any kind', async () => {
    const words = [
      'GET / HTTP/1.1\r\n',
      'HTTP/1.1 200 OK\r\n',
      'Content-Encoding: gzip\r\n',
      'Content-Length: 9',
      '\r\n',
    ];
    const more = [
      'Transfer-Encoding: chunked\r\n',
      'ffffffff\r\n',
      '5\r\nhello\r\n',
      '0\r\n\r\n',
      'content-encoding: br,gzip\r\n',
    ];
    const piece = fc.oneof(
      fc.constantFrom(...[...words, ...more].map((word) => Buffer.from(word))),
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
      fc.constant(gzipSync('hello')),
    );
    const part = fc.tuple(fc.constantFrom<0 | 1>(0, 1), fc.array(piece, { maxLength: 12 }), fc.constantFrom(0, 0, 3));
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        const at = [0, 0];
        const turns = parts.map(([direction, bytes, missing]) => {
          const offset = (at[direction] ?? 0) + missing;
          const whole = Buffer.concat(bytes);
          at[direction] = offset + whole.length;
          return turn(direction, offset, whole, missing);
        });
        for (const content of await readHttpContents(turns)) {
          expect(content.contentOffset).toBeGreaterThan(content.offset);
          expect(content.bytes.length).toBeLessThanOrEqual(MAX_UNPACKED_BYTES);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is looked for without reading everything again for each of very many turns', async () => {
    const turns = Array.from({ length: 16_384 }, (_, i) => turn(1, i * 64, `HTTP/1.1 200 OK\r\n${'x'.repeat(47)}`));
    const start = performance.now();
    await readHttpContents(turns);
    // Quadratic it would be minutes.
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
