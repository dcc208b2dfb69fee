// app: Kerberos 5: who asks which ticket of which realm, and what is refused (RFC 4120 §5).

import { type Asn1Element, asn1Children, asn1Inner, asn1Integer, asn1Text, readAsn1 } from './asn1-reader.ts';
import { type Conversation, firstPiece, type SideHead } from './conversation.ts';
import { addDistinct, presentFacts } from './facts.ts';
import { uint8, uint32 } from './integers.ts';

export interface KerberosFacts {
  readonly network: { readonly protocol: 'kerberos' };
  readonly user?: { readonly name?: string | undefined; readonly domain?: string | undefined };
  readonly smartids: {
    readonly kerberos: {
      readonly messages: readonly string[];
      readonly realm?: string | undefined;
      readonly service?: string | undefined;
      readonly error?: string | undefined;
      /** Offered by the client, first choice first. */
      readonly encryption_types?: readonly string[];
      readonly ticket_encryption?: string | undefined;
    };
  };
}

const APPLICATION = 0x60;
const MESSAGES: ReadonlyMap<number, string> = new Map([
  [10, 'AS-REQ'],
  [11, 'AS-REP'],
  [12, 'TGS-REQ'],
  [13, 'TGS-REP'],
  [14, 'AP-REQ'],
  [15, 'AP-REP'],
  [30, 'KRB-ERROR'],
]);
const ENCRYPTIONS: ReadonlyMap<number, string> = new Map([
  [1, 'des-cbc-crc'],
  [3, 'des-cbc-md5'],
  [16, 'des3-cbc-sha1'],
  [17, 'aes128-cts-hmac-sha1-96'],
  [18, 'aes256-cts-hmac-sha1-96'],
  [19, 'aes128-cts-hmac-sha256-128'],
  [20, 'aes256-cts-hmac-sha384-192'],
  [23, 'rc4-hmac'],
  [24, 'rc4-hmac-exp'],
  [-133, 'rc4-hmac-old'],
  [-135, 'rc4-hmac-old-exp'],
]);
const ERRORS: ReadonlyMap<number, string> = new Map([
  [6, 'C_PRINCIPAL_UNKNOWN'],
  [7, 'S_PRINCIPAL_UNKNOWN'],
  [12, 'POLICY'],
  [14, 'ETYPE_NOSUPP'],
  [18, 'CLIENT_REVOKED'],
  [23, 'KEY_EXPIRED'],
  [24, 'PREAUTH_FAILED'],
  [25, 'PREAUTH_REQUIRED'],
  [29, 'SVC_UNAVAILABLE'],
  [31, 'BAD_INTEGRITY'],
  [32, 'TKT_EXPIRED'],
  [37, 'SKEW'],
  [52, 'RESPONSE_TOO_BIG'],
  [60, 'GENERIC'],
  [68, 'WRONG_REALM'],
]);

interface Found {
  readonly messages: string[];
  readonly encryptions: string[];
  user: string | undefined;
  realm: string | undefined;
  service: string | undefined;
  error: string | undefined;
  ticketEncryption: string | undefined;
}

/** The members of a SEQUENCE by the number of their context tag. */
function members(bytes: Uint8Array, sequence: Asn1Element | undefined): ReadonlyMap<number, Asn1Element> {
  return new Map(asn1Children(bytes, sequence).map((element) => [element.tag & 0x1f, element]));
}

/** `a/b` of a PrincipalName. */
function principal(bytes: Uint8Array, element: Asn1Element | undefined): string | undefined {
  const strings = asn1Inner(bytes, members(bytes, asn1Inner(bytes, element)).get(1));
  const parts = asn1Children(bytes, strings, 8).map((part) => asn1Text(bytes, part) ?? '');
  return parts.length === 0 ? undefined : parts.join('/');
}

function text(bytes: Uint8Array, element: Asn1Element | undefined): string | undefined {
  return asn1Text(bytes, asn1Inner(bytes, element));
}

function encryption(code: number | undefined): string | undefined {
  return code === undefined ? undefined : (ENCRYPTIONS.get(code) ?? `etype-${code}`);
}

