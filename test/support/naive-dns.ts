// support: the slow, obvious twin of lib/app/dns.ts: the same facts made as objects, in the words of the RFCs.

import { clearText, hexText } from '../../lib/app/clear-text.ts';
import type { Conversation, SideHead } from '../../lib/app/conversation.ts';
import { firstPiece } from '../../lib/app/conversation.ts';
import type { DnsFacts } from '../../lib/app/dns.ts';
import { dnsClass, dnsFlags, dnsOpCode, dnsResponseCode, dnsType } from '../../lib/app/dns-codes.ts';
import { type DnsAnswer, type DnsExtension, type DnsQuestion, looksLikeDns } from '../../lib/app/dns-message.ts';
import { decodeNetbiosName, readDnsName } from '../../lib/app/dns-name.ts';
import { addDistinct, presentFacts } from '../../lib/app/facts.ts';
import { uint8, uint16, uint32 } from '../../lib/app/integers.ts';
import { MAX_LIST, MAX_MESSAGES, MAX_NAME } from '../../lib/app/limits.ts';
import { formatAddress } from '../../lib/document/address-text.ts';

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

function addressText(bytes: Uint8Array, start: number, length: number): string | undefined {
  if (length === 4)
    return formatAddress(4, Uint8Array.from([...new Array(12).fill(0), ...bytes.subarray(start, start + 4)]), 0);
  return length === 16 ? formatAddress(6, bytes, start) : undefined;
}

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
  const numbers = Array.from({ length: count }, (_, i) => uint16(bytes, start + 2 * i));
  return [...numbers, name].join(' ');
}

function startOfAuthority(bytes: Uint8Array, start: number): string | undefined {
  const primary = readDnsName(bytes, start);
  const mailbox = primary && readDnsName(bytes, primary.next);
  return mailbox && `${primary.text} ${mailbox.text} ${uint32(bytes, mailbox.next)}`;
}

/** The data of a record of `type` in the message's bytes `[start, start + length)`, all of which are there. */
function dnsRecordData(
  bytes: Uint8Array,
  type: number,
  start: number,
  length: number,
  isNetbios: boolean,
): string | undefined {
  if (isNetbios && type === NETBIOS) return length >= 6 ? addressText(bytes, start + 2, 4) : undefined;
  if (type === A || type === AAAA) return addressText(bytes, start, length);
  if (NAMES.includes(type)) return readDnsName(bytes, start)?.text;
  if (type === MX) return numbersAndName(bytes, start, 1);
  if (type === SRV) return numbersAndName(bytes, start, 3);
  if (SERVICE_BINDINGS.includes(type)) return numbersAndName(bytes, start, 1);
  if (type === SOA) return startOfAuthority(bytes, start);
  if (type === TXT || type === SPF) return strings(bytes, start, start + length);
  return length === 0 ? undefined : hexText(bytes.subarray(start, start + Math.min(length, MAX_NAME)));
}

function isAddressRecord(type: number, isNetbios: boolean): boolean {
  return type === A || type === AAAA || (isNetbios && type === NETBIOS);
}
interface ParsedDnsMessage {
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
function parseDnsMessage(bytes: Uint8Array, isNetbios = false): ParsedDnsMessage | undefined {
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

type DnsProtocol = 'dns' | 'mdns' | 'llmnr' | 'netbios-ns';

const PORTS: ReadonlyMap<number, DnsProtocol> = new Map([
  [53, 'dns'],
  [137, 'netbios-ns'],
  [5353, 'mdns'],
  [5355, 'llmnr'],
]);

/** Over TCP each message follows its length (RFC 1035 §4.2.2). */
function streamMessages(bytes: Uint8Array): readonly Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 0; at + 2 < bytes.length && messages.length < MAX_MESSAGES; ) {
    const end = at + 2 + uint16(bytes, at);
    messages.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return messages;
}

function sideMessages(side: SideHead, transport: Conversation['transport'], isNetbios: boolean): ParsedDnsMessage[] {
  const pieces = transport === 'tcp' ? streamMessages(firstPiece(side)) : side.pieces.slice(0, MAX_MESSAGES);
  const messages: ParsedDnsMessage[] = [];
  for (const piece of pieces) {
    const message = parseDnsMessage(piece, isNetbios);
    // A header alone is kept where the rest was cut, but not where what follows cannot be DNS.
    if (message !== undefined && (message.isWhole || message.questions.length > 0 || message.answers.length > 0)) {
      messages.push(message);
    }
  }
  return messages;
}

function looksLikeSide(side: SideHead, transport: Conversation['transport']): boolean {
  const bytes = firstPiece(side);
  return looksLikeDns(transport === 'tcp' ? bytes.subarray(2, 2 + Math.max(0, uint16(bytes, 0))) : bytes);
}

function protocolOf(conversation: Conversation): DnsProtocol | undefined {
  const { client, server, transport } = conversation;
  const byPort = PORTS.get(server.port) ?? PORTS.get(client.port);
  if (byPort !== undefined) return byPort;
  return looksLikeSide(client, transport) || looksLikeSide(server, transport) ? 'dns' : undefined;
}

/** The first exchange in `dns.*`, the rest as counts and names. */
export function dissectDnsNaively(conversation: Conversation): DnsFacts | undefined {
  const protocol = protocolOf(conversation);
  if (protocol === undefined) return undefined;
  const { client, server, transport } = conversation;
  const isNetbios = protocol === 'netbios-ns';
  const messages = [...sideMessages(client, transport, isNetbios), ...sideMessages(server, transport, isNetbios)];
  const queries = messages.filter(({ isResponse }) => !isResponse);
  const responses = messages.filter(({ isResponse }) => isResponse);
  const query = queries[0];
  const response = responses.find(({ id }) => query === undefined || id === query.id) ?? responses[0];
  const shown = response ?? query;
  if (shown === undefined) return undefined;
  const question = query?.questions[0] ?? response?.questions[0];
  const names: string[] = [];
  let longest = 0;
  for (const { name } of messages.flatMap(({ questions }) => questions)) {
    if (name !== question?.name) addDistinct(names, name);
    longest = Math.max(longest, name.length);
  }
  return presentFacts<DnsFacts>({
    network: { protocol },
    dns: {
      id: String((query ?? shown).id),
      type: response === undefined ? 'query' : 'answer',
      op_code: shown.opCode,
      response_code: response?.responseCode,
      header_flags: shown.flags,
      question,
      answers: response?.answers,
      answers_count: response?.answerCount,
      resolved_ip: response === undefined ? undefined : [...new Set(response.addresses)],
    },
    smartids: {
      dns: {
        queries: queries.length,
        responses: responses.length,
        other_names: names,
        longest_name: longest === 0 ? undefined : longest,
        edns: query?.extension ?? response?.extension,
      },
    },
  });
}
