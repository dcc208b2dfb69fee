// app: SNMP: version, operations, first names asked for; the community is a secret and is read over (RFC 3416, RFC 3414).

import {
  type Asn1Element,
  asn1Children,
  asn1Inner,
  asn1Integer,
  asn1ObjectId,
  asn1Text,
  readAsn1,
} from './asn1-reader.ts';
import { type Conversation, firstPiece } from './conversation.ts';
import { addDistinct, flag, presentFacts } from './facts.ts';
import { uint8 } from './integers.ts';

export interface SnmpFacts {
  readonly network: { readonly protocol: 'snmp' };
  readonly user?: { readonly name?: string | undefined };
  readonly smartids: {
    readonly snmp: {
      readonly version: string;
      readonly operations?: readonly string[];
      readonly object_ids?: readonly string[];
      readonly credentials_seen?: true | undefined;
    };
  };
}

const SEQUENCE = 0x30;
const INTEGER = 2;
const OCTET_STRING = 4;
const VERSIONS: ReadonlyMap<number, string> = new Map([
  [0, '1'],
  [1, '2c'],
  [3, '3'],
]);
const OPERATIONS: ReadonlyMap<number, string> = new Map([
  [0xa0, 'get'],
  [0xa1, 'get-next'],
  [0xa2, 'response'],
  [0xa3, 'set'],
  [0xa4, 'trap'],
  [0xa5, 'get-bulk'],
  [0xa6, 'inform'],
  [0xa7, 'trap-v2'],
  [0xa8, 'report'],
]);
const TRAP_V1 = 0xa4;

interface Found {
  version: string | undefined;
  user: string | undefined;
  hasCommunity: boolean;
  readonly operations: string[];
  readonly objectIds: string[];
}

function readOperation(found: Found, bytes: Uint8Array, operation: Asn1Element | undefined): void {
  const name = operation && OPERATIONS.get(operation.tag);
  if (operation === undefined || name === undefined) return;
  addDistinct(found.operations, name);
  const members = asn1Children(bytes, operation, 8);
  // Version 1's trap begins with its enterprise; the others end with the list of bindings.
  if (operation.tag === TRAP_V1) addDistinct(found.objectIds, asn1ObjectId(bytes, members[0]));
  else {
    for (const binding of asn1Children(bytes, members[3], 16)) {
      addDistinct(found.objectIds, asn1ObjectId(bytes, asn1Inner(bytes, binding)));
    }
  }
}

/** Version 3: header, security parameters in an OCTET STRING of their own, then what is not encrypted. */
function readVersion3(found: Found, bytes: Uint8Array, members: readonly Asn1Element[]): void {
  const security = asn1Children(bytes, asn1Inner(bytes, members[2]), 6);
  found.user ??= asn1Text(bytes, security[3]);
  if (members[3]?.tag === SEQUENCE) readOperation(found, bytes, asn1Children(bytes, members[3], 4)[2]);
}

function readMessage(found: Found, bytes: Uint8Array): void {
  if (uint8(bytes, 0) !== SEQUENCE) return;
  const members = asn1Children(bytes, readAsn1(bytes, 0), 8);
  const [version, second, third] = members;
  const name = version?.tag === INTEGER ? VERSIONS.get(asn1Integer(bytes, version) ?? -1) : undefined;
  if (name === undefined || second === undefined) return;
  if (name === '3' && second.tag === SEQUENCE) readVersion3(found, bytes, members);
  else if (second.tag === OCTET_STRING && (third === undefined || OPERATIONS.has(third.tag))) {
    found.hasCommunity = true;
    readOperation(found, bytes, third);
  } else return;
  found.version ??= name;
}

export function dissectSnmp({ client, server, transport }: Conversation): SnmpFacts | undefined {
  if (transport !== 'udp') return undefined;
  const [asked, answered] = [firstPiece(client), firstPiece(server)];
  if (uint8(asked, 0) !== SEQUENCE && uint8(answered, 0) !== SEQUENCE) return undefined;
  const found: Found = { version: undefined, user: undefined, hasCommunity: false, operations: [], objectIds: [] };
  readMessage(found, asked);
  readMessage(found, answered);
  if (found.version === undefined) return undefined;
  const { version, operations, objectIds } = found;
  return presentFacts<SnmpFacts>({
    network: { protocol: 'snmp' },
    user: { name: found.user },
    smartids: { snmp: { version, operations, object_ids: objectIds, credentials_seen: flag(found.hasCommunity) } },
  });
}
