// app: VNC's remote framebuffer: versions and what security the server offers (RFC 6143 §7.1).

import { startsWith } from './clear-text.ts';
import { type Conversation, firstPiece } from './conversation.ts';
import { addDistinct, presentFacts } from './facts.ts';
import { uint8 } from './integers.ts';

export interface VncFacts {
  readonly network: { readonly protocol: 'vnc' };
  readonly smartids: {
    readonly vnc: {
      readonly server_version?: string | undefined;
      readonly client_version?: string | undefined;
      readonly security_types?: readonly string[];
    };
  };
}

const VERSION_BYTES = 12;
const SECURITY: ReadonlyMap<number, string> = new Map([
  [1, 'none'],
  [2, 'vnc'],
  [16, 'tight'],
  [18, 'tls'],
  [19, 'vencrypt'],
  [30, 'apple'],
]);

/** `3.8` of `RFB 003.008`. */
function versionOf(bytes: Uint8Array): string | undefined {
  if (!startsWith(bytes, 'RFB ') || bytes.length < VERSION_BYTES || bytes[7] !== 0x2e) return undefined;
  const text = Buffer.from(bytes.subarray(4, VERSION_BYTES - 1)).toString('latin1');
  const major = Number(text.slice(0, 3));
  const minor = Number(text.slice(4));
  return Number.isInteger(major) && Number.isInteger(minor) ? `${major}.${minor}` : undefined;
}

export function dissectVnc({ client, server, transport }: Conversation): VncFacts | undefined {
  if (transport !== 'tcp') return undefined;
  const [asked, answered] = [firstPiece(client), firstPiece(server)];
  const serverVersion = versionOf(answered);
  const clientVersion = versionOf(asked);
  if (serverVersion === undefined && clientVersion === undefined) return undefined;
  const types: string[] = [];
  const count = serverVersion === undefined ? 0 : uint8(answered, VERSION_BYTES);
  for (let i = 1; i <= Math.min(count, 16); i += 1) {
    const type = uint8(answered, VERSION_BYTES + i);
    if (type > 0) addDistinct(types, SECURITY.get(type) ?? `type-${type}`);
  }
  return presentFacts<VncFacts>({
    network: { protocol: 'vnc' },
    smartids: { vnc: { server_version: serverVersion, client_version: clientVersion, security_types: types } },
  });
}
