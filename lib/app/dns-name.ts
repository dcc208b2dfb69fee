// app: names inside DNS messages, with compression (RFC 1035 §3.1, §4.1.4).

import { uint8, uint16 } from './integers.ts';
import { type JsonWriter, writeCharacter } from './json-writer.ts';

const MAX_NAME_BYTES = 255;
const MAX_LABEL = 63;
const POINTER = 0xc0;
/** Pointers must lead backwards, so a chain ends anyway; this is where we stop following one. */
const MAX_POINTERS = 16;

export interface DnsName {
  readonly text: string;
  /** Where the bytes behind the name begin. */
  readonly next: number;
}

const LOWER_CASE = 0x20;

/** Letters lower-cased; dots and bytes that are not printable inside a label as `\DDD` (RFC 1035 §5.1). */
function labelText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += 1) {
    const byte = uint8(bytes, at);
    const isPlain = byte > 0x20 && byte < 0x7f && byte !== 0x2e && byte !== 0x5c;
    const isUpper = byte >= 0x41 && byte <= 0x5a;
    text += isPlain ? String.fromCharCode(isUpper ? byte | LOWER_CASE : byte) : `\\${String(byte).padStart(3, '0')}`;
  }
  return text;
}

/** The name at `start`; undefined where it is cut, too long, or points forwards. The root is `.`. */
export function readDnsName(bytes: Uint8Array, start: number): DnsName | undefined {
  let text = '';
  let next = -1;
  let total = 0;
  let pointers = 0;
  for (let at = start; total <= MAX_NAME_BYTES; ) {
    const length = uint8(bytes, at);
    if (length < 0) return undefined;
    if (length >= POINTER) {
      const target = uint16(bytes, at) & 0x3fff;
      pointers += 1;
      if (at + 2 > bytes.length || target >= at || pointers > MAX_POINTERS) return undefined;
      if (next < 0) next = at + 2;
      at = target;
      continue;
    }
    if (length === 0) return { text: text === '' ? '.' : text, next: next < 0 ? at + 1 : next };
    if (length > MAX_LABEL || at + 1 + length > bytes.length) return undefined;
    const label = labelText(bytes, at + 1, at + 1 + length);
    text = text === '' ? label : `${text}.${label}`;
    at += length + 1;
    total += length + 1;
  }
  return undefined;
}

/** Where the bytes behind the name at `start` begin; -1 where `readDnsName` gives none. */
export function dnsNameEnd(bytes: Uint8Array, start: number): number {
  let end = -1;
  let total = 0;
  let pointers = 0;
  for (let at = start; total <= MAX_NAME_BYTES; ) {
    const length = uint8(bytes, at);
    if (length < 0) return -1;
    if (length === 0) return end < 0 ? at + 1 : end;
    if (length >= POINTER) {
      const target = uint16(bytes, at) & 0x3fff;
      pointers += 1;
      if (at + 2 > bytes.length || target >= at || pointers > MAX_POINTERS) return -1;
      if (end < 0) end = at + 2;
      at = target;
      continue;
    }
    if (length > MAX_LABEL || at + 1 + length > bytes.length) return -1;
    at += length + 1;
    total += length + 1;
  }
  return -1;
}

const DOT = 0x2e;
const QUOTE = 0x22;

/** Writes the name at `start`, which has an end, as `readDnsName` gives it, a JSON string; returns its characters. */
export function writeDnsName(bytes: Uint8Array, start: number, json: JsonWriter): number {
  if (json.isFull) return 0;
  const out = json.bytes;
  let to = json.length;
  out[to++] = QUOTE;
  let characters = 0;
  for (let at = start; ; ) {
    const length = uint8(bytes, at);
    if (length <= 0) break;
    if (length >= POINTER) {
      at = uint16(bytes, at) & 0x3fff;
      continue;
    }
    if (characters > 0) {
      out[to++] = DOT;
      characters++;
    }
    const end = at + 1 + length;
    for (at++; at < end; at++) {
      const byte = uint8(bytes, at);
      if (byte > BACKSLASH && byte < 0x7f) out[to++] = byte;
      else if (byte > 0x20 && byte < BACKSLASH && byte !== DOT) to = writePlain(out, to, byte);
      else {
        to = writeEscaped(out, to, byte);
        characters += ESCAPED_CHARACTERS - 1;
      }
    }
    characters += length;
  }
  if (characters === 0) out[to++] = DOT;
  out[to++] = QUOTE;
  json.length = to;
  return Math.max(characters, 1);
}

const BACKSLASH = 0x5c;
const ESCAPED_CHARACTERS = 4;

/** A character before the backslash; letters among them are in upper case. */
function writePlain(out: Uint8Array, to: number, byte: number): number {
  if (byte >= 0x41 && byte <= 0x5a) {
    out[to] = byte | LOWER_CASE;
    return to + 1;
  }
  return writeCharacter(out, to, byte);
}

/** `\DDD` */
function writeEscaped(out: Uint8Array, to: number, byte: number): number {
  const digits = writeCharacter(out, to, BACKSLASH);
  out[digits] = ZERO + Math.floor(byte / 100);
  out[digits + 1] = ZERO + (Math.floor(byte / 10) % 10);
  out[digits + 2] = ZERO + (byte % 10);
  return digits + 3;
}

const ZERO = 0x30;
const NETBIOS_LABEL = 32;

/** `NAME<20>` of a NetBIOS name in its half-ASCII form (RFC 1001 §14.1); undefined for any other name. */
export function decodeNetbiosName(text: string): string | undefined {
  const dot = text.indexOf('.');
  const label = dot < 0 ? text : text.slice(0, dot);
  if (label.length !== NETBIOS_LABEL) return undefined;
  const codes: number[] = [];
  for (let at = 0; at < NETBIOS_LABEL; at += 2) {
    const high = label.charCodeAt(at) - 0x61;
    const low = label.charCodeAt(at + 1) - 0x61;
    if (high < 0 || high > 15 || low < 0 || low > 15) return undefined;
    codes.push(high * 16 + low);
  }
  const suffix = (codes.pop() ?? 0).toString(16).padStart(2, '0');
  const name = codes.map((code) => (code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '\ufffd')).join('');
  return `${name.replaceAll('\ufffd', '').trimEnd() || '*'}<${suffix}>`;
}
