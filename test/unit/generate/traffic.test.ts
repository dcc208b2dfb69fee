// generate: single conversations, frames and links, down to the byte where a reader would stumble.
import { describe, expect, it } from 'vitest';
import { encodeFrame, type LinkKind } from '../../../local/generate/bytes/link.ts';
import { icmpFrame, tcpFrame, udpFrame } from '../../../local/generate/frame.ts';
import { conversationRecords, elephantRecords } from '../../../local/generate/single-flow.ts';
import type { Turn } from '../../../local/generate/tcp-session.ts';
import { readEthernetNaively } from '../../support/naive-packet.ts';

const hello: Turn = { kind: 'data', from: 'client', bytes: new Uint8Array(4000).fill(65), waitNs: 1000 };
const answer: Turn = { kind: 'data', from: 'server', bytes: new Uint8Array(30).fill(66), waitNs: 1000 };

function flagsOf(turns: readonly Turn[]): string[] {
  return [...conversationRecords(turns)].map(({ bytes }) => {
    const packet = readEthernetNaively(bytes);
    const names = ['F', 'S', 'R', 'P', 'A'].filter((_, bit) => ((packet?.flags ?? 0) & (1 << bit)) !== 0).join('');
    return `${packet?.sourcePort === 40_000 ? '>' : '<'}${names}${packet?.payload.length || ''}`;
  });
}

describe('a TCP conversation', () => {
  it('shakes hands, cuts data at the segment size and says goodbye', () => {
    const flags = flagsOf([hello, { kind: 'close', from: 'client', how: 'fin', waitNs: 1000 }]);
    expect(flags.slice(0, 3)).toEqual(['>S', '<SA', '>A']);
    expect(
      flags
        .filter((flag) => /\d/.test(flag))
        .map((flag) => Number(flag.replace(/\D/g, '')))
        .reduce((a, b) => a + b),
    ).toBe(4000);
    expect(flags.filter((flag) => flag.startsWith('>PA')).length).toBe(1);
    expect(flags.filter((flag) => flag.includes('F')).length).toBe(2);
    expect(flags.at(-1)).toBe('>A');
  });

  it('carries every byte of both ends in order', () => {
    const streams = { client: '', server: '' };
    for (const { bytes } of conversationRecords([hello, answer, answer])) {
      const packet = readEthernetNaively(bytes);
      if (packet !== undefined)
        streams[packet.sourcePort === 40_000 ? 'client' : 'server'] += packet.payload.toString();
    }
    expect(streams).toEqual({ client: 'A'.repeat(4000), server: 'B'.repeat(60) });
  });

  it('is reset at once by an end that closes so', () => {
    expect(flagsOf([answer, { kind: 'close', from: 'client', how: 'rst', waitNs: 1000 }]).at(-1)).toMatch(/^>RA?$/);
  });

  it('stays half open where the other end only acknowledges', () => {
    const flags = flagsOf([
      answer,
      { kind: 'close', from: 'server', how: 'half', waitNs: 1000 },
      { ...answer, from: 'client' },
    ]);
    expect(flags.filter((flag) => flag.includes('F'))).toEqual(['<FA']);
    expect(flags.filter((flag) => flag.startsWith('>PA')).length).toBe(1);
  });

  it('repeats the last segment of a turn that was lost, with the same sequence number', () => {
    const lossy = [...conversationRecords([hello, answer], { lossRate: 1 })].map(({ bytes }) =>
      readEthernetNaively(bytes),
    );
    const pushes = lossy.filter((packet) => packet?.sourcePort === 40_000 && (packet.flags & 8) !== 0);
    expect(pushes.length).toBe(2);
    expect(pushes[0]?.sequence).toBe(pushes[1]?.sequence);
  });

  it('downloads exactly the bytes of an elephant', () => {
    let bytes = 0;
    for (const record of elephantRecords(1_000_000)) {
      const packet = readEthernetNaively(record.bytes);
      if (packet?.sourcePort === 80) bytes += packet.payload.length;
    }
    expect(bytes).toBe(1_000_000);
  });
});

describe('single frames', () => {
  it('hold the fields they were given', () => {
    const packet = readEthernetNaively(
      tcpFrame({
        source: '2001:db8::1',
        destination: '2001:db8::2',
        sourcePort: 5,
        flags: ['syn', 'ece'],
        payload: 'abc',
      }),
    );
    expect(packet).toMatchObject({ ipVersion: 6, sourcePort: 5, destinationPort: 80, flags: 66, checksumsHold: true });
    expect(packet?.payload.toString()).toBe('abc');
  });

  it('have sound UDP and ICMP checksums for odd lengths and both IP versions', () => {
    for (const ends of [{}, { source: 'fd00::1', destination: 'fd00::2' }]) {
      expect(readEthernetNaively(udpFrame({ ...ends, payload: 'odd' }))?.checksumsHold).toBe(true);
      expect(readEthernetNaively(icmpFrame({ ...ends, type: 8, body: new Uint8Array(7).fill(3) }))?.protocol).toBe(
        'source' in ends ? 58 : 1,
      );
      expect(readEthernetNaively(icmpFrame({ ...ends, type: 8, body: new Uint8Array(7).fill(3) }))?.checksumsHold).toBe(
        true,
      );
    }
  });
});

describe('link types', () => {
  const head = (link: LinkKind, etherType: number): string | undefined => {
    const payload = {
      bytes: Uint8Array.of(0x45),
      etherType,
      sourceMac: Uint8Array.of(2, 1, 1, 1, 1, 1),
      destinationMac: Uint8Array.of(2, 2, 2, 2, 2, 2),
    };
    const frame = encodeFrame(payload, { link });
    return frame === undefined ? undefined : Buffer.from(frame).toString('hex');
  };

  it.each([
    ['ethernet', '0202020202020201010101010800' + '45'],
    ['ethernet-vlan', '020202020202020101010101810000640800' + '45'],
    ['linux-sll', '00040001000602010101010100000800' + '45'],
    ['linux-sll2', '0800000000000002000104060201010101010000' + '45'],
    ['null', '02000000' + '45'],
    ['loop', '00000002' + '45'],
    ['raw', '45'],
  ] as const)('%s begins as its specification says', (link, expected) => {
    expect(head(link, 0x0800)).toBe(expected);
  });

  it.each(['null', 'loop', 'raw'] as const)('%s has no place for ARP', (link) => {
    expect(head(link, 0x0806)).toBeUndefined();
  });

  it('pads a short frame to sixty bytes where the link is a receiving card', () => {
    expect(tcpFrame({ link: { link: 'ethernet', padded: true } }).length).toBe(60);
    expect(tcpFrame({}).length).toBe(54);
  });
});
