// flow: what a packet that begins with text adds to its side's counts: HTTP requests and errors, logins and refusals.

import { byteAt, isAt, wordOf } from './said-bytes.ts';
import { DESTINATION_SAID, SOURCE_SAID } from './said-counts.ts';

const { httpRequests, httpPosts, loginAttempts } = SOURCE_SAID;
const { httpErrors, httpRefusals, loginRefusals } = DESTINATION_SAID;

interface Phrase {
  readonly word: Uint8Array;
  readonly counts: number;
}

/** Words that a packet begins with, by their first byte. SIP and RTSP have OPTIONS, too. */
const SOURCE_PHRASES = byFirstByte([
  ...phrases(httpRequests, ['GET ', 'HEAD ', 'DELETE ', 'PATCH ', 'TRACE ', 'CONNECT ', 'PROPFIND ', 'REPORT ']),
  ...phrases(httpRequests, ['OPTIONS /', 'OPTIONS *', 'OPTIONS http']),
  ...phrases(httpRequests + httpPosts, ['POST ', 'PUT ']),
  ...phrases(loginAttempts, ['PASS ', 'pass ', 'AUTH ']),
]);
const DESTINATION_PHRASES = byFirstByte(
  phrases(loginRefusals, ['530 ', '530-', '535 ', '535-', '430 ', '-ERR', 'Login incorrect', '\r\nLogin incorrect']),
);
/** AUTH that asks for encryption (RFC 4217 §4), not for a user. */
const NOT_LOGINS = ['AUTH TLS', 'AUTH SSL'].map(wordOf);
const RESPONSE = wordOf('HTTP/1.');
const LOGINS = ['LOGIN ', 'AUTHENTICATE '].map(wordOf);
const NO = wordOf('NO ');
const BLANK = 0x20;
const MAX_TAG_BYTES = 12;

function phrases(counts: number, texts: readonly string[]): readonly Phrase[] {
  return texts.map((text) => ({ word: wordOf(text), counts }));
}

function byFirstByte(all: readonly Phrase[]): readonly (readonly Phrase[])[] {
  return Array.from({ length: 256 }, (_, first) => all.filter(({ word }) => word[0] === first));
}

function phraseCounts(table: readonly (readonly Phrase[])[], bytes: Uint8Array, at: number, end: number): number {
  const candidates = table[byteAt(bytes, at, end)];
  if (candidates === undefined) return 0;
  for (const { word, counts } of candidates) if (isAt(bytes, at, end, word)) return counts;
  return 0;
}

/** Of a packet from the flow's source; only a short one may be a command of IMAP. */
export function sourceTextCounts(bytes: Uint8Array, at: number, end: number, isShort: boolean): number {
  const counts = phraseCounts(SOURCE_PHRASES, bytes, at, end);
  if (counts === loginAttempts) return NOT_LOGINS.some((word) => isAt(bytes, at, end, word)) ? 0 : counts;
  if (counts > 0 || !isShort) return counts;
  const command = behindTag(bytes, at, end);
  return command >= 0 && LOGINS.some((word) => isAt(bytes, command, end, word)) ? loginAttempts : 0;
}

/** Of a packet from its destination. */
export function destinationTextCounts(bytes: Uint8Array, at: number, end: number, isShort: boolean): number {
  if (isAt(bytes, at, end, RESPONSE)) return statusCounts(bytes, at + RESPONSE.length + 1, end);
  const counts = phraseCounts(DESTINATION_PHRASES, bytes, at, end);
  if (counts > 0 || !isShort) return counts;
  const answer = behindTag(bytes, at, end);
  return answer >= 0 && isAt(bytes, answer, end, NO) ? loginRefusals : 0;
}

/** `at` is behind the version: a blank and three digits (RFC 9112 §4). */
function statusCounts(bytes: Uint8Array, at: number, end: number): number {
  if (byteAt(bytes, at, end) !== BLANK) return 0;
  const hundreds = byteAt(bytes, at + 1, end) - 0x30;
  const tens = byteAt(bytes, at + 2, end) - 0x30;
  const ones = byteAt(bytes, at + 3, end) - 0x30;
  if ((hundreds !== 4 && hundreds !== 5) || !isDecimal(tens) || !isDecimal(ones)) return 0;
  const status = 100 * hundreds + 10 * tens + ones;
  return httpErrors + (status === 401 || status === 403 || status === 407 ? httpRefusals : 0);
}

function isDecimal(value: number): boolean {
  return value >= 0 && value <= 9;
}

/** What follows IMAP's tag (RFC 9051 §2.2.1): letters and digits, one digit among them; -1 where there is no tag. */
function behindTag(bytes: Uint8Array, at: number, end: number): number {
  let digits = 0;
  const most = Math.min(at + MAX_TAG_BYTES + 1, end);
  for (let k = at; k < most; k++) {
    const byte = bytes[k] as number; // `end` lies within the bytes
    const isDigit = byte >= 0x30 && byte <= 0x39;
    if (isDigit) digits++;
    else if (byte === BLANK) return digits > 0 && k > at ? k + 1 : -1;
    else if ((byte | 0x20) < 0x61 || (byte | 0x20) > 0x7a) return -1;
  }
  return -1;
}
