// model: datagrams that are abused: answers reflected onto somebody, questions that make them, a worm's only packet.

import { isLdap } from './binary-protocols.ts';
import { isDnsAnswer } from './dns-question.ts';
import { flag, payloadFeatures } from './payload-features.ts';
import type { PayloadSide, PayloadView } from './payload-view.ts';

const UDP = 17;
const SQL_RESOLUTION = 1434;
const SIP_SCANNER = /friendly-scanner|sipvicious|sipcli|sundayddr|pplsip/;
const DISCOVERY_ANSWER = /^http\/1\.1 200 ok\r\n(?:.{0,150}\n)?(?:st|usn|location|cache-control|ext):/s;

/** Of DNS, with at least one answer and fewer than any message has room for. */
function isReflectedDns(bytes: Uint8Array): boolean {
  const answers = ((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0);
  return isDnsAnswer(bytes) && answers > 0 && answers < 512;
}

/** Of NTP to monlist: mode 7 with its response bit, request 42. */
function isReflectedMonlist(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & 0x87) === 0x87 && bytes[3] === 0x2a;
}

/** Of NTP to a control message that reads status or variables (RFC 9327 §2): without error, and with some data. */
function isReflectedControl(bytes: Uint8Array): boolean {
  const operation = (bytes[1] ?? 0) & 0xdf; // beside the bit that more of the answer follows
  const dataBytes = ((bytes[10] ?? 0) << 8) | (bytes[11] ?? 0);
  return ((bytes[0] ?? 0) & 0xc7) === 6 && (operation === 0x81 || operation === 0x82) && dataBytes > 0;
}

/** A value of memcached behind the eight bytes of its UDP frame. */
function isReflectedMemcached({ first, firstText }: PayloadSide): boolean {
  return first.length > 14 && first[4] === 0 && firstText === '' && ascii(first, 8, 14).toUpperCase() === 'VALUE ';
}

/** An entry of a directory found (RFC 4511 §4.5.2). */
function isReflectedLdap(bytes: Uint8Array): boolean {
  return isLdap(bytes) && bytes.includes(0x64);
}

/** Large answers that come without a question: DNS, NTP, SSDP, memcached, CLDAP. */
function isReflected({ source, destination, protocol }: PayloadView): boolean {
  const { first, firstText } = source;
  if (protocol !== UDP || first.length === 0 || destination.first.length > 0) return false;
  return (
    isReflectedDns(first) ||
    isReflectedMonlist(first) ||
    isReflectedControl(first) ||
    isReflectedMemcached(source) ||
    isReflectedLdap(first) ||
    DISCOVERY_ANSWER.test(firstText)
  );
}

/** Small questions with large answers: NTP's monlist, memcached's values, all devices of SSDP. */
function isAmplifying({ source, protocol }: PayloadView): boolean {
  if (protocol !== UDP) return false;
  const { first, firstText } = source;
  const isMonlist = first[0] === 0x17 && first[3] === 0x2a;
  const isMemcached = first.length > 12 && /^(?:stats|gets? )/.test(ascii(first, 8, 13));
  return isMonlist || isMemcached || firstText.includes('ssdp:all');
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

function read(view: PayloadView): PayloadView | undefined {
  return view.source.first.length === 0 ? undefined : view;
}

/** All 0 where the source says nothing. */
export const ABUSED_DATAGRAMS = payloadFeatures<PayloadView>(read, {
  /** SIP goes over TCP as well. */
  sipScanner: ({ source }) => flag(SIP_SCANNER.test(source.text)),
  reflectedAnswer: (view) => flag(isReflected(view)),
  amplifyingRequest: (view) => flag(isAmplifying(view)),
  /** CVE-2002-0649, the door of SQL Slammer: a name behind the byte 4 that does not end. */
  sqlResolutionOverflow: ({ source, protocol, destinationPort }) =>
    flag(protocol === UDP && destinationPort === SQL_RESOLUTION && source.first[0] === 4 && source.first.length > 60),
});
