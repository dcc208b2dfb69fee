// flow: what a TLS heartbeat record at a packet's start says (RFC 6520).

import { byteAt, uint16At } from './said-bytes.ts';
import { SIGN } from './signs.ts';

const RECORD_BYTES = 5;
/** As long as TLS 1.2 lets a record be (RFC 5246 §6.2.3). */
const MAX_RECORD_BYTES = 0x4000 + 2048;
const REQUEST = 1;
/** Message type, payload length and the shortest padding, which a record holds beside the payload. */
const MESSAGE_BYTES = 3;
const PADDING_BYTES = 16;

/** A TLS record of type 24 (RFC 6520 §3), and in clear a request for more than was sent (§4). */
export function heartbeatSigns(bytes: Uint8Array, at: number, end: number, direction: number): number {
  if (byteAt(bytes, at + 1, end) !== 3 || byteAt(bytes, at + 2, end) > 4) return 0;
  const length = uint16At(bytes, at + 3, end);
  if (length < MESSAGE_BYTES || length > MAX_RECORD_BYTES) return 0;
  const signs = direction === 0 ? SIGN.tlsHeartbeatRequest : SIGN.tlsHeartbeatResponse;
  const isRequest = byteAt(bytes, at + RECORD_BYTES, end) === REQUEST;
  const payload = uint16At(bytes, at + RECORD_BYTES + 1, end);
  const isExcess = isRequest && payload >= 0 && payload + MESSAGE_BYTES + PADDING_BYTES > length;
  return isExcess ? signs | SIGN.tlsHeartbeatExcess : signs;
}
