// support for app's tests: conversations out of text and numbers.
import type { Conversation } from '../../../lib/app/conversation.ts';

export type Part = string | Uint8Array | readonly number[];

export function bytesOf(...parts: readonly Part[]): Buffer {
  return Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  );
}

export function tcp(client: Part, server: Part = '', port = 9999): Conversation {
  const side = (part: Part, at: number) => ({
    port: at,
    pieces: part.length === 0 ? [] : [bytesOf(part)],
    isWhole: true,
  });
  return { transport: 'tcp', client: side(client, 40_000), server: side(server, port) };
}

export function udp(client: readonly Part[], server: readonly Part[] = [], port = 9999): Conversation {
  const side = (parts: readonly Part[], at: number) => ({
    port: at,
    pieces: parts.map((part) => bytesOf(part)),
    isWhole: true,
  });
  return { transport: 'udp', client: side(client, 40_000), server: side(server, port) };
}

export const be16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
export const le16 = (value: number): Buffer => Buffer.from([value & 0xff, value >> 8]);
export const be32 = (value: number): Buffer =>
  Buffer.from([value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff]);
export const le32 = (value: number): Buffer => Buffer.from(be32(value)).reverse();
export const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

/** A DER element, short or long form. */
export function der(tag: number, ...parts: readonly Part[]): Buffer {
  const content = bytesOf(...parts);
  return bytesOf(
    content.length < 128 ? [tag, content.length] : [tag, 0x82, content.length >> 8, content.length & 0xff],
    content,
  );
}

/** A name of DNS' labels. */
export function dnsName(text: string): Buffer {
  return bytesOf(...text.split('.').map((label) => bytesOf([label.length], label)), [0]);
}

/** What stands below `smartids` of some facts. */
export function own(facts: { readonly smartids: object } | undefined): object | undefined {
  return facts?.smartids;
}
