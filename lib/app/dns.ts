// app: one DNS message: its question, its answer's code and the addresses in it (RFC 1035 §4).

import { createByteReader } from './byte-reader.ts';

export interface DnsMessage {
  readonly id: number;
  readonly response: boolean;
  readonly opCode: string;
  readonly responseCode: string;
  /** `AA`, `TC`, `RD`, `RA`, in this order. */
  readonly headerFlags: readonly string[];
  readonly question: { readonly name: string; readonly type: string };
  /** Answers as the header counts them; they may lie beyond the kept bytes. */
  readonly answers: number;
}

const MAX_NAME = 255;
const MAX_LABEL = 63;
const HEADER_BYTES = 12;

const OP_CODES = ['QUERY', 'IQUERY', 'STATUS', undefined, 'NOTIFY', 'UPDATE'] as const;
const RESPONSE_CODES = [
  ...['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'],
  ...['YXDOMAIN', 'YXRRSET', 'NXRRSET', 'NOTAUTH', 'NOTZONE'],
] as const;
const TYPES: ReadonlyMap<number, string> = new Map([
  [1, 'A'],
  [2, 'NS'],
  [5, 'CNAME'],
  [6, 'SOA'],
  [10, 'NULL'],
  [12, 'PTR'],
  [15, 'MX'],
  [16, 'TXT'],
  [28, 'AAAA'],
  [33, 'SRV'],
  [35, 'NAPTR'],
  [43, 'DS'],
  [46, 'RRSIG'],
  [48, 'DNSKEY'],
  [64, 'SVCB'],
  [65, 'HTTPS'],
  [251, 'IXFR'],
  [252, 'AXFR'],
  [255, 'ANY'],
]);
const FLAGS = [
  [0x0400, 'AA'],
  [0x0200, 'TC'],
  [0x0100, 'RD'],
  [0x0080, 'RA'],
] as const;

/** Letters lower-cased; dots and bytes that are not printable inside a label as `\DDD` (RFC 1035 §5.1). */
function labelText(label: Uint8Array): string {
  let text = '';
  for (const byte of label) {
    const plain = byte > 0x20 && byte < 0x7f && byte !== 0x2e && byte !== 0x5c;
    text += plain ? String.fromCharCode(byte).toLowerCase() : `\\${String(byte).padStart(3, '0')}`;
  }
  return text;
}

/** A question's name; compression has nothing to point back to there. */
function readName(reader: ReturnType<typeof createByteReader>): string | undefined {
  const labels: string[] = [];
  for (let total = 0; total <= MAX_NAME; ) {
    const length = reader.number(1);
    if (length === undefined || length > MAX_LABEL) return undefined;
    if (length === 0) return labels.length === 0 ? '.' : labels.join('.');
    const label = reader.take(length);
    if (label === undefined) return undefined;
    labels.push(labelText(label));
    total += length + 1;
  }
  return undefined;
}

/** @param bytes one message; over TCP without its two length bytes. */
export function decodeDnsMessage(bytes: Uint8Array): DnsMessage | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const reader = createByteReader(bytes);
  const id = reader.number(2) ?? 0;
  const flags = reader.number(2) ?? 0;
  const questions = reader.number(2);
  const answers = reader.number(2) ?? 0;
  reader.take(4);
  const opCode = OP_CODES[(flags >> 11) & 0xf];
  if (questions !== 1 || opCode === undefined) return undefined;
  const name = readName(reader);
  const type = reader.number(2);
  const questionClass = reader.number(2);
  if (name === undefined || type === undefined || questionClass === undefined) return undefined;
  return {
    id,
    response: (flags & 0x8000) !== 0,
    opCode,
    responseCode: RESPONSE_CODES[flags & 0xf] ?? `RCODE${flags & 0xf}`,
    headerFlags: FLAGS.filter(([mask]) => (flags & mask) !== 0).map(([, flag]) => flag),
    question: { name, type: TYPES.get(type) ?? `TYPE${type}` },
    answers,
  };
}
