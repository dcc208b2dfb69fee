// app: TFTP: the file that a first datagram asks to read or write (RFC 1350 §5).

import { clearName, clearText, startsWith } from './clear-text.ts';
import { type Conversation, firstPiece } from './conversation.ts';
import { presentFacts } from './facts.ts';
import { uint16 } from './integers.ts';

export interface TftpFacts {
  readonly network: { readonly protocol: 'tftp' };
  readonly file: { readonly path?: string | undefined; readonly name?: string | undefined };
  readonly smartids: { readonly tftp: { readonly operation: 'read' | 'write' } };
}

const READ = 1;
const WRITE = 2;
const MODES = ['netascii', 'octet', 'mail', 'NETASCII', 'OCTET', 'MAIL'] as const;

export function dissectTftp({ client, transport }: Conversation): TftpFacts | undefined {
  const bytes = firstPiece(client);
  const operation = uint16(bytes, 0);
  if (transport !== 'udp' || (operation !== READ && operation !== WRITE)) return undefined;
  const end = bytes.indexOf(0, 2);
  if (end <= 2 || !MODES.some((mode) => startsWith(bytes, `${mode}\0`, end + 1))) return undefined;
  const path = clearText(bytes.subarray(2, end));
  const slash = Math.max(path?.lastIndexOf('/') ?? -1, path?.lastIndexOf('\\') ?? -1);
  return presentFacts<TftpFacts>({
    network: { protocol: 'tftp' },
    file: { path, name: path === undefined ? undefined : clearName(Buffer.from(path.slice(slash + 1))) },
    smartids: { tftp: { operation: operation === READ ? 'read' : 'write' } },
  });
}
