// decode: what a tunnel's header says, in one reusable value.
import { DECODED } from './reasons.ts';

export interface TunnelHeader {
  /** Index into DECODE_REASONS: why the header cannot be followed; every other field is valid only where it is 0. */
  reason: number;
  /** Index into TUNNEL_TYPES. */
  type: number;
  /** What tells tunnels between the same addresses apart, or -1. */
  id: number;
  /** Where the inner packet or frame begins, and what it is. */
  start: number;
  etherType: number;
}

export function createTunnelHeader(): TunnelHeader {
  return { reason: DECODED, type: 0, id: -1, start: 0, etherType: 0 };
}

export function tunnelFound(header: TunnelHeader, type: number, id: number, start: number, etherType: number): true {
  header.reason = DECODED;
  header.type = type;
  header.id = id;
  header.start = start;
  header.etherType = etherType;
  return true;
}

export function tunnelRefused(header: TunnelHeader, reason: number): true {
  header.reason = reason;
  return true;
}
