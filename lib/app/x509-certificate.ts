// app: who a certificate names, who says so and for how long (RFC 5280 §4.1), as far as its bytes go.

import { hash } from 'node:crypto';
import { clearText, nonEmpty } from './clear-text.ts';
import { MAX_LIST, MAX_NAME } from './limits.ts';
import { DerCursor, derTags } from './x509-der.ts';
import { type DistinguishedName, readName } from './x509-name.ts';

/** Under ECS's `x509.*`. */
export interface X509Fields {
  readonly serial_number: string | undefined;
  readonly issuer: DistinguishedName | undefined;
  readonly not_before: string | undefined;
  readonly not_after: string | undefined;
  readonly subject: DistinguishedName | undefined;
  readonly alternative_names: readonly string[] | undefined;
}

/** Under ECS's `tls.server.*` or `tls.client.*`. */
export interface CertificateFields {
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
  readonly not_before: string | undefined;
  readonly not_after: string | undefined;
  /** Only of a certificate that is there to its last byte. */
  readonly hash: { readonly sha1: string; readonly sha256: string } | undefined;
  readonly x509: X509Fields;
}

const EXPLICIT_VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const MAX_SERIAL_BYTES = 40;
const SUBJECT_ALTERNATIVE_NAME = Buffer.from([0x55, 0x1d, 0x11]);
const IP_ADDRESS = 0x87;
/** E-mail address, DNS name, URI. */
const TEXT_NAMES: ReadonlySet<number> = new Set([0x81, 0x82, 0x86]);
const MAX_EXTENSIONS = 64;

/** @returns undefined for bytes that are no certificate. */
export function decodeCertificate(bytes: Uint8Array, declaredLength: number): CertificateFields | undefined {
  const file = new DerCursor(bytes, 0, declaredLength);
  if (!file.nextOf(derTags.sequence)) return undefined;
  const body = file.inside();
  if (!body.nextOf(derTags.sequence)) return undefined;
  const fields = readBody(body.inside());
  if (fields === undefined) return undefined;
  const isWhole = bytes.length >= declaredLength;
  const whole = bytes.subarray(0, declaredLength);
  return {
    issuer: nonEmpty(fields.issuer?.distinguished_name),
    subject: nonEmpty(fields.subject?.distinguished_name),
    not_before: fields.not_before,
    not_after: fields.not_after,
    hash: isWhole ? { sha1: digest('sha1', whole), sha256: digest('sha256', whole) } : undefined,
    x509: fields,
  };
}

/** In upper case, as ECS asks for. */
function digest(algorithm: 'sha1' | 'sha256', bytes: Uint8Array): string {
  return hash(algorithm, bytes, 'hex').toUpperCase();
}

function readBody(body: DerCursor): X509Fields | undefined {
  body.nextOf(EXPLICIT_VERSION);
  if (!body.nextOf(derTags.integer) || !body.isWhole) return undefined;
  const serial = serialText(body.content);
  body.nextOf(derTags.sequence);
  const issuer = nextName(body);
  const validity = body.nextOf(derTags.sequence) ? body.inside() : undefined;
  const notBefore = validity && nextTime(validity);
  const notAfter = validity && nextTime(validity);
  const subject = nextName(body);
  let names: readonly string[] = [];
  while (subject !== undefined && body.next()) if (body.tag === EXTENSIONS) names = readAlternativeNames(body.inside());
  return {
    serial_number: serial,
    issuer,
    not_before: notBefore,
    not_after: notAfter,
    subject,
    alternative_names: names.length === 0 ? undefined : names,
  };
}

function nextName(body: DerCursor): DistinguishedName | undefined {
  return body.nextOf(derTags.sequence) && body.isWhole ? readName(body) : undefined;
}

/** Hexadecimal without the leading zero that only says "positive". */
function serialText(integer: Uint8Array): string {
  const digits = integer.length > 1 && integer[0] === 0 ? integer.subarray(1) : integer;
  return Buffer.from(digits.subarray(0, MAX_SERIAL_BYTES)).toString('hex').toUpperCase();
}

/** A UTCTime or GeneralizedTime in seconds and UTC, as DER writes both; undefined for a day that no calendar has. */
function nextTime(validity: DerCursor): string | undefined {
  if (!validity.next() || !validity.isWhole || validity.to - validity.from > MAX_LIST) return undefined;
  const digits = Buffer.from(validity.content).toString('latin1');
  const text = validity.tag === derTags.utcTime ? `${digits < '5' ? '20' : '19'}${digits}` : digits;
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const isTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  if (!isTime || !isDay(Number(year), Number(month), Number(day))) return undefined;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDay(year: number, month: number, day: number): boolean {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeapYear ? 29 : (MONTH_DAYS[month - 1] ?? 0);
  return day >= 1 && day <= days;
}

function readAlternativeNames(wrapped: DerCursor): readonly string[] {
  if (!wrapped.nextOf(derTags.sequence)) return [];
  const extensions = wrapped.inside();
  for (let count = 0; count < MAX_EXTENSIONS && extensions.nextOf(derTags.sequence); count += 1) {
    const extension = extensions.inside();
    if (!extension.nextOf(derTags.objectIdentifier) || !SUBJECT_ALTERNATIVE_NAME.equals(extension.content)) continue;
    while (extension.next()) if (extension.tag === derTags.octetString) return readGeneralNames(extension.inside());
  }
  return [];
}

function readGeneralNames(value: DerCursor): readonly string[] {
  const names: string[] = [];
  if (!value.nextOf(derTags.sequence)) return names;
  const list = value.inside();
  while (names.length < MAX_LIST && list.next() && list.isWhole) {
    const name = list.tag === IP_ADDRESS ? addressText(list.content) : textName(list);
    if (name !== undefined) names.push(name);
  }
  return names;
}

function textName(name: DerCursor): string | undefined {
  return TEXT_NAMES.has(name.tag) ? clearText(name.content, MAX_NAME) : undefined;
}

function addressText(address: Uint8Array): string | undefined {
  if (address.length === 4) return address.join('.');
  if (address.length !== 16) return undefined;
  const digits = Buffer.from(address).toString('hex');
  const groups = Array.from({ length: 8 }, (_, i) => Number.parseInt(digits.slice(4 * i, 4 * i + 4), 16).toString(16));
  return groups.join(':');
}
