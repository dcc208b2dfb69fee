// app: one DNS message: where its questions and answers lie, and what they say (RFC 1035 §4, RFC 6891).

import { dnsClass, dnsOpCode, dnsType, isKnownDnsType } from './dns-codes.ts';
import { decodeNetbiosName, dnsNameEnd, readDnsName, writeDnsName } from './dns-name.ts';
import { isAddressRecord, writeDnsData } from './dns-record.ts';
import { uint16, uint32 } from './integers.ts';
import { JsonLiterals, type JsonWriter, jsonLiteral } from './json-writer.ts';
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

/** A message of which each question and record counted here is there. */
export interface DnsMessage {
  readonly bytes: Uint8Array;
  /** Names and types are those of NetBIOS' name service. */
  readonly isNetbios: boolean;
  readonly id: number;
  /** The header's second word: response, operation, flags, response code. */
  readonly word: number;
  /** So many of its questions are shown, and of its answers. */
  questions: number;
  answers: number;
  /** Where the records begin. */
  recordsAt: number;
  /** Where the OPT record's class stands; -1 without one. */
  extensionAt: number;
  /** False where it is cut, or does not follow the format to its end. */
  isWhole: boolean;
}

const HEADER_BYTES = 12;
/** Of a question and of a record, behind the name. */
const QUESTION_BYTES = 4;
const RECORD_BYTES = 10;
const OPT = 41;
/** Above the two bits that mDNS keeps for itself (RFC 6762 §5.4, §10.2). */
const CLASS_MASK = 0x7fff;
/** At most this many records are walked; a message of 64 KiB could claim 21 million bytes of names. */
const MAX_RECORDS = 256;

/** @param bytes one message; over TCP without its two length bytes. */
export function readDnsMessage(bytes: Uint8Array, isNetbios: boolean): DnsMessage | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const word = uint16(bytes, 2);
  if (dnsOpCode((word >> 11) & 0xf, isNetbios) === undefined) return undefined;
  const message: DnsMessage = {
    bytes,
    isNetbios,
    id: uint16(bytes, 0),
    word,
    questions: 0,
    answers: 0,
    recordsAt: 0,
    extensionAt: -1,
    isWhole: false,
  };
  message.isWhole = readQuestions(message) && readRecords(message);
  return message;
}

/** False where a question is cut. */
function readQuestions(message: DnsMessage): boolean {
  const { bytes } = message;
  const count = uint16(bytes, 4);
  let at = HEADER_BYTES;
  for (let i = 0; i < count; i += 1) {
    const nameEnd = i < MAX_RECORDS ? dnsNameEnd(bytes, at) : -1;
    if (nameEnd < 0 || nameEnd + QUESTION_BYTES > bytes.length) return false;
    if (message.questions < MAX_LIST) message.questions += 1;
    at = nameEnd + QUESTION_BYTES;
  }
  message.recordsAt = at;
  return true;
}

/** False where a record is cut. */
function readRecords(message: DnsMessage): boolean {
  const { bytes } = message;
  const answers = dnsAnswerCount(message);
  const count = answers + uint16(bytes, 8) + uint16(bytes, 10);
  let at = message.recordsAt;
  for (let i = 0; i < count; i += 1) {
    const nameEnd = i < MAX_RECORDS ? dnsNameEnd(bytes, at) : -1;
    if (nameEnd < 0) return false;
    const end = recordEnd(bytes, nameEnd);
    if (end < 0) return false;
    if (uint16(bytes, nameEnd) === OPT) message.extensionAt = nameEnd + 2;
    else if (i < answers && message.answers < MAX_LIST) message.answers += 1;
    at = end;
  }
  return true;
}

/** -1 where the record whose name ends there is cut. */
function recordEnd(bytes: Uint8Array, nameEnd: number): number {
  const length = uint16(bytes, nameEnd + RECORD_BYTES - 2);
  const end = nameEnd + RECORD_BYTES + length;
  return length < 0 || end > bytes.length ? -1 : end;
}

/** In the header's second word. */
export const DNS_RESPONSE = 0x8000;

export function isDnsResponse({ word }: DnsMessage): boolean {
  return (word & DNS_RESPONSE) !== 0;
}

/** As the header counts them; they may lie beyond the bytes. */
export function dnsAnswerCount({ bytes }: DnsMessage): number {
  return uint16(bytes, 6);
}

/** Where the first question begins. */
export const FIRST_QUESTION = HEADER_BYTES;

/** Where the question behind the one at `at` begins. */
export function nextDnsQuestion({ bytes }: DnsMessage, at: number): number {
  return dnsNameEnd(bytes, at) + QUESTION_BYTES;
}

