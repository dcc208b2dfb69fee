// app: distinguished names of certificates as text, the last attribute first (RFC 4514).

import { clearString, clearText } from './clear-text.ts';
import { MAX_LIST, MAX_NAME, MAX_TEXT } from './limits.ts';
import { type DerCursor, derTags } from './x509-der.ts';

export interface DistinguishedName {
  readonly distinguished_name: string;
  readonly common_name: readonly string[] | undefined;
  readonly organization: readonly string[] | undefined;
  readonly country: readonly string[] | undefined;
}

/** By the object identifier's bytes in hexadecimal. */
const ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ['550403', 'CN'],
  ['550404', 'SN'],
  ['550405', 'serialNumber'],
  ['550406', 'C'],
  ['550407', 'L'],
  ['550408', 'ST'],
  ['550409', 'street'],
  ['55040a', 'O'],
  ['55040b', 'OU'],
  ['55040c', 'title'],
  ['55040f', 'businessCategory'],
  ['550411', 'postalCode'],
  ['55042a', 'GN'],
  ['550461', 'organizationIdentifier'],
  ['2a864886f70d010901', 'emailAddress'],
  ['0992268993f22c640119', 'DC'],
  ['0992268993f22c640101', 'UID'],
  ['2b0601040182373c020101', 'jurisdictionL'],
  ['2b0601040182373c020102', 'jurisdictionST'],
  ['2b0601040182373c020103', 'jurisdictionC'],
]);

const TELETEX_STRING = 0x14;
const BMP_STRING = 0x1e;
const SPECIAL = /[,+"\\<>;]/g;
const MAX_ATTRIBUTES = 2 * MAX_LIST;

/** @param sequence stepped to the name, all of whose bytes are there. */
export function readName(sequence: DerCursor): DistinguishedName {
  const parts: string[] = [];
  const values: Record<string, string[]> = { CN: [], O: [], C: [] };
  const sets = sequence.inside();
  for (let count = 0; count < MAX_ATTRIBUTES && sets.nextOf(derTags.set); ) {
    const joined: string[] = [];
    const attributes = sets.inside();
    for (; count < MAX_ATTRIBUTES && attributes.nextOf(derTags.sequence); count += 1) {
      const attribute = attributes.inside();
      if (!attribute.nextOf(derTags.objectIdentifier)) continue;
      const type = attributeName(attribute.content);
      const value = attribute.next() ? attributeText(attribute) : '';
      values[type]?.push(value);
      joined.push(`${type}=${value.replace(SPECIAL, '\\$&')}`);
    }
    parts.push(joined.join('+'));
  }
  return {
    distinguished_name: parts.reverse().join(',').slice(0, MAX_TEXT),
    common_name: some(values['CN']),
    organization: some(values['O']),
    country: some(values['C']),
  };
}

function some(values: readonly string[] | undefined): readonly string[] | undefined {
  const present = values?.filter((value) => value !== '').slice(0, MAX_LIST);
  return present === undefined || present.length === 0 ? undefined : present;
}

function attributeName(identifier: Uint8Array): string {
  const bytes = Buffer.from(identifier.buffer, identifier.byteOffset, Math.min(identifier.length, MAX_LIST));
  const name = bytes.toString('hex');
  return ATTRIBUTES.get(name) ?? `OID.${name}`;
}

function attributeText(value: DerCursor): string {
  const bytes = value.content.subarray(0, 2 * MAX_NAME);
  if (value.tag === TELETEX_STRING) return clearString(Buffer.from(bytes).toString('latin1'), MAX_NAME) ?? '';
  if (value.tag !== BMP_STRING) return clearText(bytes, MAX_NAME) ?? '';
  const even = Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16();
  return clearString(even.toString('utf16le'), MAX_NAME) ?? '';
}
