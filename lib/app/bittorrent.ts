// app: BitTorrent: which torrent a peer asks for, and with which program (BEP 3, BEP 5, BEP 20).

import { clearText, hexText, startsWith } from './clear-text.ts';
import { type Conversation, firstPiece } from './conversation.ts';
import { presentFacts } from './facts.ts';

export interface BittorrentFacts {
  readonly network: { readonly protocol: 'bittorrent' };
  readonly smartids: {
    readonly bittorrent: {
      readonly info_hash?: string | undefined;
      readonly client?: string | undefined;
      readonly dht?: true | undefined;
    };
  };
}

const HANDSHAKE = '\x13BitTorrent protocol';
const HASH_AT = 28;
const PEER_AT = 48;
const DHT_STARTS = ['d1:ad2:id20:', 'd1:rd2:id20:', 'd2:ip6:', 'd1:eli'] as const;

export function dissectBittorrent({ client, server, transport }: Conversation): BittorrentFacts | undefined {
  const [asked, answered] = [firstPiece(client), firstPiece(server)];
  if (transport === 'udp') {
    const isDht = DHT_STARTS.some((start) => startsWith(asked, start) || startsWith(answered, start));
    return isDht ? { network: { protocol: 'bittorrent' }, smartids: { bittorrent: { dht: true } } } : undefined;
  }
  const handshake = startsWith(asked, HANDSHAKE) ? asked : answered;
  if (!startsWith(handshake, HANDSHAKE)) return undefined;
  const isNamed = handshake.length >= PEER_AT + 8;
  return presentFacts<BittorrentFacts>({
    network: { protocol: 'bittorrent' },
    smartids: {
      bittorrent: {
        info_hash: handshake.length >= PEER_AT ? hexText(handshake.subarray(HASH_AT, PEER_AT)) : undefined,
        client: isNamed ? clearText(handshake.subarray(PEER_AT, PEER_AT + 8)) : undefined,
      },
    },
  });
}