const NAME = jsonLiteral('{"name":');
/** Where its name stands in a question that is written. */
export const QUESTION_NAME_OFFSET = NAME.length;
const TYPES_AND_CLASSES = new JsonLiterals((code) => typeAndClass(code, false));
const NETBIOS_TYPES_AND_CLASSES = new JsonLiterals((code) => typeAndClass(code, true));
const QUESTION_END = jsonLiteral('}');
const TTL = jsonLiteral(',"ttl":');
const DATA = jsonLiteral(',"data":');
const RECORD_END = jsonLiteral('}');
const LIST = jsonLiteral('[');
const NEXT = jsonLiteral(',');
const LIST_END = jsonLiteral(']');

/** @param code a question's or a record's four bytes behind its name. */
function typeAndClass(code: number, isNetbios: boolean): string {
  return `,"type":"${dnsType(code >>> 16, isNetbios)}","class":"${dnsClass(code & CLASS_MASK)}"`;
}

/** Writes the name at `at` as it is shown; returns its characters. */
export function writeShownName({ bytes, isNetbios }: DnsMessage, at: number, json: JsonWriter): number {
  if (!isNetbios) return writeDnsName(bytes, at, json);
  const text = shownDnsName({ bytes, isNetbios }, at);
  json.string(text);
  return text.length;
}

export function shownDnsName({ bytes, isNetbios }: Pick<DnsMessage, 'bytes' | 'isNetbios'>, at: number): string {
  const text = readDnsName(bytes, at)?.text ?? '';
  return (isNetbios ? decodeNetbiosName(text) : undefined) ?? text;
}

/** Writes the first question: `name`, `type`, `class`. */
export function writeDnsQuestion(message: DnsMessage, json: JsonWriter): void {
  json.literal(NAME);
  writeShownName(message, HEADER_BYTES, json);
  writeTypeAndClass(message, dnsNameEnd(message.bytes, HEADER_BYTES), json);
  json.literal(QUESTION_END);
}

function writeTypeAndClass({ bytes, isNetbios }: DnsMessage, nameEnd: number, json: JsonWriter): void {
  json.literal((isNetbios ? NETBIOS_TYPES_AND_CLASSES : TYPES_AND_CLASSES).get(uint32(bytes, nameEnd)));
}

/** Where the texts of the answers' addresses stand in the writer: start and end of each. */
export class AddressPlaces {
  readonly places = new Int32Array(2 * MAX_LIST);
  count = 0;

  add(from: number, to: number): void {
    this.places[2 * this.count] = from;
    this.places[2 * this.count + 1] = to;
    this.count += 1;
  }
}

/** Writes the answers: `name`, `type`, `class`, `ttl`, `data`. */
export function writeDnsAnswers(message: DnsMessage, json: JsonWriter, addresses: AddressPlaces): void {
  const { bytes, isNetbios } = message;
  addresses.count = 0;
  json.literal(LIST);
  let at = message.recordsAt;
  for (let shown = 0; shown < message.answers; ) {
    const nameEnd = dnsNameEnd(bytes, at);
    const type = uint16(bytes, nameEnd);
    if (type !== OPT) {
      if (shown > 0) json.literal(NEXT);
      json.literal(NAME);
      writeShownName(message, at, json);
      writeTypeAndClass(message, nameEnd, json);
      json.literal(TTL);
      json.number(uint32(bytes, nameEnd + 4));
      const before = json.length;
      json.literal(DATA);
      const from = json.length;
      const length = uint16(bytes, nameEnd + RECORD_BYTES - 2);
      if (!writeDnsData(bytes, type, nameEnd + RECORD_BYTES, length, isNetbios, json)) json.length = before;
      else if (isAddressRecord(type, isNetbios)) addresses.add(from, json.length);
      json.literal(RECORD_END);
      shown += 1;
    }
    at = recordEnd(bytes, nameEnd);
  }
  json.literal(LIST_END);
}

const VERSION = jsonLiteral('{"version":');
const PAYLOAD_SIZE = jsonLiteral(',"udp_payload_size":');
const DNSSEC = jsonLiteral(',"dnssec_ok":true}');
const NO_DNSSEC = jsonLiteral(',"dnssec_ok":false}');

/** Writes what the OPT record says. */
export function writeDnsExtension({ bytes, extensionAt }: DnsMessage, json: JsonWriter): void {
  json.literal(VERSION);
  json.number(bytes[extensionAt + 3] ?? 0);
  json.literal(PAYLOAD_SIZE);
  json.number(uint16(bytes, extensionAt));
  json.literal(((bytes[extensionAt + 4] ?? 0) & 0x80) === 0 ? NO_DNSSEC : DNSSEC);
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
