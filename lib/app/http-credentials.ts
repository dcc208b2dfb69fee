// app: whether an HTTP request carries a password; what it is is never kept.

import { MAX_HTTP_BODY_BYTES, MAX_HTTP_PARAMETERS } from './limits.ts';

const MASK = '***';
const WHOLE_NAMES: ReadonlySet<string> = new Set(['pass', 'pwd', 'psw', 'pswd', 'passphrase', 'pw', 'log_pwd']);

/** By the name of a form's field or a query's parameter. */
function isPasswordName(name: string): boolean {
  const lower = name.toLowerCase();
  if (lower.includes('passw') || lower.includes('passphrase') || WHOLE_NAMES.has(lower)) return true;
  return lower.endsWith('_pass') || lower.endsWith('-pass') || lower.endsWith('pwd') || lower.endsWith('[pass]');
}

function isPasswordPair(pair: string): boolean {
  return passwordStart(pair) >= 0;
}

/** Where a password's value begins; some servers take `;` for `&`, so it is looked for behind each. */
function passwordStart(pair: string): number {
  let equals = pair.indexOf('=');
  for (let from = 0; equals >= 0; ) {
    const end = pair.indexOf(';', from);
    if (equals < from) equals = pair.indexOf('=', from);
    const isPair = equals > from && equals < pair.length - 1 && (end < 0 || equals < end);
    if (isPair && isPasswordName(plainName(pair.slice(from, equals)))) return equals + 1;
    if (end < 0) return -1;
    from = end + 1;
  }
  return -1;
}

/** A name with its percent-encoding undone, so that `p%61ss` hides nothing. */
function plainName(name: string): string {
  if (!name.includes('%')) return name;
  return name.replace(/%[0-9A-Fa-f]{2}/g, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
}

export interface MaskedQuery {
  readonly query: string;
  readonly hasPassword: boolean;
}

/** A query with `***` in place of each password's value. */
export function maskQuery(query: string): MaskedQuery {
  if (!query.includes('=')) return { query, hasPassword: false };
  const pairs = query.split('&', MAX_HTTP_PARAMETERS);
  if (!pairs.some(isPasswordPair)) return { query, hasPassword: false };
  const masked = pairs.map((pair) => (isPasswordPair(pair) ? `${pair.slice(0, passwordStart(pair))}${MASK}` : pair));
  return { query: masked.join('&'), hasPassword: true };
}

/** In a form's body, URL-encoded, multipart or JSON, by its first bytes. */
export function bodyHasPassword(bytes: Buffer, bodyAt: number, type: string | undefined): boolean {
  if (type === undefined || bodyAt >= bytes.length) return false;
  const read = (): string => bytes.toString('latin1', bodyAt, bodyAt + MAX_HTTP_BODY_BYTES);
  if (type === 'application/x-www-form-urlencoded') return read().split('&', MAX_HTTP_PARAMETERS).some(isPasswordPair);
  if (type === 'multipart/form-data') return quotedNames(read(), 'name="').some(isPasswordName);
  return type.endsWith('json') && quotedNames(read(), '"').some(isPasswordName);
}

/** What stands between an opening mark and the next quote; of bare quotes only what a colon follows, a name in JSON. */
function quotedNames(text: string, opening: string): readonly string[] {
  const names: string[] = [];
  const isJson = opening === '"';
  let at = text.indexOf(opening);
  for (let count = 0; at >= 0 && count < MAX_HTTP_PARAMETERS; count += 1) {
    const from = at + opening.length;
    const end = text.indexOf('"', from);
    if (end < 0) break;
    if (
      !isJson ||
      text
        .slice(end + 1, end + 3)
        .trimStart()
        .startsWith(':')
    )
      names.push(text.slice(from, end));
    at = text.indexOf(opening, end + 1);
  }
  return names;
}

/** The user of Basic authentication, whose password is dropped unread (RFC 7617 §2). */
export function basicUser(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.slice(0, 6).toLowerCase() !== 'basic ') return undefined;
  const decoded = Buffer.from(authorization.slice(6, 6 + MAX_HTTP_BODY_BYTES), 'base64').toString('latin1');
  const colon = decoded.indexOf(':');
  return colon > 0 ? decoded.slice(0, colon) : undefined;
}
