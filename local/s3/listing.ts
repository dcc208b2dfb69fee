// s3 listing: one page of names in byte order, those that share what comes before a delimiter rolled up into one prefix.
import { S3Error } from './errors.ts';
import type { S3Request } from './request.ts';
import type { ScanStart } from './tables/objects.ts';
import { formEncode } from './uri.ts';
import { element } from './xml.ts';

export interface PageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  /** The page begins behind this name; one that is a rolled-up prefix stands for everything under it. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly commonPrefixes: readonly string[];
  /** Set if there is more: the last name of this page. */
  readonly next: string | undefined;
}

const ENCODINGS = ['url'];

/** Fill a page from `scan`, which yields rows in byte order; rolled-up names are skipped by scanning again behind them. */
export function listPage<Row extends { readonly key: string }>(
  request: PageRequest,
  scan: (start: ScanStart) => Iterable<Row>,
): Page<Row> {
  const rows: Row[] = [];
  const commonPrefixes: string[] = [];
  let last: string | undefined;
  let start: ScanStart | undefined = firstStart(request);
  while (start) {
    let next: ScanStart | undefined;
    for (const row of scan(start)) {
      if (!row.key.startsWith(request.prefix)) break;
      if (rows.length + commonPrefixes.length >= request.limit) return { rows, commonPrefixes, next: last };
      const rolledUp = rollUp(row.key, request);
      last = rolledUp ?? row.key;
      if (rolledUp !== undefined) {
        commonPrefixes.push(rolledUp);
        next = behind(rolledUp);
        break;
      }
      rows.push(row);
    }
    start = next;
  }
  return { rows, commonPrefixes, next: undefined };
}

/** The prefix that stands for a name in the listing, if it goes on behind a delimiter. */
function rollUp(name: string, { prefix, delimiter }: PageRequest): string | undefined {
  if (delimiter === '') return undefined;
  const at = name.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : name.slice(0, at + delimiter.length);
}

function firstStart(request: PageRequest): ScanStart | undefined {
  const prefix = Buffer.from(request.prefix, 'utf8');
  if (request.after === undefined) return { key: prefix, inclusive: true };
  const after = Buffer.from(request.after, 'utf8');
  if (Buffer.compare(after, prefix) < 0) return { key: prefix, inclusive: true };
  const isRolledUp = request.after.startsWith(request.prefix) && rollUp(request.after, request) === request.after;
  return isRolledUp ? behind(request.after) : { key: after, inclusive: false };
}

/** The first place behind everything that begins with `prefix`: UTF-8 has no byte 0xff, so its last byte can grow. */
function behind(prefix: string): ScanStart {
  const key = Buffer.from(prefix, 'utf8');
  key[key.length - 1] = (key.at(-1) ?? 0) + 1;
  return { key, inclusive: true };
}

/** A count among the parameters: a whole number, cut to what one page may hold. */
export function parseLimit(request: S3Request, name: string, fallback: number, most: number): number {
  const text = request.parameters.get(name);
  if (text === undefined || text === '') return fallback;
  if (!/^\d{1,10}$/.test(text) || Number(text) > 2 ** 31 - 1)
    throw new S3Error('InvalidArgument', `${name} must be an integer between 0 and 2147483647.`, {
      ArgumentName: name,
      ArgumentValue: text,
    });
  return Math.min(Number(text), most);
}

/** How names are written in this listing: as they are, or form-encoded if the client asks for it. */
export function nameEncoder(request: S3Request): (name: string) => string {
  const encoding = request.parameters.get('encoding-type');
  if (encoding === undefined) return (name) => name;
  if (!ENCODINGS.includes(encoding))
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request', {
      ArgumentName: 'encoding-type',
      ArgumentValue: encoding,
    });
  return formEncode;
}

export function commonPrefixElements(prefixes: readonly string[], encode: (name: string) => string): readonly string[] {
  return prefixes.map((prefix) => element('CommonPrefixes', [element('Prefix', encode(prefix))]));
}