/** KDC-REQ-BODY */
function readRequest(found: Found, bytes: Uint8Array, message: ReadonlyMap<number, Asn1Element>): void {
  const body = members(bytes, asn1Inner(bytes, message.get(4)));
  found.user ??= principal(bytes, body.get(1));
  found.realm ??= text(bytes, body.get(2));
  found.service ??= principal(bytes, body.get(3));
  for (const type of asn1Children(bytes, asn1Inner(bytes, body.get(8)), 16)) {
    addDistinct(found.encryptions, encryption(asn1Integer(bytes, type)));
  }
}

/** KDC-REP: the client's names, the ticket's service ([APPLICATION 1]), how the reply is encrypted. */
function readReply(found: Found, bytes: Uint8Array, message: ReadonlyMap<number, Asn1Element>): void {
  found.realm ??= text(bytes, message.get(3));
  found.user ??= principal(bytes, message.get(4));
  const ticket = members(bytes, asn1Inner(bytes, asn1Inner(bytes, message.get(5))));
  found.service ??= principal(bytes, ticket.get(2));
  const sealed = members(bytes, asn1Inner(bytes, ticket.get(3)));
  found.ticketEncryption ??= encryption(asn1Integer(bytes, asn1Inner(bytes, sealed.get(0))));
}

function readError(found: Found, bytes: Uint8Array, message: ReadonlyMap<number, Asn1Element>): void {
  const code = asn1Integer(bytes, asn1Inner(bytes, message.get(6)));
  if (code !== undefined) found.error ??= ERRORS.get(code) ?? `error-${code}`;
  found.user ??= principal(bytes, message.get(8));
  found.realm ??= text(bytes, message.get(9));
  found.service ??= principal(bytes, message.get(10));
}

function readMessage(found: Found, bytes: Uint8Array): void {
  const number = uint8(bytes, 0) - APPLICATION;
  const name = MESSAGES.get(number);
  const sequence = name === undefined ? undefined : asn1Inner(bytes, readAsn1(bytes, 0));
  if (name === undefined || sequence?.tag !== 0x30) return;
  const message = members(bytes, sequence);
  // A request's version is [1], everything else's is [0]; it is 5.
  if (asn1Integer(bytes, asn1Inner(bytes, message.get(number === 10 || number === 12 ? 1 : 0))) !== 5) return;
  addDistinct(found.messages, name);
  if (number === 10 || number === 12) readRequest(found, bytes, message);
  else if (number === 11 || number === 13) readReply(found, bytes, message);
  else if (number === 30) readError(found, bytes, message);
}

/** Over TCP a message follows its length in four bytes (RFC 4120 §7.2.2). */
function unframed(bytes: Uint8Array, transport: Conversation['transport']): Uint8Array {
  return transport === 'udp' ? bytes : bytes.subarray(4, 4 + Math.max(0, uint32(bytes, 0)));
}

function mayBegin({ pieces }: SideHead, transport: Conversation['transport']): boolean {
  return MESSAGES.has(uint8(pieces[0] ?? NOTHING, transport === 'udp' ? 0 : 4) - APPLICATION);
}

const NOTHING = new Uint8Array();

export function dissectKerberos({ client, server, transport }: Conversation): KerberosFacts | undefined {
  if (!mayBegin(client, transport) && !mayBegin(server, transport)) return undefined;
  const found: Found = {
    ...{ messages: [], encryptions: [], user: undefined, realm: undefined, service: undefined },
    ...{ error: undefined, ticketEncryption: undefined },
  };
  readMessage(found, unframed(firstPiece(client), transport));
  readMessage(found, unframed(firstPiece(server), transport));
  if (found.messages.length === 0) return undefined;
  return presentFacts<KerberosFacts>({
    network: { protocol: 'kerberos' },
    user: { name: found.user, domain: found.user === undefined ? undefined : found.realm },
    smartids: {
      kerberos: {
        messages: found.messages,
        realm: found.realm,
        service: found.service,
        error: found.error,
        encryption_types: found.encryptions,
        ticket_encryption: found.ticketEncryption,
      },
    },
  });
}
