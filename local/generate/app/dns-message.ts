// generate: DNS queries and answers, https://www.rfc-editor.org/rfc/rfc1035#section-4.

import { writeUint16, writeUint32 } from '../bytes/ip.ts';
import { joinBytes, textBytes } from '../bytes/text.ts';

export const recordTypes = {
  a: 1,
  ns: 2,
  cname: 5,
  soa: 6,
  ptr: 12,
  mx: 15,
  txt: 16,
  aaaa: 28,
  srv: 33,
  https: 65,
} as const;

export interface DnsAnswer {
  readonly type: number;
  readonly ttlSeconds: number;
  readonly data: Uint8Array;
}

export interface DnsMessage {
  readonly id: number;
  readonly flags: number;
  readonly name: string;
  readonly type: number;
  readonly answers?: readonly DnsAnswer[];
  /** Authority records, named by the question's parent zone through a pointer. */
  readonly authorities?: readonly DnsAnswer[];
}

/** Flags: a recursive query, its answer, and "no such name". */
export const dnsFlags = {
  query: 0x0100,
  answer: 0x8180,
  noSuchName: 0x8183,
  multicastQuery: 0,
  multicastAnswer: 0x8400,
} as const;

export function encodeDnsMessage(message: DnsMessage): Uint8Array {
  const header = new Uint8Array(12);
  writeUint16(header, 0, message.id);
  writeUint16(header, 2, message.flags);
  writeUint16(header, 4, 1);
  writeUint16(header, 6, message.answers?.length ?? 0);
  writeUint16(header, 8, message.authorities?.length ?? 0);
  const name = encodeDnsName(message.name);
  const question = new Uint8Array(4);
  writeUint16(question, 0, message.type);
  writeUint16(question, 2, 1);
  // 0xc00c points at the question's name; the parent zone starts behind its first label.
  const parent = 0xc00c + 1 + (name[0] ?? 0);
  return joinBytes([
    header,
    name,
    question,
    ...(message.answers ?? []).map((answer) => encodeRecord(0xc00c, answer)),
    ...(message.authorities ?? []).map((answer) => encodeRecord(parent, answer)),
  ]);
}

function encodeRecord(pointer: number, answer: DnsAnswer): Uint8Array {
  const head = new Uint8Array(12);
  writeUint16(head, 0, pointer);
  writeUint16(head, 2, answer.type);
  writeUint16(head, 4, 1);
  writeUint32(head, 6, answer.ttlSeconds);
  writeUint16(head, 10, answer.data.length);
  return joinBytes([head, answer.data]);
}

export function encodeDnsName(name: string): Uint8Array {
  const labels = name.split('.').flatMap((label) => [Uint8Array.of(label.length), textBytes(label)]);
  return joinBytes([...labels, Uint8Array.of(0)]);
}

export function encodeStartOfAuthority(zone: string, serial: number): Uint8Array {
  const numbers = new Uint8Array(20);
  [serial, 7200, 900, 1_209_600, 300].forEach((value, at) => {
    writeUint32(numbers, at * 4, value);
  });
  return joinBytes([encodeDnsName(`ns1.${zone}`), encodeDnsName(`hostmaster.${zone}`), numbers]);
}
