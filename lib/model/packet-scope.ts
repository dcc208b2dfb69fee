// model: which packets the packet model can say anything about: what its training held, TCP over IPv4 with payload, whole.

import type { Packet } from '../decode/packet.ts';
import { LINE_PAYLOAD_BYTES } from './packet-tokens.ts';

/** Why a packet has no score of a packet model; keys of the ledger's `notScored`. */
export const NOT_SCORED_REASONS = [
  /** No packet model is in the repository. */
  'not-installed',
  /** What training never held. */
  'not-tcp',
  'not-ipv4',
  'no-payload',
  'fragment',
  /** The capture kept less of the payload than the model reads. */
  'truncated',
  /** Behind the first payload packets of its direction. */
  'sampled',
  /** The time for the chunk's packets was up. */
  'deadline',
  /** The model failed on this very packet. */
  'input-refused',
  /** The model server gave no answer, or has another model under this name. */
  'model-unavailable',
  'model-mismatch',
  /** Split's row and the dump's bytes disagree about the record. */
  'not-found',
] as const;
export type NotScoredReason = (typeof NOT_SCORED_REASONS)[number];

const TCP = 6;

/** Why a flow's packets are all beyond the model, undefined where they are not. */
export function flowOutOfScope(protocol: number, ipVersion: number): 'not-tcp' | 'not-ipv4' | undefined {
  if (protocol !== TCP) return 'not-tcp';
  return ipVersion === 4 ? undefined : 'not-ipv4';
}

/** Why a packet of a TCP flow over IPv4 is beyond the model, undefined where it is not. */
export function packetOutOfScope(packet: Packet): 'fragment' | 'no-payload' | 'truncated' | undefined {
  if (packet.moreFragments || packet.fragmentOffset > 0) return 'fragment';
  if (packet.payloadLength === 0) return 'no-payload';
  const wanted = Math.min(packet.payloadLength, LINE_PAYLOAD_BYTES);
  return packet.payloadCaptured < wanted ? 'truncated' : undefined;
}
