// s3 range: the single byte range of a GET (RFC 9110 section 14); several ranges are answered with the whole, as S3 does.
import { S3Error } from './errors.ts';

export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/** Resolve a Range header for an object of `size` bytes; undefined means the whole object. */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes\s*=\s*(\d*)\s*-\s*(\d*)$/i.exec(header ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (!match || (first === '' && last === '')) return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    if (length === 0) throw unsatisfiable(header, size);
    return { start: size - length, length };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= size) throw unsatisfiable(header, size);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return { start, length: end - start + 1 };
}

export function contentRange(range: ByteRange, size: number): string {
  return `bytes ${range.start}-${range.start + range.length - 1}/${size}`;
}

function unsatisfiable(header: string | undefined, size: number): S3Error {
  return new S3Error(
    'InvalidRange',
    'The requested range is not satisfiable',
    { RangeRequested: header ?? '', ActualObjectSize: `${size}` },
    { 'Content-Range': `bytes */${size}` },
  );
}
