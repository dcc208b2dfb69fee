// generate: SMB 1 over TCP as old systems and what spreads among them speak it, [MS-CIFS] §2.2.
import { joinBytes, textBytes } from '../bytes/text.ts';

export const smbCommands = {
  transaction: 0x25,
  echo: 0x2b,
  transaction2: 0x32,
  sessionSetup: 0x73,
  treeConnect: 0x75,
  negotiate: 0x72,
  ntTransact: 0xa0,
} as const;

export interface SmbFields {
  readonly command: number;
  readonly answer: boolean;
  readonly status?: number;
  readonly tree?: number;
  readonly user?: number;
  readonly multiplex?: number;
  /** Little-endian 16-bit words. */
  readonly words: readonly number[];
  readonly data: Uint8Array;
}

/** With the NetBIOS session header of four bytes in front (RFC 1002 §4.3.1). */
export function encodeSmb1(fields: SmbFields): Uint8Array {
  const head = new Uint8Array(32);
  head.set([0xff, 0x53, 0x4d, 0x42, fields.command]);
  const view = new DataView(head.buffer);
  view.setUint32(5, fields.status ?? 0, true);
  head[9] = fields.answer ? 0x98 : 0x18;
  view.setUint16(10, 0xc807, true);
  view.setUint16(24, fields.tree ?? 0, true);
  view.setUint16(26, 0xfeff, true);
  view.setUint16(28, fields.user ?? 0, true);
  view.setUint16(30, fields.multiplex ?? 64, true);
  const words = Uint8Array.from(fields.words.flatMap((word) => [word & 0xff, word >>> 8]));
  const { length } = fields.data;
  const count = Uint8Array.of(length & 0xff, length >>> 8);
  const body = joinBytes([head, Uint8Array.of(fields.words.length), words, count, fields.data]);
  return joinBytes([Uint8Array.of(0, 0, body.length >>> 8, body.length & 0xff), body]);
}

export function smb1Negotiate(dialects: readonly string[]): Uint8Array {
  const data = joinBytes(
    dialects.map((dialect) => joinBytes([Uint8Array.of(2), textBytes(dialect), Uint8Array.of(0)])),
  );
  return encodeSmb1({ command: smbCommands.negotiate, answer: false, words: [], data });
}

export function smb1NegotiateAnswer(key: Uint8Array): Uint8Array {
  const words = [5, 0x3203, 0x1000, 1, 0xf000, 0, 1, 0, 0, 0xe3fd, 0x8001, 0, 0, 0, 0, 0, 8];
  return encodeSmb1({ command: smbCommands.negotiate, answer: true, words, data: key });
}
