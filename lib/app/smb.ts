// app: SMB over TCP or NetBIOS sessions: dialect, account, shares and files ([MS-SMB2] §2.1, RFC 1002 §4.3).

import { startsWith } from './clear-text.ts';
import { type Conversation, firstPiece } from './conversation.ts';
import { decodeNetbiosName } from './dns-name.ts';
import { flag, presentFacts } from './facts.ts';
import { uint8, uint16, uint24 } from './integers.ts';
import { MAX_MESSAGES } from './limits.ts';
import { createSmbSession, type SmbSession } from './smb-session.ts';
import { readSmb1Message } from './smb1.ts';
import { readSmb2Messages } from './smb2.ts';

export interface SmbFacts {
  readonly network: { readonly protocol: 'smb' | 'netbios-ssn' };
  readonly user?: { readonly name?: string | undefined; readonly domain?: string | undefined };
  /** The client's workstation name. */
  readonly host?: { readonly hostname?: string | undefined };
  readonly file?: { readonly path?: string | undefined; readonly name?: string | undefined };
  readonly smartids: {
    readonly smb: {
      readonly version?: 1 | 2 | undefined;
      readonly dialect?: string | undefined;
      readonly commands?: readonly string[];
      readonly shares?: readonly string[];
      readonly files?: readonly string[];
      readonly statuses?: readonly string[];
      readonly native_os?: string | undefined;
      readonly server_name?: string | undefined;
      readonly server_domain?: string | undefined;
      readonly called_name?: string | undefined;
      readonly encrypted?: true | undefined;
      readonly compressed?: true | undefined;
    };
  };
}

const FRAME_BYTES = 4;
const SESSION_MESSAGE = 0;
const SESSION_REQUEST = 0x81;
const FRAME_TYPES: readonly number[] = [SESSION_MESSAGE, SESSION_REQUEST, 0x82, 0x83, 0x85];

function readMessage(session: SmbSession, message: Uint8Array): void {
  if (!startsWith(message, 'SMB', 1)) return;
  const first = uint8(message, 0);
  if (first === 0xff) readSmb1Message(session, message);
  else if (first === 0xfe) readSmb2Messages(session, message);
  else if (first === 0xfd) session.isEncrypted = true;
  else if (first === 0xfc) session.isCompressed = true;
}

/** The name called, in its half-ASCII form behind a length of 32. */
function readSessionRequest(session: SmbSession, body: Uint8Array): void {
  if (uint8(body, 0) !== 32) return;
  session.calledName ??= decodeNetbiosName(Buffer.from(body.subarray(1, 33)).toString('latin1').toLowerCase());
}

function readFrames(session: SmbSession, bytes: Uint8Array): void {
  let at = 0;
  for (let frames = 0; frames < MAX_MESSAGES && at + FRAME_BYTES < bytes.length; frames += 1) {
    const kind = uint8(bytes, at);
    if (!FRAME_TYPES.includes(kind)) return;
    const end = at + FRAME_BYTES + uint24(bytes, at + 1);
    const body = bytes.subarray(at + FRAME_BYTES, end);
    if (kind === SESSION_MESSAGE) readMessage(session, body);
    else if (kind === SESSION_REQUEST) readSessionRequest(session, body);
    at = end;
  }
}

function looksLikeSmb(bytes: Uint8Array): boolean {
  const kind = uint8(bytes, 0);
  if (kind === SESSION_MESSAGE) return startsWith(bytes, 'SMB', 5) && uint8(bytes, 4) >= 0xfc;
  return (kind === SESSION_REQUEST && uint16(bytes, 2) === 68) || (kind === 0x82 && uint24(bytes, 1) === 0);
}

function dialectOf(session: SmbSession): string | undefined {
  return session.dialect ?? (session.dialectIndex < 0 ? undefined : session.offered[session.dialectIndex]);
}

export function dissectSmb(conversation: Conversation): SmbFacts | undefined {
  if (conversation.transport !== 'tcp') return undefined;
  const client = firstPiece(conversation.client);
  const server = firstPiece(conversation.server);
  if (!looksLikeSmb(client) && !looksLikeSmb(server)) return undefined;
  const session = createSmbSession();
  readFrames(session, client);
  readFrames(session, server);
  const hasMessages = session.version !== undefined || session.isEncrypted || session.isCompressed;
  if (!hasMessages && session.calledName === undefined) return undefined;
  const [path] = session.files;
  return presentFacts<SmbFacts>({
    network: { protocol: hasMessages ? 'smb' : 'netbios-ssn' },
    user: { name: session.user, domain: session.domain },
    host: { hostname: session.workstation },
    file: { path, name: path?.slice(path.lastIndexOf('\\') + 1) || undefined },
    smartids: {
      smb: {
        version: session.version,
        dialect: dialectOf(session),
        commands: session.commands,
        shares: session.shares,
        files: session.files,
        statuses: session.statuses,
        native_os: session.nativeOs,
        server_name: session.serverName,
        server_domain: session.serverDomain,
        called_name: session.calledName,
        encrypted: flag(session.isEncrypted),
        compressed: flag(session.isCompressed),
      },
    },
  });
}
