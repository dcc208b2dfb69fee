// app: MySQL's greeting and login: server version and user (MySQL "Protocol::HandshakeV10", "HandshakeResponse41").

import { clearName } from './clear-text.ts';
import { type Conversation, firstPiece, type SideHead } from './conversation.ts';
import { flag, presentFacts } from './facts.ts';
import { uint8, uint16le, uint24le, uint32le } from './integers.ts';
import { eitherWay } from './sides.ts';

export interface MysqlFacts {
  readonly network: { readonly protocol: 'mysql' };
  readonly user?: { readonly name?: string | undefined };
  readonly smartids: {
    readonly mysql: {
      readonly server_version?: string | undefined;
      readonly tls_requested?: true | undefined;
      readonly error_code?: number | undefined;
      readonly credentials_seen?: true | undefined;
    };
  };
}

const GREETING = 10;
const HEADER_BYTES = 4;
const ERROR = 0xff;
const WANTS_TLS = 0x0800;
const PROTOCOL_41 = 0x0200;
const FIXED_BYTES = 32;
const MAX_VERSION = 64;

function serverVersion(bytes: Uint8Array): string | undefined {
  if (uint8(bytes, HEADER_BYTES) !== GREETING || uint8(bytes, 3) !== 0 || uint24le(bytes, 0) < 20) return undefined;
  const end = bytes.subarray(0, HEADER_BYTES + 1 + MAX_VERSION).indexOf(0, HEADER_BYTES + 1);
  const first = uint8(bytes, HEADER_BYTES + 1);
  return end < 0 || first < 0x30 || first > 0x39 ? undefined : clearName(bytes.subarray(HEADER_BYTES + 1, end));
}

/** The server speaks first; what it refuses at once is an error packet instead of a greeting. */
function readMysql(client: SideHead, server: SideHead): MysqlFacts | undefined {
  const greeting = firstPiece(server);
  const version = serverVersion(greeting);
  const isError = uint8(greeting, HEADER_BYTES) === ERROR && uint8(greeting, 3) === 0 && server.port === 3306;
  if (version === undefined && !isError) return undefined;
  const login = firstPiece(client);
  const flags = uint8(login, 3) === 1 ? uint32le(login, HEADER_BYTES) : -1;
  const isLogin = flags >= 0 && (flags & PROTOCOL_41) !== 0;
  const isTls = isLogin && (flags & WANTS_TLS) !== 0 && uint24le(login, 0) === FIXED_BYTES;
  const name = login.subarray(HEADER_BYTES + FIXED_BYTES);
  const isNamed = isLogin && !isTls && name.indexOf(0) >= 0;
  return presentFacts<MysqlFacts>({
    network: { protocol: 'mysql' },
    user: { name: isNamed ? clearName(name) : undefined },
    smartids: {
      mysql: {
        server_version: version,
        tls_requested: flag(isTls),
        error_code: isError ? uint16le(greeting, HEADER_BYTES + 1) : undefined,
        credentials_seen: flag(isNamed),
      },
    },
  });
}

export function dissectMysql(conversation: Conversation): MysqlFacts | undefined {
  return conversation.transport === 'tcp' ? eitherWay(conversation, readMysql) : undefined;
}
