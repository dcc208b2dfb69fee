// app: bytes of a conversation as text that can be shown: bounded, and what is not printable as U+FFFD.

import { MAX_NAME, MAX_TEXT } from './limits.ts';

const PLAIN = /^[\x20-\x7e]*$/;
/** Control and format characters (direction overrides among them), lone surrogates, line separators. */
const NOT_PRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function printable(text: string): string {
  return PLAIN.test(text) ? text : text.replace(NOT_PRINTABLE, '\ufffd');
}

function view(bytes: Uint8Array, max: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, max));
}

/** UTF-8, at most `max` bytes of it; undefined where nothing is left. */
export function clearText(bytes: Uint8Array, max = MAX_TEXT): string | undefined {
  const text = printable(view(bytes, max).toString('utf8'));
  return text === '' ? undefined : text;
}

/** A name: UTF-8 up to its first NUL, without blanks around it. */
export function clearName(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(0);
  return nonEmpty(clearText(end < 0 ? bytes : bytes.subarray(0, end), MAX_NAME)?.trim());
}

/** UTF-16, little-endian, up to its first NUL. */
export function clearUtf16(bytes: Uint8Array, max = MAX_TEXT): string | undefined {
  const text = view(bytes, 2 * max).toString('utf16le');
  const end = text.indexOf('\0');
  return nonEmpty(printable(end < 0 ? text : text.slice(0, end)));
}

/** A piece of text that was read as Latin-1 or comes from elsewhere. */
export function clearString(text: string, max = MAX_TEXT): string | undefined {
  return nonEmpty(printable(text.slice(0, max)));
}

export function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** Whether the bytes begin with these ASCII characters. */
export function startsWith(bytes: Uint8Array, text: string, at = 0): boolean {
  if (bytes.length < at + text.length) return false;
  for (let i = 0; i < text.length; i += 1) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Lower-case hexadecimal digits of some bytes. */
export function hexText(bytes: Uint8Array): string {
  return view(bytes, MAX_NAME).toString('hex');
}
