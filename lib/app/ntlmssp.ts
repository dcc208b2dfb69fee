// app: the names that NTLMSSP carries in clear: who logs in from where, and what the server calls itself ([MS-NLMP] §2.2.1).

import { clearString, clearUtf16, startsWith } from './clear-text.ts';
import { uint16le, uint32le } from './integers.ts';
import { MAX_NAME } from './limits.ts';

export interface NtlmNames {
  readonly user?: string | undefined;
  readonly domain?: string | undefined;
  readonly workstation?: string | undefined;
  readonly serverName?: string | undefined;
  readonly serverDomain?: string | undefined;
}

const SIGNATURE = 'NTLMSSP\0';
/** Where a signature is looked for: behind SPNEGO's wrapping. */
const MAX_WRAPPING = 512;
const CHALLENGE = 2;
const AUTHENTICATE = 3;
const UNICODE = 1;
const MAX_PAIRS = 16;
const PAIR_COMPUTER = 1;
const PAIR_DOMAIN = 2;

/** The text of a field: length, room, offset from the message's start. */
function fieldText(message: Uint8Array, at: number, isUnicode: boolean): string | undefined {
  const length = uint16le(message, at);
  const offset = uint32le(message, at + 4);
  if (length <= 0 || offset < 0 || offset + length > message.length) return undefined;
  const bytes = message.subarray(offset, offset + length);
  return isUnicode ? clearUtf16(bytes, MAX_NAME) : clearString(Buffer.from(bytes).toString('latin1'), MAX_NAME);
}

/** The server's own names, from the challenge's list of attributes. */
function readChallenge(message: Uint8Array): NtlmNames {
  let serverName: string | undefined;
  let serverDomain = fieldText(message, 12, (uint32le(message, 20) & UNICODE) !== 0);
  let at = uint32le(message, 44);
  for (let pairs = 0; at > 0 && pairs < MAX_PAIRS; pairs += 1) {
    const kind = uint16le(message, at);
    const length = uint16le(message, at + 2);
    if (kind <= 0 || length < 0 || at + 4 + length > message.length) break;
    const text = kind <= PAIR_DOMAIN ? clearUtf16(message.subarray(at + 4, at + 4 + length), MAX_NAME) : undefined;
    if (kind === PAIR_COMPUTER) serverName = text;
    if (kind === PAIR_DOMAIN) serverDomain = text;
    at += 4 + length;
  }
  return { serverName, serverDomain };
}

/** The first NTLMSSP message within these bytes. */
export function readNtlmNames(bytes: Uint8Array): NtlmNames | undefined {
  const last = Math.min(bytes.length - SIGNATURE.length, MAX_WRAPPING);
  let start = bytes.indexOf(0x4e);
  while (start >= 0 && start <= last && !startsWith(bytes, SIGNATURE, start)) start = bytes.indexOf(0x4e, start + 1);
  if (start < 0 || start > last) return undefined;
  const message = bytes.subarray(start);
  const kind = uint32le(message, 8);
  if (kind === CHALLENGE) return readChallenge(message);
  if (kind !== AUTHENTICATE) return {};
  const isUnicode = (uint32le(message, 60) & UNICODE) !== 0;
  return {
    domain: fieldText(message, 28, isUnicode),
    user: fieldText(message, 36, isUnicode),
    workstation: fieldText(message, 44, isUnicode),
  };
}
