// web: bytes of a capture on a page: as text in which nothing acts on what stands around it, and as a hex dump.
import { describe, expect, it } from 'vitest';
import { hexLines, shownLines } from '../../../lib/payload/shown-text.ts';

// The pages are plain JavaScript that the compiler does not read.
const { bytesOf, shownText, shownHex } = (await import(
  new URL('../../../web/bytes-view.js', import.meta.url).href
)) as {
  readonly bytesOf: (base64: string) => Uint8Array;
  readonly shownText: (bytes: Uint8Array) => string;
  readonly shownHex: (bytes: Uint8Array, start: number) => string;
};

const HOSTILE = Buffer.from('Привет\r\n\ttab \u001b[2J\u0000 \u202egnp.exe \u200b\u2028 <b>\xff', 'utf8');

describe('bytes on the payload page', () => {
  it('are text without control, direction and invisible characters', () => {
    const text = shownText(Buffer.concat([HOSTILE, Buffer.from([0xff, 0xc3])]));
    expect(text).toBe('Привет\n\ttab ·[2J· ·gnp.exe ·· <b>ÿ··');
  });

  it('are what the API writes as text and as hex, with another sign for what is not shown', () => {
    const all = Buffer.from(Array.from({ length: 300 }, (_, i) => i & 0xff));
    for (const bytes of [HOSTILE, all, all.subarray(0, 17), all.subarray(0, 0)]) {
      const read = bytesOf(bytes.toString('base64'));
      const dotted = (lines: string) => lines.replaceAll('·', '.');
      expect(dotted(shownText(read))).toBe(shownLines(bytes).replaceAll('·', '.'));
      expect(dotted(shownHex(read, 4096))).toBe(hexLines(bytes, 4096));
    }
  });
});
