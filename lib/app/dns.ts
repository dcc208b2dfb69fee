// app: what a conversation asked of DNS and what it was told (RFC 1035; mDNS RFC 6762, LLMNR RFC 4795, NBNS RFC 1002). Most flows of a capture are DNS: their facts are written as JSON out of the datagrams, without objects between.

import { type Conversation, firstPiece, type SideHead } from './conversation.ts';
import { dnsFlags, dnsOpCode, dnsResponseCode } from './dns-codes.ts';
import {
  AddressPlaces,
  DNS_RESPONSE,
  type DnsAnswer,
  type DnsExtension,
  type DnsMessage,
  type DnsQuestion,
  dnsAnswerCount,
  FIRST_QUESTION,
  isDnsResponse,
  looksLikeDns,
  nextDnsQuestion,
  QUESTION_NAME_OFFSET,
  readDnsMessage,
  shownDnsName,
  writeDnsAnswers,
  writeDnsExtension,
  writeDnsQuestion,
  writeShownName,
} from './dns-message.ts';
import { addDistinct } from './facts.ts';
import { uint16 } from './integers.ts';
import { JsonLiterals, JsonWriter, jsonLiteral } from './json-writer.ts';
import { MAX_MESSAGES } from './limits.ts';

export interface DnsFacts {
  readonly network: { readonly protocol: DnsProtocol };
  readonly dns: {
    readonly id: string;
    readonly type: 'query' | 'answer';
    readonly op_code: string;
    readonly response_code?: string | undefined;
    readonly header_flags?: readonly string[];
    readonly question?: DnsQuestion | undefined;
    readonly answers?: readonly DnsAnswer[] | undefined;
    readonly answers_count?: number | undefined;
    readonly resolved_ip?: readonly string[] | undefined;
  };
  readonly smartids: {
    readonly dns: {
      /** Messages seen in the kept bytes. */
      readonly queries: number;
      readonly responses: number;
      /** Names asked for beyond the first. */
      readonly other_names?: readonly string[];
      readonly longest_name?: number | undefined;
      readonly edns?: DnsExtension | undefined;
    };
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

function addMessages(side: SideHead, transport: Conversation['transport'], isNetbios: boolean, to: DnsMessage[]): void {
  const pieces = transport === 'tcp' ? streamMessages(firstPiece(side)) : side.pieces;
  for (let i = 0; i < pieces.length && i < MAX_MESSAGES; i += 1) {
    const message = readDnsMessage(pieces[i] ?? NOTHING, isNetbios);
    // A header alone is kept where the rest was cut, but not where what follows cannot be DNS.
    if (message !== undefined && (message.isWhole || message.questions > 0 || message.answers > 0)) to.push(message);
  }
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

/** The first query, and the first response to it, else the first response to any. */
interface Exchange {
  readonly messages: readonly DnsMessage[];
  readonly query: DnsMessage | undefined;
  readonly response: DnsMessage | undefined;
}

function readExchange({ client, server, transport }: Conversation, isNetbios: boolean): Exchange {
  const messages: DnsMessage[] = [];
  addMessages(client, transport, isNetbios, messages);
  addMessages(server, transport, isNetbios, messages);
  let query: DnsMessage | undefined;
  for (const message of messages) if (!isDnsResponse(message)) query ??= message;
  let first: DnsMessage | undefined;
  let response: DnsMessage | undefined;
  for (const message of messages) {
    if (!isDnsResponse(message)) continue;
    first ??= message;
    if (query === undefined || message.id === query.id) response ??= message;
  }
  return { messages, query, response: response ?? first };
}

const NOTHING = new Uint8Array();
/** Of the message that is written. */
const ADDRESSES = new AddressPlaces();
const NO_NAME = -1;
/** Names that are compared with the question's. */
const NAME = new JsonWriter(2048);

const STARTS: Readonly<Record<DnsProtocol, Uint8Array>> = {
  dns: startOf('dns'),
  mdns: startOf('mdns'),
  llmnr: startOf('llmnr'),
  'netbios-ns': startOf('netbios-ns'),
};
/** By the header's second word. */
const HEADERS = new JsonLiterals((word) => headerOf(word, false));
const NETBIOS_HEADERS = new JsonLiterals((word) => headerOf(word, true));
const QUESTION = jsonLiteral(',"question":');
const ANSWERS = jsonLiteral(',"answers":');
const ANSWERS_COUNT = jsonLiteral(',"answers_count":');
const RESOLVED = jsonLiteral(',"resolved_ip":[');
const NEXT = jsonLiteral(',');
const LIST_END = jsonLiteral(']');
const QUERIES = jsonLiteral('},"smartids":{"dns":{"queries":');
const RESPONSES = jsonLiteral(',"responses":');
const OTHER_NAMES = jsonLiteral(',"other_names":');
const LIST = jsonLiteral('[');
const LONGEST_NAME = jsonLiteral(',"longest_name":');
const EXTENSION = jsonLiteral(',"edns":');
const END = jsonLiteral('}}}');

function startOf(protocol: DnsProtocol): Uint8Array {
  return jsonLiteral(`{"network":{"protocol":"${protocol}"},"dns":{"id":"`);
}

function headerOf(word: number, isNetbios: boolean): string {
  const operation = dnsOpCode((word >> 11) & 0xf, isNetbios);
  const code = (word & DNS_RESPONSE) === 0 ? '' : `,"response_code":"${dnsResponseCode(word & 0xf)}"`;
  const flags = dnsFlags(word, isNetbios);
  const type = (word & DNS_RESPONSE) === 0 ? 'query' : 'answer';
  const start = `","type":"${type}","op_code":"${operation}"${code}`;
  return flags.length === 0 ? start : `${start},"header_flags":${JSON.stringify(flags)}`;
}

/** Writes `DnsFacts`: the first exchange in `dns.*`, the rest as counts and names. False where it is no DNS. */
export function writeDns(conversation: Conversation, json: JsonWriter): boolean {
  const protocol = protocolOf(conversation);
  if (protocol === undefined) return false;
  const exchange = readExchange(conversation, protocol === 'netbios-ns');
  const { query, response } = exchange;
  const shown = response ?? query;
  if (shown === undefined) return false;
  json.literal(STARTS[protocol]);
  json.number((query ?? shown).id);
  json.literal((shown.isNetbios ? NETBIOS_HEADERS : HEADERS).get(shown.word));
  const asked = query !== undefined && query.questions > 0 ? query : response;
  const nameAt = asked !== undefined && asked.questions > 0 ? writeQuestion(asked, json) : NO_NAME;
  if (response !== undefined) writeAnswers(response, json);
  writeCounts(exchange.messages, json);
  writeNames(exchange.messages, nameAt, json);
  const extended = query !== undefined && query.extensionAt >= 0 ? query : response;
  if (extended !== undefined && extended.extensionAt >= 0) {
    json.literal(EXTENSION);
    writeDnsExtension(extended, json);
  }
  json.literal(END);
  return true;
}

/** Returns where its name stands in the JSON. */
function writeQuestion(asked: DnsMessage, json: JsonWriter): number {
  json.literal(QUESTION);
  const nameAt = json.length + QUESTION_NAME_OFFSET;
  writeDnsQuestion(asked, json);
  return nameAt;
}

function writeAnswers(response: DnsMessage, json: JsonWriter): void {
  if (response.answers > 0) {
    json.literal(ANSWERS);
    writeDnsAnswers(response, json, ADDRESSES);
  }
  json.literal(ANSWERS_COUNT);
  json.number(dnsAnswerCount(response));
  if (response.answers > 0 && ADDRESSES.count > 0) writeAddresses(json);
}

/** The answers' addresses, once each. */
function writeAddresses(json: JsonWriter): void {
  const { places, count } = ADDRESSES;
  json.literal(RESOLVED);
  for (let i = 0; i < count; i += 1) {
    const from = places[2 * i] ?? 0;
    const to = places[2 * i + 1] ?? 0;
    let isNew = true;
    for (let k = 0; k < i && isNew; k += 1)
      isNew = !isSame(json.bytes, places[2 * k] ?? 0, json.bytes, from, to - from);
    if (!isNew) continue;
    if (i > 0) json.literal(NEXT);
    json.again(from, to);
  }
  json.literal(LIST_END);
}

function writeCounts(messages: readonly DnsMessage[], json: JsonWriter): void {
  let responses = 0;
  for (const message of messages) if (isDnsResponse(message)) responses += 1;
  json.literal(QUERIES);
  json.number(messages.length - responses);
  json.literal(RESPONSES);
  json.number(responses);
}

/** The names asked for that are not the question's, which stands at `nameAt`, and how long the longest of all is. */
function writeNames(messages: readonly DnsMessage[], nameAt: number, json: JsonWriter): void {
  const others: string[] = [];
  let longest = 0;
  for (const message of messages) {
    let at = FIRST_QUESTION;
    for (let i = 0; i < message.questions; i += 1) {
      NAME.length = 0;
      longest = Math.max(longest, writeShownName(message, at, NAME));
      const isQuestion = nameAt !== NO_NAME && isSame(json.bytes, nameAt, NAME.bytes, 0, NAME.length);
      if (!isQuestion) addDistinct(others, shownDnsName(message, at));
      at = nextDnsQuestion(message, at);
    }
  }
  if (others.length > 0) {
    json.literal(OTHER_NAMES);
    for (let i = 0; i < others.length; i += 1) {
      json.literal(i === 0 ? LIST : NEXT);
      json.string(others[i] ?? '');
    }
    json.literal(LIST_END);
  }
  if (longest === 0) return;
  json.literal(LONGEST_NAME);
  json.number(longest);
}

/** Whether the same `length` bytes stand at both places: a string with its quotes is the same as no longer one. */
function isSame(one: Uint8Array, at: number, other: Uint8Array, from: number, length: number): boolean {
  for (let i = 0; i < length; i += 1) if (one[at + i] !== other[from + i]) return false;
  return true;
}

/** More than the longest facts take: 17 names, 16 answers and 16 further names of up to 1,300 bytes. */
const MAX_DNS_FACTS_BYTES = 131_072;
let objects: JsonWriter | undefined;

/** The same facts as an object, for those who come seldom. */
export function dissectDns(conversation: Conversation): DnsFacts | undefined {
  objects ??= new JsonWriter(MAX_DNS_FACTS_BYTES);
  objects.length = 0;
  if (!writeDns(conversation, objects)) return undefined;
  // What `writeDns` writes is this.
  return JSON.parse(objects.bytes.toString('utf8', 0, objects.length)) as DnsFacts;
}
