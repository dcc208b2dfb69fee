// app: elements of BER and DER (X.690 §8.1) in bytes that may end anywhere; bounded, without recursion.

import { clearText } from './clear-text.ts';
import { uint8 } from './integers.ts';

export interface Asn1Element {
  /** The identifier byte: class, constructed bit and number. */
  readonly tag: number;
  /** Where its content begins and ends; the end is the bytes' own where it is cut. */
  readonly start: number;
  readonly end: number;
  readonly isWhole: boolean;
}

const LONG_FORM = 0x80;
const HIGH_TAG = 0x1f;
const MAX_LENGTH_BYTES = 4;

/** The element at `at`, up to `end`; undefined where its header is cut, of indefinite length, or has a tag above 30. */
export function readAsn1(bytes: Uint8Array, at: number, end = bytes.length): Asn1Element | undefined {
  const tag = uint8(bytes, at);
  const first = uint8(bytes, at + 1);
  if (at + 2 > end || tag < 0 || first < 0 || (tag & HIGH_TAG) === HIGH_TAG) return undefined;
  let length = first;
  let start = at + 2;
  if (first >= LONG_FORM) {
    const count = first & 0x7f;
    if (count === 0 || count > MAX_LENGTH_BYTES || start + count > end) return undefined;
    length = 0;
    for (let i = 0; i < count; i += 1) length = length * 256 + uint8(bytes, start + i);
    start += count;
  }
  const isWhole = start + length <= end;
  return { tag, start, end: isWhole ? start + length : end, isWhole };
}

/** The elements inside `[start, end)`, at most `max`. */
export function readAsn1List(bytes: Uint8Array, start: number, end: number, max = 64): readonly Asn1Element[] {
  const elements: Asn1Element[] = [];
  for (let at = start; at < end && elements.length < max; ) {
    const element = readAsn1(bytes, at, end);
    if (element === undefined) break;
    elements.push(element);
    at = element.end;
  }
  return elements;
}

/** The elements inside one. */
export function asn1Children(bytes: Uint8Array, element: Asn1Element | undefined, max = 64): readonly Asn1Element[] {
  return element === undefined ? [] : readAsn1List(bytes, element.start, element.end, max);
}

/** The first element inside one: what an explicit tag wraps. */
export function asn1Inner(bytes: Uint8Array, element: Asn1Element | undefined): Asn1Element | undefined {
  return element === undefined ? undefined : readAsn1(bytes, element.start, element.end);
}

/** A whole INTEGER or ENUMERATED of up to six bytes; two's complement. */
export function asn1Integer(bytes: Uint8Array, element: Asn1Element | undefined): number | undefined {
  if (element === undefined || !element.isWhole) return undefined;
  const length = element.end - element.start;
  if (length < 1 || length > 6) return undefined;
  let value = uint8(bytes, element.start) >= 0x80 ? -1 : 0;
  for (let at = element.start; at < element.end; at += 1) value = value * 256 + uint8(bytes, at);
  return value;
}

/** A whole string as text. */
export function asn1Text(bytes: Uint8Array, element: Asn1Element | undefined): string | undefined {
  return element?.isWhole === true ? clearText(bytes.subarray(element.start, element.end)) : undefined;
}

const MAX_ARCS = 32;

/** A whole OBJECT IDENTIFIER as dotted numbers. */
export function asn1ObjectId(bytes: Uint8Array, element: Asn1Element | undefined): string | undefined {
  if (element === undefined || !element.isWhole || element.end === element.start) return undefined;
  const arcs: number[] = [];
  let value = 0;
  for (let at = element.start; at < element.end; at += 1) {
    const byte = uint8(bytes, at);
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER || arcs.length === MAX_ARCS) return undefined;
    if (byte >= 0x80) continue;
    if (arcs.length === 0)
      arcs.push(Math.min(2, Math.floor(value / 40)), value - 40 * Math.min(2, Math.floor(value / 40)));
    else arcs.push(value);
    value = 0;
  }
  return arcs.join('.');
}
