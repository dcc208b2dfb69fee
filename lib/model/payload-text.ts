// model: features from what plain-text protocols say in the first payload bytes: HTTP requests, logins, banners.

import { PAYLOAD_BYTES } from '../flow/flow-fields.ts';
import { bytesAt, type FeatureGroup, type FeatureWriter, type FlowColumns } from './feature-group.ts';

const PACKETS = [0, 1, 2] as const;

/** `METHOD target HTTP/` (RFC 9112 §3); the target may be cut by the kept bytes' end. */
const REQUEST = /^([a-z]{3,9}) (\S+)/;
const METHODS = ['get', 'post', 'head', 'put', 'options', 'delete', 'propfind', 'connect'];

/** Each pattern counts once; texts are lower-cased and at most 3 × 192 bytes, no pattern can run away on them. */
const SQL_WORDS: readonly RegExp[] = [
  /union(?:\s|\+|%20|\/\*){1,9}(?:all|select)/,
  /select(?:\s|\+|%20|\/\*)/,
  /(?:'|%27)(?:\s|\+|%20){0,9}(?:or|and)(?:\s|\+|%20|'|%27)/,
  /(?:sleep|benchmark|waitfor|pg_sleep|extractvalue|concat)(?:\(|%28|\s)/,
  /information_schema|@@version|sysobjects/,
  /(?:--|%2d%2d|#|%23)(?:\s|\+|%20|-|&|$)/,
  /(?:'|%27)(?:=|%3d|\s|\+|\)|%29)/,
];
const SCRIPT_WORDS: readonly RegExp[] = [
  /(?:<|%3c)(?:\/|%2f)?script/,
  /on(?:error|load|mouseover|click|focus)(?:=|%3d)/,
  /javascript(?::|%3a)/,
  /(?:alert|prompt|confirm)(?:\(|%28|`)/,
  /document\.cookie/,
  /(?:<|%3c)(?:img|svg|iframe|body)/,
];
const COMMAND_WORDS: readonly RegExp[] = [
  /\$\{[^}]{0,20}(?:jndi|lower|upper|env|::)/,
  /\(\)\s{0,4}\{/,
  /(?:\.\.|%2e%2e)(?:\/|%2f|\\|%5c)/,
  /\/etc\/passwd|cmd\.exe|\/bin\/(?:ba)?sh|powershell/,
  /(?:;|\||%3b|%7c|`|\$\()(?:\s|\+|%20){0,4}(?:wget|curl|nc|cat|id|whoami|ping|echo)/,
  /(?:wget|curl)(?:\s|\+|%20)/,
];
const LOGIN_WORDS = /passw|passwd|login|logon|signin|username|auth/;

const names: readonly string[] = [
  ...['httpGet', 'httpPost', 'httpOtherMethod', 'httpTargetLength', 'httpQueryLength', 'httpQueryKeys', 'httpEscapes'],
  ...['httpSqlWords', 'httpScriptWords', 'httpCommandWords', 'httpLoginWords', 'httpBasicAuthorization'],
  ...['httpUnfinishedRequest', 'httpStatus', 'httpRefused'],
  ...['sshBanners', 'ftpLogin', 'loginRefused', 'mailGreeting', 'tlsClientHello', 'tlsHeartbeat', 'tlsHeartbeatExcess'],
  ...['smb1', 'smb2', 'smbTransaction', 'dceRpc'],
];

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').toLowerCase();
}

function found(patterns: readonly RegExp[], words: string): number {
  let count = 0;
  for (const pattern of patterns) if (pattern.test(words)) count += 1;
  return count;
}

function times(words: string, character: string): number {
  let count = 0;
  for (let at = words.indexOf(character); at >= 0; at = words.indexOf(character, at + 1)) count += 1;
  return count;
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a));
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

const NO_HTTP = new Float32Array(13);

/** Thirteen features of a request's words; all 0 where there is none. */
function request(first: string, all: string): readonly number[] | Float32Array {
  const [, method, target] = REQUEST.exec(first) ?? [];
  if (method === undefined || target === undefined || !METHODS.includes(method)) return NO_HTTP;
  const query = target.includes('?') ? target.slice(target.indexOf('?') + 1) : '';
  const body = all.includes('\r\n\r\n') ? all.slice(all.indexOf('\r\n\r\n') + 4) : '';
  const said = `${target}\n${body}`;
  return [
    method === 'get' ? 1 : 0,
    method === 'post' ? 1 : 0,
    method === 'get' || method === 'post' ? 0 : 1,
    target.length,
    query.length,
    query.length === 0 ? 0 : times(query, '=') + times(query, '&'),
    times(said, '%'),
    found(SQL_WORDS, said),
    found(SCRIPT_WORDS, said),
    found(COMMAND_WORDS, all),
    LOGIN_WORDS.test(said) ? 1 : 0,
    all.includes('\r\nauthorization: basic') ? 1 : 0,
    all.includes('\r\n\r\n') ? 0 : 1,
  ];
}

const STATUS = /^http\/1\.[01] (\d{3})/;
const REFUSED_LOGIN = /(?:^|\n)(?:530|535|430)[ -]|login incorrect|authentication failed|access denied/;
const FTP_LOGIN = /(?:^|\n)(?:user|pass) /;
const GREETING = /^220[ -]/;

function bind(columns: FlowColumns): FeatureWriter {
  const sourcePayloads = PACKETS.map((k) => columns[`sourcePayload${k}`]);
  const destinationPayloads = PACKETS.map((k) => columns[`destinationPayload${k}`]);
  const none: Uint8Array = new Uint8Array(0);

  return (row, out, start) => {
    let at = start;
    const put = (value: number): void => {
      out[at] = value;
      at += 1;
    };
    const source = sourcePayloads.map((column) => bytesAt(column, row, PAYLOAD_BYTES));
    const destination = destinationPayloads.map((column) => bytesAt(column, row, PAYLOAD_BYTES));
    const asked = source[0] ?? none;
    const answered = destination[0] ?? none;
    const askedText = isLetter(asked[0]) && isLetter(asked[1]) && isLetter(asked[2]);
    const answeredText = isLetter(answered[0]) || isDigit(answered[0]);
    const sourceText = askedText ? source.map(text) : [];
    const destinationText = answeredText ? destination.map(text) : [];
    const firstAnswer = destinationText[0] ?? '';

    for (const value of request(sourceText[0] ?? '', sourceText.join(''))) put(value);
    const status = Number(STATUS.exec(firstAnswer)?.[1] ?? 0);
    put(status);
    put(status === 401 || status === 403 ? 1 : 0);

    put((sourceText[0]?.startsWith('ssh-') ? 1 : 0) + (firstAnswer.startsWith('ssh-') ? 1 : 0));
    put(FTP_LOGIN.test(sourceText.join('\n')) ? 1 : 0);
    put(answeredText && REFUSED_LOGIN.test(destinationText.join('\n')) ? 1 : 0);
    put(GREETING.test(firstAnswer) ? 1 : 0);

    put(asked[0] === 0x16 && asked[1] === 0x03 && asked[5] === 0x01 ? 1 : 0);
    const heartbeat = source.find((bytes) => bytes[0] === 0x18 && bytes[1] === 0x03);
    put(heartbeat === undefined ? 0 : 1);
    put(heartbeat === undefined ? 0 : heartbeatExcess(heartbeat));

    const isSmb1 = asked[4] === 0xff && asked[5] === 0x53 && asked[6] === 0x4d && asked[7] === 0x42;
    const isSmb2 = asked[4] === 0xfe && asked[5] === 0x53 && asked[6] === 0x4d && asked[7] === 0x42;
    put(isSmb1 ? 1 : 0);
    put(isSmb2 ? 1 : 0);
    put(isSmb1 && source.some((bytes) => SMB1_TRANSACTIONS.includes(bytes[8] ?? 0)) ? 1 : 0);
    put(asked[0] === 0x05 && asked[1] === 0x00 ? 1 : 0);
  };
}

/** SMB1 commands that carry transactions: TRANSACTION, TRANSACTION2, NT_TRANSACT (MS-CIFS §2.2.2.1). */
const SMB1_TRANSACTIONS: readonly number[] = [0x25, 0x32, 0xa0];

/** Bytes a plain heartbeat request claims beyond what its record can hold (RFC 6520 §4); 0 for an encrypted one. */
function heartbeatExcess(bytes: Uint8Array): number {
  const recordLength = ((bytes[3] ?? 0) << 8) | (bytes[4] ?? 0);
  const claimed = ((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0);
  return bytes[5] === 0x01 ? Math.max(0, claimed + 3 - recordLength) : 0;
}

/** What was asked and answered, where it was said in words. */
export const PAYLOAD_TEXT: FeatureGroup = { names, bind };
