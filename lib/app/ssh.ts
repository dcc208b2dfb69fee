// app: an SSH conversation: both sides' identification lines, the algorithms they settle on, HASSH (RFC 4253 §4.2, §7).

import { clearText, startsWith } from './clear-text.ts';
import { type Conversation, firstPiece, type SideHead } from './conversation.ts';
import { hasshOf, hasshServerOf } from './hassh.ts';
import { MAX_NAME } from './limits.ts';
import { agreedName, decodeKeyExchange, type KeyExchange } from './ssh-key-exchange.ts';

interface SshBanner {
  readonly protocolVersion: string;
  readonly software: string;
}

export interface SshSideFields {
  readonly software: string;
  /** What follows the software's name: often the distribution. */
  readonly comments: string | undefined;
  readonly hassh: string | undefined;
}

export interface SshFacts {
  readonly network: { readonly protocol: 'ssh' };
  readonly ssh: {
    readonly version: string;
    readonly client: SshSideFields | undefined;
    readonly server: SshSideFields | undefined;
    readonly kex_algorithm: string | undefined;
    readonly host_key_algorithm: string | undefined;
    /** From client to server. */
    readonly cipher: string | undefined;
    readonly mac: string | undefined;
  };
}

interface SshSide extends SshBanner {
  readonly comments: string | undefined;
  readonly keyExchange: KeyExchange | undefined;
}

const MARK = 'SSH-';
const LINE_FEED = 0x0a;
const SSH_PORT = 22;
const MAX_LINE_BYTES = 255;
/** Lines a server may send first (RFC 4253 §4.2); clients wait no longer than this either. */
const MAX_LINES_BEFORE = 8;
const VERSION = /^\d\.\d{1,2}$/;

/** Both sides speak alike: the source is the client, unless only its port is SSH's. */
export function dissectSsh({ transport, client, server }: Conversation): SshFacts | undefined {
  if (transport !== 'tcp') return undefined;
  const isSwapped = client.port === SSH_PORT && server.port !== SSH_PORT;
  return isSwapped ? readSides(server, client) : readSides(client, server);
}

function readSides(clientHead: SideHead, serverHead: SideHead): SshFacts | undefined {
  const client = readSide(firstPiece(clientHead), 1);
  const server = readSide(firstPiece(serverHead), MAX_LINES_BEFORE);
  const version = (client ?? server)?.protocolVersion;
  if (version === undefined) return undefined;
  const [ours, theirs] = [client?.keyExchange, server?.keyExchange];
  return {
    network: { protocol: 'ssh' },
    ssh: {
      version,
      client: client && sideFields(client, ours && hasshOf(ours)),
      server: server && sideFields(server, theirs && hasshServerOf(theirs)),
      kex_algorithm: shown(agreedName(ours?.kex, theirs?.kex)),
      host_key_algorithm: shown(agreedName(ours?.hostKey, theirs?.hostKey)),
      cipher: shown(agreedName(ours?.encryptionToServer, theirs?.encryptionToServer)),
      mac: shown(agreedName(ours?.macToServer, theirs?.macToServer)),
    },
  };
}

function sideFields({ software, comments }: SshSide, hassh: string | undefined): SshSideFields {
  return { software, comments, hassh };
}

function shown(name: string | undefined): string | undefined {
  return name === undefined ? undefined : clearText(Buffer.from(name, 'latin1'), MAX_NAME);
}

function isMarkAt(bytes: Uint8Array, at: number): boolean {
  return startsWith(bytes, MARK, at);
}

/** Where the identification line begins, past the lines a server may send before it. */
function findLine(bytes: Uint8Array, maxLines: number): number {
  let at = 0;
  for (let line = 0; line < maxLines; line += 1) {
    if (isMarkAt(bytes, at)) return at;
    const end = bytes.subarray(at, at + MAX_LINE_BYTES).indexOf(LINE_FEED);
    if (end < 0) return -1;
    at += end + 1;
  }
  return -1;
}

function readSide(bytes: Uint8Array, maxLines: number): SshSide | undefined {
  const from = findLine(bytes, maxLines);
  if (from < 0) return undefined;
  const line = bytes.subarray(from, from + MAX_LINE_BYTES);
  const feed = line.indexOf(LINE_FEED);
  const text = (
    clearText(feed < 0 ? line : line.subarray(0, feed > 0 && line[feed - 1] === 13 ? feed - 1 : feed)) ?? ''
  ).slice(MARK.length);
  const dash = text.indexOf('-');
  const protocolVersion = text.slice(0, dash);
  if (dash < 0 || !VERSION.test(protocolVersion)) return undefined;
  const rest = text.slice(dash + 1).trimEnd();
  const space = rest.indexOf(' ');
  const comments = space < 0 ? '' : rest.slice(space + 1).trim();
  const software = space < 0 ? rest : rest.slice(0, space);
  if (software === '') return undefined;
  return {
    protocolVersion,
    software,
    comments: comments === '' ? undefined : comments,
    keyExchange: feed < 0 ? undefined : decodeKeyExchange(bytes, from + feed + 1),
  };
}
