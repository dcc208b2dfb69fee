// generate: SMB 2 messages of a logon, [MS-SMB2] §2.2: sound in their heads, noise where tickets and answers are.
import { joinBytes } from '../bytes/text.ts';
import type { Random } from '../random.ts';

export const smb2Commands = {
  negotiate: 0,
  sessionSetup: 1,
  logoff: 2,
  treeConnect: 3,
  treeDisconnect: 4,
  echo: 13,
} as const;

export interface Smb2Fields {
  readonly command: number;
  readonly answer: boolean;
  readonly message: number;
  readonly status?: number;
  readonly session?: number;
  readonly tree?: number;
  readonly body: Uint8Array;
}

/** With the length of four bytes in front that TCP transport adds. */
export function encodeSmb2(fields: Smb2Fields): Uint8Array {
  const head = new Uint8Array(68);
  const length = 64 + fields.body.length;
  head.set([0, 0, length >>> 8, length & 0xff, 0xfe, 0x53, 0x4d, 0x42, 64]);
  const view = new DataView(head.buffer);
  view.setUint16(10, 1, true);
  view.setUint32(12, fields.status ?? 0, true);
  view.setUint16(16, fields.command, true);
  view.setUint16(18, 1, true);
  view.setUint32(20, fields.answer ? 1 : 0, true);
  view.setUint32(28, fields.message, true);
  view.setUint32(40, fields.tree ?? 0, true);
  view.setUint32(44, fields.session ?? 0, true);
  return joinBytes([head, fields.body]);
}

export function smb2Negotiate(random: Random): Uint8Array {
  const head = Uint8Array.of(36, 0, 4, 0, 1, 0, 0, 0, 0x7f, 0, 0, 0);
  const dialects = Uint8Array.of(0x02, 0x02, 0x10, 0x02, 0x00, 0x03, 0x02, 0x03);
  return joinBytes([head, random.bytes(16), new Uint8Array(8), dialects]);
}

export function smb2NegotiateAnswer(random: Random): Uint8Array {
  const head = Uint8Array.of(65, 0, 1, 0, 0x02, 0x03, 0, 0);
  const limits = Uint8Array.of(0x2f, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0x80, 0);
  const blob = securityBlob(random.integer(60, 120), random);
  return joinBytes([
    head,
    random.bytes(16),
    limits,
    random.bytes(16),
    Uint8Array.of(128, 0, blob.length, 0, 0, 0, 0, 0),
    blob,
  ]);
}

export function smb2SessionSetup(ticketBytes: number, random: Random): Uint8Array {
  const blob = securityBlob(ticketBytes, random);
  const head = Uint8Array.of(25, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 88, 0, blob.length & 0xff, blob.length >>> 8);
  return joinBytes([head, new Uint8Array(8), blob]);
}

export function smb2SessionSetupAnswer(ticketBytes: number, random: Random): Uint8Array {
  const blob = securityBlob(ticketBytes, random);
  return joinBytes([Uint8Array.of(9, 0, 0, 0, 72, 0, blob.length & 0xff, blob.length >>> 8), blob]);
}

export function smb2TreeConnect(path: string): Uint8Array {
  const wide = Uint8Array.from([...path].flatMap((letter) => [letter.charCodeAt(0), 0]));
  return joinBytes([Uint8Array.of(9, 0, 0, 0, 72, 0, wide.length & 0xff, wide.length >>> 8), wide]);
}

export const smb2TreeConnectAnswer: Uint8Array = Uint8Array.of(
  16,
  0,
  2,
  0,
  0x30,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0xff,
  1,
  0x1f,
  0,
);
/** The body of requests and answers that say nothing more: logoff, disconnect, echo. */
export const smb2Nothing: Uint8Array = Uint8Array.of(4, 0, 0, 0);

/** A ticket in application-specific ASN.1, as long as asked, with nothing readable in it. */
function securityBlob(length: number, random: Random): Uint8Array {
  const oid = Uint8Array.of(0x06, 0x06, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x02);
  const body = joinBytes([oid, Uint8Array.of(4, 0x82, length >>> 8, length & 0xff), random.bytes(length)]);
  return joinBytes([Uint8Array.of(0x60, 0x82, body.length >>> 8, body.length & 0xff), body]);
}
