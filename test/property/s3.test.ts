// Properties of the embedded bucket's pure parts; a failing run prints its seed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsChunkedDecoder } from '../../local/s3/aws-chunked.ts';
import { CHECKSUM_ALGORITHMS, createSummer, fullObjectChecksum } from '../../local/s3/checksum.ts';
import { cutPieces } from '../../local/s3/content.ts';
import { S3Error } from '../../local/s3/errors.ts';
import { listPage } from '../../local/s3/listing.ts';
import { parseRange } from '../../local/s3/range.ts';
import { ChunkSigner, signingKey } from '../../local/s3/signature.ts';
import type { ScanStart } from '../../local/s3/tables/objects.ts';
import { percentDecode, uriEncode } from '../../local/s3/uri.ts';
import { element, parseXml } from '../../local/s3/xml.ts';
import { awsChunked } from '../unit/s3/raw-client.ts';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const TARGET = { endpoint: '', region: 'r', accessKeyId: 'A', secretAccessKey: 's' };
const TIME = '20261122T101112Z';
const SCOPE = { date: '20261122', region: 'r', service: 's3' };

function cut(whole: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const places = [...new Set([0, ...cuts.map((place) => place % (whole.length + 1)), whole.length])].sort(
    (a, b) => a - b,
  );
  return places.slice(1).map((end, index) => whole.subarray(places[index], end));
}

describe('aws-chunked bodies', () => {
  it('give the same bytes and trailer wherever the stream is cut', () => {
    const chunk = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(
        fc.array(chunk, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        fc.boolean(),
        fc.boolean(),
        (chunks, cuts, signed, trailer) => {
          const seedSignature = '0'.repeat(64);
          const trailers = trailer ? { trailers: { 'x-amz-checksum-crc32': 'AAAAAA==' } } : {};
          const body = awsChunked(TARGET, chunks, { signed, seedSignature, time: TIME, ...trailers });
          const decodedLength = Buffer.concat(chunks).length;
          const signer = signed ? new ChunkSigner(signingKey('s', SCOPE), TIME, SCOPE, seedSignature) : undefined;
          const decoder = new AwsChunkedDecoder({ signer, trailer, decodedLength });
          const data = cut(body, cuts).flatMap((piece) => [...decoder.push(piece)]);
          expect(Buffer.concat(data)).toEqual(Buffer.concat(chunks));
          expect(decoder.finish().size).toBe(trailer ? 1 : 0);
        },
      ),
    );
  });

  it('made of any bytes are decoded or refused, never anything else', () => {
    const piece = fc.oneof(
      bytes,
      fc.constantFrom('3\r\n', 'abc\r\n', '0\r\n', '\r\n', 'a:b\r\n').map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        fc.boolean(),
        fc.nat({ max: 20 }),
        (pieces, trailer, decodedLength) => {
          const decoder = new AwsChunkedDecoder({ signer: undefined, trailer, decodedLength });
          try {
            const data = pieces.flatMap((part) => [...decoder.push(part)]);
            decoder.finish();
            expect(Buffer.concat(data)).toHaveLength(decodedLength);
          } catch (error) {
            expect(error).toBeInstanceOf(S3Error);
          }
        },
      ),
    );
  });
});

describe('checksums', () => {
  it('of the parts, joined, are the checksum of the whole', () => {
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 6 }), (parts) => {
        for (const algorithm of CHECKSUM_ALGORITHMS) {
          const sum = (data: Buffer) => {
            const summer = createSummer(algorithm);
            summer.update(data);
            return summer.digest().toString('base64');
          };
          const joined = fullObjectChecksum(
            algorithm,
            parts.map((part) => ({ value: sum(part), size: part.length })),
          );
          if (algorithm.startsWith('SHA')) expect(joined).toBeUndefined();
          else expect(joined?.value).toBe(sum(Buffer.concat(parts)));
        }
      }),
    );
  });

  it('are the same however the data is cut', () => {
    fc.assert(
      fc.property(
        bytes,
        fc.array(fc.nat(), { maxLength: 10 }),
        fc.constantFrom(...CHECKSUM_ALGORITHMS),
        (data, cuts, algorithm) => {
          const [whole, pieces] = [createSummer(algorithm), createSummer(algorithm)];
          whole.update(data);
          for (const piece of cut(data, cuts)) pieces.update(piece);
          expect(pieces.digest()).toEqual(whole.digest());
        },
      ),
    );
  });
});

