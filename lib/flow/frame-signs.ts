// flow: what a packet that begins with a length says: an SMB message, or a DNS question over TCP.

import { byteAt, uint16At } from './said-bytes.ts';
import { SIGN } from './signs.ts';
import { smbSigns } from './smb-signs.ts';

const FRAME_BYTES = 4;

/** Behind a 0: an SMB message in a NetBIOS frame (RFC 1002 §4.3.1), or a DNS message below 256 bytes (RFC 1035 §4.2.2). */
export function frameSigns(bytes: Uint8Array, at: number, end: number, direction: number): number {
  const first = byteAt(bytes, at + FRAME_BYTES, end);
  if (first >= 0xfe) {
    const length = (byteAt(bytes, at + 1, end) << 16) | uint16At(bytes, at + 2, end);
    const signs = smbSigns(bytes, at + FRAME_BYTES, end, length);
    if (signs !== 0) return signs;
  }
  return direction === 0 && isZoneTransfer(bytes, at + 2, end) ? SIGN.dnsZoneTransfer : 0;
}

const QUESTION_AT = 12;
const MAX_LABEL_BYTES = 63;
const IXFR = 251;
const AXFR = 252;

/** A query (RFC 1035 §4.1) with one question, of this type (RFC 5936 §2.1, RFC 1995 §3). */
function isZoneTransfer(bytes: Uint8Array, at: number, end: number): boolean {
  const isQuery = (byteAt(bytes, at + 2, end) & 0xf8) === 0;
  if (!isQuery || uint16At(bytes, at + 4, end) !== 1 || uint16At(bytes, at + 6, end) !== 0) return false;
  let label = at + QUESTION_AT;
  for (let length = byteAt(bytes, label, end); length !== 0; length = byteAt(bytes, label, end)) {
    if (length < 0 || length > MAX_LABEL_BYTES) return false;
    label += 1 + length;
  }
  const type = uint16At(bytes, label + 1, end);
  return type === AXFR || type === IXFR;
}
