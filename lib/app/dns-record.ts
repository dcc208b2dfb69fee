// app: what a DNS resource record says, as text (RFC 1035 §3.3, RFC 3596, RFC 2782, RFC 9460).

import { formatAddress } from '../document/address-text.ts';
import { clearText, hexText } from './clear-text.ts';
import { dnsNameEnd, readDnsName, writeDnsName } from './dns-name.ts';
import { uint8, uint16, uint32 } from './integers.ts';
import { type JsonWriter, jsonLiteral } from './json-writer.ts';
import { MAX_NAME } from './limits.ts';

const A = 1;
const SOA = 6;
const MX = 15;
const TXT = 16;
const AAAA = 28;
const SRV = 33;
const SPF = 99;
const NETBIOS = 0x20;
const SERVICE_BINDINGS: readonly number[] = [64, 65];
/** NS, CNAME, PTR, DNAME: their data is one name. */
const NAMES: readonly number[] = [2, 5, 12, 39];
/** Characters of one record's data. */
const MAX_DATA = 512;

/** The strings of a TXT record, one after the other. */
function strings(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = '';
  for (let at = start; at < end && text.length < MAX_DATA; at += 1 + uint8(bytes, at)) {
    text += clearText(bytes.subarray(at + 1, Math.min(at + 1 + uint8(bytes, at), end))) ?? '';
  }
  return text.slice(0, MAX_DATA);
}

/** `numbers name`, the numbers of two bytes each. */
function numbersAndName(bytes: Uint8Array, start: number, count: number): string | undefined {
  const name = readDnsName(bytes, start + 2 * count)?.text;
  if (name === undefined) return undefined;
  let text = '';
  for (let i = 0; i < count; i += 1) text += `${uint16(bytes, start + 2 * i)} `;
  return text + name;
}

function startOfAuthority(bytes: Uint8Array, start: number): string | undefined {
  const primary = readDnsName(bytes, start);
  const mailbox = primary && readDnsName(bytes, primary.next);
  return mailbox && `${primary.text} ${mailbox.text} ${uint32(bytes, mailbox.next)}`;
}

const QUOTE = jsonLiteral('"');
const DOT = jsonLiteral('.');

/** IPv4 in four bytes, IPv6 in 16. */
function writeAddress(bytes: Uint8Array, start: number, length: number, json: JsonWriter): boolean {
  if (length !== 4 && length !== 16) return false;
  json.literal(QUOTE);
  if (length === 16) json.ascii(formatAddress(6, bytes, start));
  else {
    for (let at = start; at < start + 4; at += 1) {
      if (at > start) json.literal(DOT);
      json.number(uint8(bytes, at));
    }
  }
  json.literal(QUOTE);
  return true;
}

function writeName(bytes: Uint8Array, start: number, json: JsonWriter): boolean {
  if (dnsNameEnd(bytes, start) < 0) return false;
  writeDnsName(bytes, start, json);
  return true;
}

/** Data that is neither a name nor an address. */
function dataText(bytes: Uint8Array, type: number, start: number, length: number): string | undefined {
  if (type === MX) return numbersAndName(bytes, start, 1);
  if (type === SRV) return numbersAndName(bytes, start, 3);
  if (SERVICE_BINDINGS.includes(type)) return numbersAndName(bytes, start, 1);
  if (type === SOA) return startOfAuthority(bytes, start);
  if (type === TXT || type === SPF) return strings(bytes, start, start + length);
  return length === 0 ? undefined : hexText(bytes.subarray(start, start + Math.min(length, MAX_NAME)));
}

/** Writes the data of a record of `type` in the message's `[start, start + length)`, all there; false where it says nothing. */
export function writeDnsData(
  bytes: Uint8Array,
  type: number,
  start: number,
  length: number,
  isNetbios: boolean,
  json: JsonWriter,
): boolean {
  if (isNetbios && type === NETBIOS) return length >= 6 && writeAddress(bytes, start + 2, 4, json);
  if (type === A || type === AAAA) return writeAddress(bytes, start, length, json);
  if (NAMES.includes(type)) return writeName(bytes, start, json);
  const text = dataText(bytes, type, start, length);
  if (text === undefined) return false;
  json.string(text);
  return true;
}

export function isAddressRecord(type: number, isNetbios: boolean): boolean {
  return type === A || type === AAAA || (isNetbios && type === NETBIOS);
}
