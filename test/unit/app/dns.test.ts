// app: DNS conversations.
import { describe, expect, it } from 'vitest';
import { dissectDns } from '../../../lib/app/dns.ts';
import { readDnsName } from '../../../lib/app/dns-name.ts';
import { be16, be32, bytesOf, dnsName, tcp, udp } from './plain-conversation.ts';

const POINTER_TO_QUESTION = [0xc0, 12];

function query(id: number, name: string, type = 1): Buffer {
  return bytesOf(be16(id), be16(0x0100), ...[1, 0, 0, 0].map(be16), dnsName(name), be16(type), be16(1));
}

function record(type: number, data: Uint8Array, name: readonly number[] = POINTER_TO_QUESTION): Buffer {
  return bytesOf(name, be16(type), be16(1), be32(300), be16(data.length), data);
}

function answer(id: number, name: string, records: readonly Buffer[], flags = 0x8180): Buffer {
  const counts = [1, records.length, 0, 0].map(be16);
  return bytesOf(be16(id), be16(flags), ...counts, dnsName(name), be16(1), be16(1), ...records);
}

describe('dissectDns', () => {
  it('gives the first exchange and counts the others', () => {
    const cname = record(5, dnsName('b.example'));
    const address = record(1, Buffer.from([192, 0, 2, 7]));
    const facts = dissectDns(
      udp([query(1, 'A.example'), query(2, 'c.example')], [answer(1, 'a.example', [cname, address])], 53),
    );
    expect(facts).toStrictEqual({
      network: { protocol: 'dns' },
      dns: {
        ...{ id: '1', type: 'answer', op_code: 'QUERY', response_code: 'NOERROR', header_flags: ['RD', 'RA'] },
        question: { name: 'a.example', type: 'A', class: 'IN' },
        answers: [
          { name: 'a.example', type: 'CNAME', class: 'IN', ttl: 300, data: 'b.example' },
          { name: 'a.example', type: 'A', class: 'IN', ttl: 300, data: '192.0.2.7' },
        ],
        answers_count: 2,
        resolved_ip: ['192.0.2.7'],
      },
      smartids: { dns: { queries: 2, responses: 1, other_names: ['c.example'], longest_name: 9 } },
    });
  });

  it.each([
    [28, Buffer.concat([Buffer.from([0x20, 1, 0x0d, 0xb8]), Buffer.alloc(11), Buffer.of(1)]), '2001:db8::1'],
    [15, bytesOf(be16(10), dnsName('mx.example')), '10 mx.example'],
    [16, bytesOf([3], 'a=b', [2], 'cd'), 'a=bcd'],
    [33, bytesOf(be16(1), be16(2), be16(389), dnsName('dc.example')), '1 2 389 dc.example'],
    [
      6,
      bytesOf(dnsName('ns.example'), dnsName('root.example'), be32(7), Buffer.alloc(16)),
      'ns.example root.example 7',
    ],
    [99_9, Buffer.of(0xca, 0xfe), 'cafe'],
  ])('writes the data of a record of type %i', (type, data, text) => {
    const facts = dissectDns(udp([], [answer(1, 'a.example', [record(type, data)])], 53));
    expect(facts?.dns.answers?.[0]?.data).toBe(text);
  });

  it('reads TCP’s messages behind their lengths', () => {
    const [one, two] = [query(1, 'a.example'), query(2, 'b.example', 252)];
    const facts = dissectDns(tcp(bytesOf(be16(one.length), one, be16(two.length), two), '', 53));
    expect(facts?.dns.question?.name).toBe('a.example');
    expect(facts?.smartids.dns).toMatchObject({ queries: 2, other_names: ['b.example'] });
  });

  it('keeps what is whole of a message that is cut', () => {
    const whole = answer(1, 'a.example', [
      record(1, Buffer.from([192, 0, 2, 7])),
      record(1, Buffer.from([192, 0, 2, 8])),
    ]);
    const facts = dissectDns(udp([], [whole.subarray(0, whole.length - 1)], 53));
    expect(facts?.dns).toMatchObject({ answers_count: 2, resolved_ip: ['192.0.2.7'] });
  });

  it('knows DNS on another port only by a whole question of a known type', () => {
    expect(dissectDns(udp([query(1, 'a.example')]))?.network.protocol).toBe('dns');
    expect(dissectDns(udp([query(1, 'a.example', 60_000)]))).toBeUndefined();
    expect(dissectDns(udp([Buffer.alloc(60)]))).toBeUndefined();
  });

  it('reads NetBIOS names', () => {
    const label = 'EHEIEPFDFECACACACACACACACACACAAA';
    const facts = dissectDns(udp([query(1, label, 0x20)], [], 137));
    expect(facts).toMatchObject({
      network: { protocol: 'netbios-ns' },
      dns: { question: { name: 'GHOST<00>', type: 'NB' } },
    });
  });

  it('follows no pointer forwards, to itself or without end', () => {
    expect(readDnsName(Buffer.from([0xc0, 0]), 0)).toBeUndefined();
    expect(readDnsName(Buffer.from([0xc0, 2, 0]), 0)).toBeUndefined();
    expect(readDnsName(Buffer.from([1, 0x61, 0xc0, 0]), 2)).toBeUndefined();
    expect(readDnsName(Buffer.from([1, 0x61, 0, 0xc0, 0]), 3)).toEqual({ text: 'a', next: 5 });
  });
});
