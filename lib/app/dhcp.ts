// app: DHCP: who asks for an address and is given which (RFC 2131, RFC 2132, RFC 4702).

import { formatMac } from '../document/address-text.ts';
import { clearName, clearText } from './clear-text.ts';
import { type Conversation, firstPiece } from './conversation.ts';
import { addDistinct, presentFacts } from './facts.ts';
import { uint8, uint32 } from './integers.ts';
import { MAX_MESSAGES } from './limits.ts';
import { hasPort } from './sides.ts';

export interface DhcpFacts {
  readonly network: { readonly protocol: 'dhcp' };
  /** The client's own name. */
  readonly host?: { readonly hostname?: string | undefined };
  readonly smartids: {
    readonly dhcp: {
      readonly message_types?: readonly string[];
      readonly client_mac?: string | undefined;
      readonly vendor_class?: string | undefined;
      readonly requested_ip?: string | undefined;
      readonly assigned_ip?: string | undefined;
      readonly server_ip?: string | undefined;
      readonly domain?: string | undefined;
      readonly fqdn?: string | undefined;
      readonly lease_seconds?: number | undefined;
      /** Options asked for, in the client's order: tells systems apart. */
      readonly parameters?: string | undefined;
    };
  };
}

const COOKIE = 0x63825363;
const COOKIE_AT = 236;
const OPTIONS_AT = 240;
const MESSAGE_TYPES = [
  ...[undefined, 'DISCOVER', 'OFFER', 'REQUEST', 'DECLINE', 'ACK', 'NAK', 'RELEASE', 'INFORM', 'FORCERENEW'],
  ...['LEASEQUERY', 'LEASEUNASSIGNED', 'LEASEUNKNOWN', 'LEASEACTIVE'],
] as const;
const PAD = 0;
const END = 255;
const MAX_OPTIONS = 64;
const OPTION = {
  ...{ hostName: 12, domain: 15, requestedIp: 50, lease: 51, type: 53, server: 54, parameters: 55 },
  ...{ vendorClass: 60, fqdn: 81 },
} as const;
const ETHERNET = 1;

function ipText(bytes: Uint8Array | undefined, at = 0): string | undefined {
  if (bytes === undefined || at + 4 > bytes.length || uint32(bytes, at) === 0) return undefined;
  return bytes.subarray(at, at + 4).join('.');
}

/** The whole options; the first of a number counts. */
function readOptions(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const options = new Map<number, Uint8Array>();
  let at = OPTIONS_AT;
  for (let count = 0; count < MAX_OPTIONS && at < bytes.length; count += 1) {
    const code = uint8(bytes, at);
    if (code === END) break;
    if (code === PAD) {
      at += 1;
      continue;
    }
    const length = uint8(bytes, at + 1);
    if (length < 0 || at + 2 + length > bytes.length) break;
    if (!options.has(code)) options.set(code, bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return options;
}

/** Where a short snaplen cut the cookie off, an Ethernet client's header is taken for it; its port is asked for besides. */
function isDhcp(bytes: Uint8Array): boolean {
  const operation = uint8(bytes, 0);
  if (operation !== 1 && operation !== 2) return false;
  if (bytes.length < OPTIONS_AT) return bytes.length >= 44 && uint8(bytes, 1) === ETHERNET && uint8(bytes, 2) === 6;
  return uint32(bytes, COOKIE_AT) === COOKIE;
}

function hasCookie(bytes: Uint8Array): boolean {
  return uint32(bytes, COOKIE_AT) === COOKIE;
}

/** What the messages say; of each member the first that says it. */
export function dissectDhcp(conversation: Conversation): DhcpFacts | undefined {
  const { client, server, transport } = conversation;
  const [asked, answered] = [firstPiece(client), firstPiece(server)];
  if (transport !== 'udp' || (!isDhcp(asked) && !isDhcp(answered))) return undefined;
  if (!hasCookie(asked) && !hasCookie(answered) && !hasPort(conversation, 67, 68)) return undefined;
  const messages = [...client.pieces.slice(0, MAX_MESSAGES), ...server.pieces.slice(0, MAX_MESSAGES)].filter(isDhcp);
  const options = messages.map(readOptions);
  const first = (code: number): Uint8Array | undefined => options.find((each) => each.has(code))?.get(code);
  const [message] = messages;
  if (message === undefined) return undefined;
  const types: string[] = [];
  for (const each of options) addDistinct(types, MESSAGE_TYPES[each.get(OPTION.type)?.[0] ?? 0]);
  const name = first(OPTION.hostName);
  const domain = first(OPTION.domain);
  const vendorClass = first(OPTION.vendorClass);
  // Flags and two old codes come before the name; in the canonical form (flag E) it is not text.
  const fqdn = first(OPTION.fqdn);
  const lease = first(OPTION.lease);
  return presentFacts<DhcpFacts>({
    network: { protocol: 'dhcp' },
    host: { hostname: name && clearName(name) },
    smartids: {
      dhcp: {
        message_types: types,
        client_mac: uint8(message, 1) === ETHERNET ? formatMac(message, 28) : undefined,
        vendor_class: vendorClass && clearText(vendorClass),
        requested_ip: ipText(first(OPTION.requestedIp)),
        assigned_ip: messages.map((each) => ipText(each, 16)).find((text) => text !== undefined),
        server_ip: ipText(first(OPTION.server)),
        domain: domain && clearName(domain),
        fqdn: fqdn !== undefined && (uint8(fqdn, 0) & 4) === 0 ? clearName(fqdn.subarray(3)) : undefined,
        lease_seconds: lease !== undefined && lease.length === 4 ? uint32(lease, 0) : undefined,
        parameters: first(OPTION.parameters)?.join(','),
      },
    },
  });
}
