// app: what a conversation asked of DNS and what it was told (RFC 1035; mDNS RFC 6762, LLMNR RFC 4795, NBNS RFC 1002).

import type { Conversation, SideHead } from './conversation.ts';
import { firstPiece } from './conversation.ts';
import {
  type DnsAnswer,
  type DnsExtension,
  type DnsQuestion,
  looksLikeDns,
  type ParsedDnsMessage,
  parseDnsMessage,
} from './dns-message.ts';
import { addDistinct, presentFacts } from './facts.ts';
import { uint16 } from './integers.ts';
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
export function dissectDns(conversation: Conversation): DnsFacts | undefined {
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
