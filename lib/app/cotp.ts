// app: what TPKT and COTP wrap (RFC 1006 §6, X.224 §13): the transport of RDP and S7comm.

import { uint8, uint16 } from './integers.ts';
import { MAX_MESSAGES } from './limits.ts';

export interface CotpUnit {
  /** 0xe0 connection request, 0xd0 confirm, 0xf0 data. */
  readonly kind: number;
  /** What follows the fixed part: a connection's parameters, or data. */
  readonly body: Uint8Array;
}

export const COTP_REQUEST = 0xe0;
export const COTP_CONFIRM = 0xd0;
export const COTP_DATA = 0xf0;
const VERSION = 3;
const TPKT_BYTES = 4;

/** Refuses in a few comparisons what no TPKT begins. */
export function looksLikeTpkt(bytes: Uint8Array): boolean {
  if (uint8(bytes, 0) !== VERSION || uint8(bytes, 1) !== 0 || uint16(bytes, 2) < 7) return false;
  const kind = uint8(bytes, 5);
  return kind === COTP_REQUEST || kind === COTP_CONFIRM || kind === COTP_DATA;
}

/** The units of a stream's head, the last one cut where the bytes end. */
export function readCotpUnits(bytes: Uint8Array): readonly CotpUnit[] {
  const units: CotpUnit[] = [];
  for (let at = 0; units.length < MAX_MESSAGES && looksLikeTpkt(bytes.subarray(at, at + 6)); ) {
    const end = at + uint16(bytes, at + 2);
    const kind = uint8(bytes, at + 5);
    const fixed = kind === COTP_DATA ? 3 : 7;
    units.push({ kind, body: bytes.subarray(at + TPKT_BYTES + fixed, end) });
    at = end;
  }
  return units;
}
