// app: LDAP: who binds, what is searched, what came of it (RFC 4511 §4).

import { type Asn1Element, asn1Children, asn1Integer, asn1Text, readAsn1List } from './asn1-reader.ts';
import { type Conversation, firstPiece } from './conversation.ts';
import { addDistinct, flag, presentFacts } from './facts.ts';
import { uint8 } from './integers.ts';
import { MAX_MESSAGES } from './limits.ts';
import { type NtlmNames, readNtlmNames } from './ntlmssp.ts';

export interface LdapFacts {
  readonly network: { readonly protocol: 'ldap' };
  /** The name that was bound: a distinguished name, or a user with its domain. */
  readonly user?: { readonly name?: string | undefined; readonly domain?: string | undefined };
  readonly host?: { readonly hostname?: string | undefined };
  readonly smartids: {
    readonly ldap: {
      readonly operations: readonly string[];
      readonly search_bases?: readonly string[];
      readonly result_codes?: readonly number[];
      readonly credentials_seen?: true | undefined;
    };
  };
}

const SEQUENCE = 0x30;
const INTEGER = 2;
const BIND = 0x60;
const SEARCH = 0x63;
const SIMPLE = 0x80;
const OPERATIONS: ReadonlyMap<number, string> = new Map([
  [0x60, 'bind'],
  [0x61, 'bind-response'],
  [0x42, 'unbind'],
  [0x63, 'search'],
  [0x64, 'search-entry'],
  [0x65, 'search-done'],
  [0x73, 'search-reference'],
  [0x66, 'modify'],
  [0x67, 'modify-response'],
  [0x68, 'add'],
  [0x69, 'add-response'],
  [0x4a, 'delete'],
  [0x6b, 'delete-response'],
  [0x6c, 'modify-dn'],
  [0x6d, 'modify-dn-response'],
  [0x6e, 'compare'],
  [0x6f, 'compare-response'],
  [0x50, 'abandon'],
  [0x77, 'extended'],
  [0x78, 'extended-response'],
]);
/** Responses that begin with a result code. */
const RESULTS: readonly number[] = [0x61, 0x65, 0x67, 0x69, 0x6b, 0x6d, 0x6f, 0x78];

interface Found {
  readonly operations: string[];
  readonly bases: string[];
  readonly codes: number[];
  user: string | undefined;
  ntlm: NtlmNames | undefined;
  hasPassword: boolean;
}

function readOperation(found: Found, bytes: Uint8Array, operation: Asn1Element, name: string): void {
  addDistinct(found.operations, name);
  const members = asn1Children(bytes, operation, 3);
  if (operation.tag === BIND) {
    found.user ??= asn1Text(bytes, members[1]);
    const secret = members[2];
    if (secret !== undefined && found.ntlm?.user === undefined) {
      found.ntlm = readNtlmNames(bytes.subarray(secret.start, secret.end));
    }
    if (secret?.tag === SIMPLE && secret.end > secret.start) found.hasPassword = true;
  } else if (operation.tag === SEARCH) addDistinct(found.bases, asn1Text(bytes, members[0]));
  else if (RESULTS.includes(operation.tag)) addDistinct(found.codes, asn1Integer(bytes, members[0]));
}

function readMessages(found: Found, bytes: Uint8Array): void {
  if (uint8(bytes, 0) !== SEQUENCE) return;
  for (const message of readAsn1List(bytes, 0, bytes.length, MAX_MESSAGES)) {
    const [id, operation] = asn1Children(bytes, message, 2);
    const name = operation && OPERATIONS.get(operation.tag);
    if (message.tag !== SEQUENCE || id?.tag !== INTEGER || operation === undefined || name === undefined) return;
    readOperation(found, bytes, operation, name);
  }
}

export function dissectLdap({ client, server }: Conversation): LdapFacts | undefined {
  const [asked, answered] = [firstPiece(client), firstPiece(server)];
  if (uint8(asked, 0) !== SEQUENCE && uint8(answered, 0) !== SEQUENCE) return undefined;
  const found: Found = { operations: [], bases: [], codes: [], user: undefined, ntlm: undefined, hasPassword: false };
  readMessages(found, asked);
  readMessages(found, answered);
  const { operations, bases, codes } = found;
  if (operations.length === 0) return undefined;
  return presentFacts<LdapFacts>({
    network: { protocol: 'ldap' },
    user: { name: found.user ?? found.ntlm?.user, domain: found.ntlm?.domain },
    host: { hostname: found.ntlm?.workstation },
    smartids: {
      ldap: { operations, search_bases: bases, result_codes: codes, credentials_seen: flag(found.hasPassword) },
    },
  });
}