describe('listings', () => {
  const name = fc.string({
    unit: fc.constantFrom('a', 'b', '/', 'ü', '\u{1F600}', '\uFFFD'),
    minLength: 1,
    maxLength: 6,
  });

  it('read page by page give every name once, in byte order, rolled up as by hand', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { maxLength: 30 }),
        fc.option(name, { nil: '' }),
        fc.constantFrom('', '/', 'a', 'b/'),
        fc.integer({ min: 1, max: 5 }),
        (names, prefix, delimiter, limit) => {
          const sorted = names
            .map((key) => ({ key, bytes: Buffer.from(key) }))
            .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
          const scan = ({ key, inclusive }: ScanStart) =>
            sorted.filter((row) => Buffer.compare(row.bytes, key) >= (inclusive ? 0 : 1));
          const seen: string[] = [];
          let after: string | undefined;
          do {
            const page = listPage({ prefix, delimiter, after, limit }, scan);
            const shown = [...page.rows.map((row) => row.key), ...page.commonPrefixes];
            expect(shown.length).toBeLessThanOrEqual(limit);
            seen.push(...shown.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
            after = page.next;
          } while (after !== undefined);

          const expected = sorted
            .filter((row) => row.key.startsWith(prefix))
            .map(({ key }) => {
              const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
              return at < 0 ? key : key.slice(0, at + delimiter.length);
            });
          expect(seen).toEqual([...new Set(expected)]);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('ranges', () => {
  it('cut what slicing the whole would cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 9 }), { maxLength: 5 }),
        fc.nat({ max: 40 }),
        fc.nat({ max: 40 }),
        (sizes, first, last) => {
          const size = sizes.reduce((sum, part) => sum + part, 0);
          const whole = Array.from({ length: size }, (_, index) => index);
          const segments = sizes.map((part, index) => ({ blob: `${index}`, size: part }));
          const starts = sizes.map((_, index) => sizes.slice(0, index).reduce((sum, part) => sum + part, 0));
          const read = (header: string) => {
            const range = parseRange(header, size) ?? { start: 0, length: size };
            return cutPieces(segments, range.start, range.length).flatMap((piece) => {
              const from = (starts[Number(piece.blob)] ?? 0) + piece.start;
              return whole.slice(from, from + piece.length);
            });
          };
          if (first < size) expect(read(`bytes=${first}-`)).toEqual(whole.slice(first));
          else expect(() => read(`bytes=${first}-`)).toThrow(S3Error);
          if (first < size && last >= first)
            expect(read(`bytes=${first}-${last}`)).toEqual(whole.slice(first, last + 1));
          if (last > 0 && size > 0) expect(read(`bytes=-${last}`)).toEqual(whole.slice(-last));
        },
      ),
    );
  });
});

describe('names', () => {
  it('come back from percent-encoding byte by byte', () => {
    fc.assert(
      fc.property(bytes, (name) => {
        expect(percentDecode(uriEncode(name, true), false)).toEqual(name);
      }),
    );
  });

  it('come back from XML, whatever characters they have', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.string({ unit: 'binary-ascii' }), (a, b) => {
        expect(parseXml(element('Key', a + b), 'Key').text).toBe(a + b);
      }),
    );
  });

  it('in any text read as XML give elements or a refusal', () => {
    const piece = fc.constantFrom(
      '<a>',
      '</a>',
      '<b/>',
      '&amp;',
      '&',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?',
      'x',
      '<',
      '>',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          expect(parseXml(pieces.join(''), 'a').name).toBe('a');
        } catch (error) {
          expect(error).toBeInstanceOf(S3Error);
        }
      }),
    );
  });
});
