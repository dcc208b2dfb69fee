// model: features of a DNS question and its answer (RFC 1035 §4): how long and how random the name is, what became of it.

import { ADDRESS_LOOKUP, chosenLabel, consonantRun, DYNAMIC_ZONE, nameEntropy, RARE_ZONE } from './name-words.ts';
import { flag, type PayloadFeatures, type PayloadSide, type PayloadView, writer } from './payload-view.ts';

const TCP = 6;
const UDP = 17;
const DNS = 53;
const LENGTH_BYTES = 2;
const PORTS = new Set([53, 5353, 5355, 137]);
const HEADER = 12;
const TYPE_NULL = 10;
const TYPE_TXT = 16;
const TYPE_ANY = 255;
const TYPE_TRANSFER = 252;
const NXDOMAIN = 3;
const names = [
  ...[
    'dnsQuestion',
    'dnsAnsweredFirst',
    'dnsNameLength',
    'dnsLabels',
    'dnsLongestLabel',
    'dnsNameEntropy',
    'dnsDigits',
  ],
  ...[
    'dnsConsonantRun',
    'dnsText',
    'dnsAny',
    'dnsNull',
    'dnsTransfer',
    'dnsUnknownName',
    'dnsAnswers',
    'dnsDynamicZone',
  ],
  ...['dnsRareZone', 'dnsAddressLookup'],
];

interface Question {
  name: string;
  type: number;
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

function write({ source, destination, protocol, destinationPort }: PayloadView, out: Float32Array, at: number): void {
  const put = writer(out, at);
  const asked = messageOf(source, protocol);
  const isDns =
    (protocol === UDP ? PORTS.has(destinationPort) : protocol === TCP && destinationPort === DNS) &&
    asked.length > HEADER;
  // An answer that nobody asked for comes from port 53, which is no feature, to any port: its form tells.
  const isAnswer =
    protocol === UDP &&
    asked.length > HEADER &&
    ((asked[2] ?? 0) & 0xf8) === 0x80 &&
    asked[4] === 0 &&
    asked[5] === 1 &&
    (asked[6] ?? 0) === 0;
  if (!isDns && !isAnswer) {
    for (let k = 0; k < names.length; k += 1) put(0);
    return;
  }
  const { name, type } = readQuestion(asked);
  const label = chosenLabel(name);
  const answer = messageOf(destination, protocol);
  put(1);
  put(flag(((asked[2] ?? 0) & 0x80) !== 0));
  put(name.length);
  put(name.split('.').length);
  put(label.length);
  put(nameEntropy(label));
  put(label.length === 0 ? 0 : (label.match(/\d/g)?.length ?? 0) / label.length);
  put(consonantRun(label));
  put(flag(type === TYPE_TXT));
  put(flag(type === TYPE_ANY));
  put(flag(type === TYPE_NULL));
  put(flag(type === TYPE_TRANSFER));
  put(flag(answer.length > HEADER && ((answer[3] ?? 0) & 0x0f) === NXDOMAIN));
  put(answer.length > HEADER ? ((answer[6] ?? 0) << 8) | (answer[7] ?? 0) : 0);
  put(flag(DYNAMIC_ZONE.test(name)));
  put(flag(RARE_ZONE.test(name)));
  put(flag(ADDRESS_LOOKUP.test(name)));
}

/** All 0 where there is no DNS question over UDP. */
export const DNS_QUESTION: PayloadFeatures = { names, write };
