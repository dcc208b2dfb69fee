// app: what a request's target and Host say of its URL, under ECS's names (RFC 9112 §3.2), passwords masked.

import { maskQuery } from './http-credentials.ts';
import { shownText } from './http-message.ts';
import { MAX_NAME } from './limits.ts';

export interface UrlFields {
  /** The target as sent, but for passwords. */
  readonly original: string | undefined;
  readonly scheme: string | undefined;
  readonly username: string | undefined;
  readonly domain: string | undefined;
  readonly port: number | undefined;
  readonly path: string | undefined;
  readonly query: string | undefined;
}

export interface Target {
  readonly url: UrlFields;
  readonly hasPassword: boolean;
}

interface Authority {
  readonly user: string | undefined;
  readonly hasPassword: boolean;
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** Without the password. */
  readonly text: string;
}

/** `user:password@host:port`, `[v6]:port` */
function readAuthority(text: string): Authority {
  const sign = text.lastIndexOf('@');
  const account = sign < 0 ? '' : text.slice(0, sign);
  const place = text.slice(sign + 1);
  const colonOfAccount = account.indexOf(':');
  const user = colonOfAccount < 0 ? account : account.slice(0, colonOfAccount);
  const bracket = place.startsWith('[') ? place.indexOf(']') : -1;
  const colon = place.indexOf(':', bracket + 1);
  const host = bracket > 0 ? place.slice(1, bracket) : place.slice(0, colon < 0 ? place.length : colon);
  const digits = colon < 0 ? '' : place.slice(colon + 1);
  const port = digits.length > 0 && digits.length < 6 && /^\d+$/.test(digits) ? Number(digits) : undefined;
  return {
    user: user === '' ? undefined : user,
    hasPassword: colonOfAccount >= 0 && colonOfAccount < account.length - 1,
    host: host === '' ? undefined : host.toLowerCase(),
    port: port !== undefined && port > 0 && port < 65_536 ? port : undefined,
    text: user === '' ? place : `${user}@${place}`,
  };
}

/** `http` and what stands behind `://`; undefined for a target that is no URL. */
function splitScheme(target: string): readonly [string, string] | undefined {
  const mark = target.startsWith('/') ? -1 : target.indexOf('://');
  if (mark <= 0 || mark > 8) return undefined;
  const scheme = target.slice(0, mark).toLowerCase();
  return /^[a-z]+$/.test(scheme) ? [scheme, target.slice(mark + 3)] : undefined;
}

function pathStart(rest: string): number {
  const at = rest.search(/[/?#]/);
  return at < 0 ? rest.length : at;
}

/** @param host the Host field's value. */
export function readTarget(method: string, target: string, host: string | undefined): Target {
  const absolute = splitScheme(target);
  const [scheme, rest] = absolute ?? [undefined, target];
  const authorityEnd = absolute === undefined ? 0 : pathStart(rest);
  const isConnect = method === 'CONNECT';
  const inTarget = isConnect ? target : rest.slice(0, authorityEnd);
  const authority = readAuthority(inTarget !== '' ? inTarget : (host ?? ''));
  const local = isConnect ? '' : rest.slice(authorityEnd);
  const question = local.indexOf('?');
  const path = question < 0 ? local : local.slice(0, question);
  const masked = question < 0 ? undefined : maskQuery(local.slice(question + 1));
  const start = isConnect ? authority.text : absolute === undefined ? '' : `${scheme}://${authority.text}`;
  return {
    url: {
      original: shownText(`${start}${path}${masked === undefined ? '' : `?${masked.query}`}`),
      scheme,
      username: shownText(authority.user, MAX_NAME),
      domain: shownText(authority.host, MAX_NAME),
      port: authority.port,
      path: path.startsWith('/') ? shownText(path) : undefined,
      query: shownText(masked?.query),
    },
    hasPassword: authority.hasPassword || masked?.hasPassword === true,
  };
}
