// app: PostgreSQL's startup: user, database, program (PostgreSQL protocol 3.0, "Message Formats").

import { clearName, clearText } from './clear-text.ts';
import { type Conversation, firstPiece, type SideHead } from './conversation.ts';
import { flag, presentFacts } from './facts.ts';
import { uint8, uint32 } from './integers.ts';
import { eitherWay } from './sides.ts';

export interface PostgresqlFacts {
  readonly network: { readonly protocol: 'postgresql' };
  readonly user?: { readonly name?: string | undefined };
  readonly smartids: {
    readonly postgresql: {
      readonly database?: string | undefined;
      readonly application?: string | undefined;
      readonly tls_requested?: true | undefined;
      readonly tls_accepted?: boolean | undefined;
      readonly credentials_seen?: true | undefined;
    };
  };
}

const VERSION_3 = 0x00030000;
const TLS_REQUEST = 80877103;
const TLS_REQUEST_BYTES = 8;
const MAX_PARAMETERS = 16;
const PASSWORD_MESSAGE = 0x70;
const ACCEPT = 0x53;
const REFUSE = 0x4e;

/** `name NUL value NUL …` */
function readParameters(bytes: Uint8Array): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (let at = 0; values.size < MAX_PARAMETERS; ) {
    const middle = bytes.indexOf(0, at);
    const end = middle < 0 ? -1 : bytes.indexOf(0, middle + 1);
    if (middle <= at || end < 0) break;
    const name = clearName(bytes.subarray(at, middle)) ?? '';
    if (!values.has(name)) values.set(name, clearText(bytes.subarray(middle + 1, end)) ?? '');
    else break;
    at = end + 1;
  }
  return values;
}

function readPostgresql(client: SideHead, server: SideHead): PostgresqlFacts | undefined {
  const bytes = firstPiece(client);
  const isTlsRequest = uint32(bytes, 0) === TLS_REQUEST_BYTES && uint32(bytes, 4) === TLS_REQUEST;
  const at = isTlsRequest ? TLS_REQUEST_BYTES : 0;
  const isStartup = uint32(bytes, at + 4) === VERSION_3 && uint32(bytes, at) < 10_000;
  if (!isTlsRequest && !isStartup) return undefined;
  const end = at + Math.max(8, uint32(bytes, at));
  const parameters = isStartup ? readParameters(bytes.subarray(at + 8, end)) : new Map<string, string>();
  const answer = isTlsRequest ? uint8(firstPiece(server), 0) : -1;
  return presentFacts<PostgresqlFacts>({
    network: { protocol: 'postgresql' },
    user: { name: parameters.get('user') || undefined },
    smartids: {
      postgresql: {
        database: parameters.get('database') || undefined,
        application: parameters.get('application_name') || undefined,
        tls_requested: flag(isTlsRequest),
        tls_accepted: answer === ACCEPT ? true : answer === REFUSE ? false : undefined,
        credentials_seen: flag(isStartup && uint8(bytes, end) === PASSWORD_MESSAGE),
      },
    },
  });
}

export function dissectPostgresql(conversation: Conversation): PostgresqlFacts | undefined {
  return conversation.transport === 'tcp' ? eitherWay(conversation, readPostgresql) : undefined;
}
