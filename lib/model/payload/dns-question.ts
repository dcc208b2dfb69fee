// model: features of a DNS question and its answer (RFC 1035 §4): how long and how random the name is, what became of it.

import { ADDRESS_LOOKUP, chosenLabel, DYNAMIC_ZONE, RARE_ZONE } from './name-words.ts';
import { flag, payloadFeatures } from './payload-features.ts';
import type { PayloadSide, PayloadView } from './payload-view.ts';
import { consonantRun, digitShare, textEntropy } from './text-measures.ts';

const TCP = 6;
const UDP = 17;
const DNS = 53;
const LENGTH_BYTES = 2;
/** DNS, mDNS (RFC 6762), LLMNR (RFC 4795), NetBIOS names (RFC 1002 §4.2). */
const PORTS = new Set([53, 5353, 5355, 137]);
const HEADER = 12;
const TYPE_NULL = 10;
const TYPE_TXT = 16;
const TYPE_ANY = 255;
const TYPE_TRANSFER = 252;
const NXDOMAIN = 3;
const RESPONSE_CODE = 0x0f;
const RESPONSE = 0x80;
/** The response bit, and the four bits of the operation, 0 for an ordinary query. */
const RESPONSE_AND_OPERATION = 0xf8;
const NONE: Uint8Array = new Uint8Array(0);

interface Question {
  readonly name: string;
  readonly type: number;
}

interface Dns extends Question {
  readonly asked: Uint8Array;
  /** Empty where none came, or none of a header's length. */
  readonly answer: Uint8Array;
  /** The part of the name that was chosen. */
  readonly label: string;
}

function readQuestion(bytes: Uint8Array): Question {
  let name = '';
  let at = HEADER;
  for (;;) {
    const length = bytes[at] ?? 0;
    if (length === 0 || length > 63 || at + 1 + length > bytes.length) break;
    for (let k = 1; k <= length; k += 1) name += String.fromCharCode(bytes[at + k] ?? 0);
    name += '.';
    at += 1 + length;
  }
  return { name: name.slice(0, -1).toLowerCase(), type: ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0) };
}

/** Over TCP a message has two bytes of length before it (RFC 1035 §4.2.2), often in a packet of their own. */
function messageOf({ packets, first }: PayloadSide, protocol: number): Uint8Array {
  if (protocol !== TCP) return first;
  return first.length === LENGTH_BYTES ? (packets[1] ?? first) : first.subarray(LENGTH_BYTES);
}

/** An answer to one question, at any port: one that nobody asked for comes from port 53, which is no feature. */
export function isDnsAnswer(bytes: Uint8Array): boolean {
  return (
    bytes.length > HEADER && ((bytes[2] ?? 0) & RESPONSE_AND_OPERATION) === RESPONSE && bytes[4] === 0 && bytes[5] === 1
  );
}

function read({ source, destination, protocol, destinationPort }: PayloadView): Dns | undefined {
  const asked = messageOf(source, protocol);
  if (asked.length <= HEADER) return undefined;
  const isDns = protocol === UDP ? PORTS.has(destinationPort) : protocol === TCP && destinationPort === DNS;
  const isAnswer = protocol === UDP && isDnsAnswer(asked) && (asked[6] ?? 0) === 0;
  if (!isDns && !isAnswer) return undefined;
  const question = readQuestion(asked);
  const answer = messageOf(destination, protocol);
  return { ...question, asked, answer: answer.length > HEADER ? answer : NONE, label: chosenLabel(question.name) };
}

/** All 0 where there is no DNS question. */
export const DNS_QUESTION = payloadFeatures<Dns>(read, {
  dnsQuestion: () => 1,
  dnsAnsweredFirst: ({ asked }) => flag(((asked[2] ?? 0) & RESPONSE) !== 0),
  dnsNameLength: ({ name }) => name.length,
  dnsLabels: ({ name }) => name.split('.').length,
  dnsLongestLabel: ({ label }) => label.length,
  dnsNameEntropy: ({ label }) => textEntropy(label),
  dnsDigits: ({ label }) => digitShare(label),
  dnsConsonantRun: ({ label }) => consonantRun(label),
  dnsText: ({ type }) => flag(type === TYPE_TXT),
  dnsAny: ({ type }) => flag(type === TYPE_ANY),
  dnsNull: ({ type }) => flag(type === TYPE_NULL),
  dnsTransfer: ({ type }) => flag(type === TYPE_TRANSFER),
  dnsUnknownName: ({ answer }) => flag(((answer[3] ?? 0) & RESPONSE_CODE) === NXDOMAIN),
  dnsAnswers: ({ answer }) => ((answer[6] ?? 0) << 8) | (answer[7] ?? 0),
  dnsDynamicZone: ({ name }) => flag(DYNAMIC_ZONE.test(name)),
  dnsRareZone: ({ name }) => flag(RARE_ZONE.test(name)),
  dnsAddressLookup: ({ name }) => flag(ADDRESS_LOOKUP.test(name)),
});
