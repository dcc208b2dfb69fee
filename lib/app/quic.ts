// app: a QUIC conversation under its ECS names, from the Initial packets of both sides (RFC 9000, RFC 9001, RFC 9369).

import type { Conversation, SideHead } from './conversation.ts';
import { MAX_QUIC_DATAGRAMS } from './limits.ts';
import { type CryptoPiece, collectCrypto, joinCrypto } from './quic-crypto.ts';
import { initialKeys, type QuicKeys } from './quic-keys.ts';
import { findInitials, type InitialPacket, isQuicDatagram, openInitial } from './quic-packet.ts';
import { helloFields, type TlsFields } from './tls.ts';
import { versionText } from './tls-codes.ts';
import { type HandshakeFacts, readHandshake } from './tls-side.ts';

export interface QuicFacts {
  readonly network: { readonly protocol: 'quic' };
  readonly tls: (Pick<TlsFields, 'cipher' | 'curve' | 'next_protocol' | 'client' | 'server'> & TlsVersion) | undefined;
  readonly smartids: { readonly quic: { readonly version: string } };
}

interface TlsVersion {
  readonly version: string | undefined;
  readonly version_protocol: 'tls';
}

interface SideHandshake {
  readonly facts: HandshakeFacts;
  /** The keys of the server's packets come from the same connection id. */
  readonly packet: InitialPacket;
}

/** Whichever side was seen first is the client where its packets open with a client's keys. */
export function dissectQuic({ transport, client, server }: Conversation): QuicFacts | undefined {
  if (transport !== 'udp') return undefined;
  return readSides(client, server) ?? readSides(server, client);
}

function readSides(clientHead: SideHead, serverHead: SideHead): QuicFacts | undefined {
  const [first] = clientHead.pieces;
  if (first === undefined || !isQuicDatagram(first)) return undefined;
  const client = readClient(clientHead.pieces);
  if (client === undefined) return undefined;
  const server = readServer(serverHead.pieces, client.packet);
  const { clientHello } = client.facts;
  const serverHello = server?.serverHello;
  const hasHello = clientHello !== undefined || serverHello !== undefined;
  return {
    network: { protocol: 'quic' },
    tls: hasHello
      ? {
          ...helloFields({ client: client.facts, server, transport: 'q' }),
          version: versionText(serverHello?.version ?? 0x0304),
          version_protocol: 'tls',
        }
      : undefined,
    smartids: { quic: { version: client.packet.version.name } },
  };
}

function initialsOf(datagrams: readonly Uint8Array[]): readonly InitialPacket[] {
  return datagrams.slice(0, MAX_QUIC_DATAGRAMS).flatMap((datagram) => findInitials(datagram));
}

/** After a Retry the client begins anew, with keys from the server's connection id: then what came before is void. */
function readClient(datagrams: readonly Uint8Array[]): SideHandshake | undefined {
  let keys: QuicKeys | undefined;
  let origin: InitialPacket | undefined;
  let pieces: CryptoPiece[] = [];
  for (const packet of initialsOf(datagrams)) {
    const opened = keys && openInitial(packet, keys);
    if (opened !== undefined) {
      collectCrypto(opened, pieces);
      continue;
    }
    const own = initialKeys(packet.version, packet.destinationId, 'client');
    const frames = openInitial(packet, own);
    if (frames === undefined) continue;
    keys = own;
    origin = packet;
    pieces = [];
    collectCrypto(frames, pieces);
  }
  if (origin === undefined) return undefined;
  return { facts: readHandshake(joinCrypto(pieces)), packet: origin };
}

function readServer(datagrams: readonly Uint8Array[], origin: InitialPacket): HandshakeFacts | undefined {
  const packets = initialsOf(datagrams);
  const [first] = packets;
  if (first === undefined) return undefined;
  // The server may have chosen another version than the client began with (RFC 9368 §2.1).
  const keys = initialKeys(first.version, origin.destinationId, 'server');
  const pieces: CryptoPiece[] = [];
  for (const packet of packets) collectCrypto(openInitial(packet, keys) ?? new Uint8Array(), pieces);
  return readHandshake(joinCrypto(pieces));
}
