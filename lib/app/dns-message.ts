// app: one DNS message: header, questions, answers, and what its OPT record says (RFC 1035 §4, RFC 6891).

import { dnsClass, dnsFlags, dnsOpCode, dnsResponseCode, dnsType, isKnownDnsType } from './dns-codes.ts';
import { decodeNetbiosName, readDnsName } from './dns-name.ts';
import { dnsRecordData, isAddressRecord } from './dns-record.ts';
import { uint16, uint32 } from './integers.ts';
import { MAX_LIST } from './limits.ts';

export interface DnsQuestion {
  readonly name: string;
  readonly type: string;
  readonly class: string;
}

export interface DnsAnswer extends DnsQuestion {
  readonly ttl: number;
  readonly data?: string | undefined;
}

export interface DnsExtension {
  readonly version: number;
  readonly udp_payload_size: number;
  readonly dnssec_ok: boolean;
}

export interface ParsedDnsMessage {
  readonly id: number;
  readonly isResponse: boolean;
  readonly opCode: string;
  readonly responseCode: string;
  readonly flags: readonly string[];
  readonly questions: readonly DnsQuestion[];
  readonly answers: readonly DnsAnswer[];
  readonly addresses: readonly string[];
  /** As the header counts them; they may lie beyond the bytes. */
  readonly answerCount: number;
  readonly extension: DnsExtension | undefined;
  /** False where it is cut, or does not follow the format to its end. */
  readonly isWhole: boolean;
}

const HEADER_BYTES = 12;
const OPT = 41;
/** Above the two bits that mDNS keeps for itself (RFC 6762 §5.4, §10.2). */
const CLASS_MASK = 0x7fff;

interface Section {
  questions: DnsQuestion[];
  answers: DnsAnswer[];
  addresses: string[];
  extension: DnsExtension | undefined;
}

function nameText(text: string, isNetbios: boolean): string {
  return (isNetbios ? decodeNetbiosName(text) : undefined) ?? text;
}

/** Where the record behind this one begins; undefined where it is cut. */
function readRecord(
  bytes: Uint8Array,
  at: number,
  isAnswer: boolean,
  isNetbios: boolean,
  into: Section,
): number | undefined {
  const name = readDnsName(bytes, at);
  if (name === undefined) return undefined;
  const type = uint16(bytes, name.next);
  const length = uint16(bytes, name.next + 8);
  const start = name.next + 10;
  if (length < 0 || start + length > bytes.length) return undefined;
  const ttl = uint32(bytes, name.next + 4);
  if (type === OPT) {
    const size = uint16(bytes, name.next + 2);
    into.extension = { version: (ttl >>> 16) & 0xff, udp_payload_size: size, dnssec_ok: (ttl & 0x8000) !== 0 };
  } else if (isAnswer && into.answers.length < MAX_LIST) {
    const data = dnsRecordData(bytes, type, start, length, isNetbios);
    const recordClass = dnsClass(uint16(bytes, name.next + 2) & CLASS_MASK);
    into.answers.push({
      name: nameText(name.text, isNetbios),
      type: dnsType(type, isNetbios),
      class: recordClass,
      ttl,
      data,
    });
    if (data !== undefined && isAddressRecord(type, isNetbios)) into.addresses.push(data);
  }
  return start + length;
}

/** The same for a question. */
function readQuestion(bytes: Uint8Array, at: number, isNetbios: boolean, into: Section): number | undefined {
  const name = readDnsName(bytes, at);
  const questionClass = name === undefined ? -1 : uint16(bytes, name.next + 2);
  if (name === undefined || questionClass < 0) return undefined;
  if (into.questions.length < MAX_LIST) {
    const type = dnsType(uint16(bytes, name.next), isNetbios);
    into.questions.push({ name: nameText(name.text, isNetbios), type, class: dnsClass(questionClass & CLASS_MASK) });
  }
  return name.next + 4;
}

/** At most this many records are walked; a message of 64 KiB could claim 21 million bytes of names. */
const MAX_RECORDS = 256;

function readSections(bytes: Uint8Array, isNetbios: boolean, into: Section): boolean {
  let at: number | undefined = HEADER_BYTES;
  const questions = uint16(bytes, 4);
  const answers = uint16(bytes, 6);
  const records = answers + uint16(bytes, 8) + uint16(bytes, 10);
  for (let i = 0; i < questions && at !== undefined; i += 1) {
    if (i === MAX_RECORDS) return false;
    at = readQuestion(bytes, at, isNetbios, into);
  }
  for (let i = 0; i < records && at !== undefined; i += 1) {
    if (i === MAX_RECORDS) return false;
    at = readRecord(bytes, at, i < answers, isNetbios, into);
  }
  return at !== undefined;
}

/** @param bytes one message; over TCP without its two length bytes. */
export function parseDnsMessage(bytes: Uint8Array, isNetbios = false): ParsedDnsMessage | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const word = uint16(bytes, 2);
  const opCode = dnsOpCode((word >> 11) & 0xf, isNetbios);
  if (opCode === undefined) return undefined;
  const section: Section = { questions: [], answers: [], addresses: [], extension: undefined };
  const isWhole = readSections(bytes, isNetbios, section);
  const code = word & 0xf;
  return {
    id: uint16(bytes, 0),
    isResponse: (word & 0x8000) !== 0,
    opCode,
    responseCode: dnsResponseCode(code),
    flags: dnsFlags(word, isNetbios),
    ...section,
    answerCount: uint16(bytes, 6),
    isWhole,
  };
}

const IN = 1;

/** Whether bytes on any port are a DNS message: one question of a known type, plausible counts, whole to the end. */
export function looksLikeDns(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_BYTES + 5 || uint16(bytes, 4) !== 1) return false;
  if ((uint8At(bytes, 2) & 0x78) !== 0 || (uint8At(bytes, 3) & 0x40) !== 0) return false;
  if (uint16(bytes, 6) > 64 || uint16(bytes, 8) > 64 || uint16(bytes, 10) > 64) return false;
  const name = readDnsName(bytes, HEADER_BYTES);
  if (name === undefined || name.text === '.') return false;
  return isKnownDnsType(uint16(bytes, name.next)) && (uint16(bytes, name.next + 2) & CLASS_MASK) === IN;
}

function uint8At(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0xff;
}
