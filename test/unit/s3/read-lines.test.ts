// s3: lines of a gzipped object.
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';
import { readLines } from '../../../lib/s3/read-lines.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function linesOf(bytes: Uint8Array, size = 1000, maxLineBytes?: number): Promise<string[]> {
  return Array.fromAsync(readLines(pieces(bytes, size), maxLineBytes));
}

describe('lines of a results object', () => {
  it('are the same however the bytes come', async () => {
    const line = fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => text.replaceAll('\n', ' '));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 50 }), async (lines, size) => {
        const object = gzipSync(lines.map((text) => `${text}\n`).join(''));
        expect(await linesOf(object, size)).toEqual(lines);
      }),
      { numRuns: 50 },
    );
  });

  it('may lack the last line’s end', async () => {
    expect(await linesOf(gzipSync('a\n\nb'))).toEqual(['a', 'b']);
  });

  it('are refused beyond their bound, before they are held', async () => {
    const bomb = gzipSync(Buffer.alloc(32 * 1024 * 1024, 'x'));
    await expect(linesOf(bomb, 1000, 1024)).rejects.toThrow(/more than 1024 bytes/);
    expect(await linesOf(gzipSync('x'.repeat(1024)), 1000, 1024)).toHaveLength(1);
  });

  it.each([
    ['cut', gzipSync('x'.repeat(10_000)).subarray(0, 20)],
    ['not gzip', Buffer.from('{"a":1}\n')],
  ])('are refused for good where the object is %s', async (_, bytes) => {
    const error = await linesOf(bytes).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(PipelineError);
    expect(error).toMatchObject({ code: 'invalid-object', permanent: true });
  });

  it('leave an error of the bucket as it is', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield gzipSync('a\n').subarray(0, 12);
      throw new PipelineError('service-unavailable', 'the bucket is away', { permanent: false });
    }
    await expect(Array.fromAsync(readLines(broken()))).rejects.toMatchObject({ code: 'service-unavailable' });
  });
});
