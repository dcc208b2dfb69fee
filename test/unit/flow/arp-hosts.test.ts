// flow: hosts by what ARP says: who claimed which address, how often and when; within bounds.
import { describe, expect, test } from 'vitest';
import { decodePacket } from '../../../lib/decode/decode-packet.ts';
import { createPacket } from '../../../lib/decode/packet.ts';
import { ArpHosts } from '../../../lib/flow/arp-hosts.ts';
import { MAX_ARP_ADDRESSES, MAX_ARP_CLAIMS } from '../../../lib/flow/limits.ts';
import { bytesOf, ethernet } from '../decode/frames.ts';

/** ARP, Request who-has 10.0.0.1 tell 10.0.0.9 */
function arp(operation: number, mac: string, sender: string): Uint8Array {
  const code = operation.toString(16).padStart(4, '0');
  return ethernet(0x0806, bytesOf(`0001 0800 0604 ${code} ${mac} ${sender} 000000000000 0a000001`));
}

function hostsOf(frames: readonly Uint8Array[]): ArpHosts {
  const hosts = new ArpHosts();
  const packet = createPacket();
  for (const [record, frame] of frames.entries()) {
    decodePacket(frame, 0, frame.length, frame.length, 1, packet);
    hosts.learn(packet, record, 1_700_000_000 + record, 5);
  }
  return hosts;
}

const MAC = '00005e005301';
const OTHER = '00005e005302';

describe('the hosts that ARP tells of', () => {
  test('are listed by address, each with who claimed it, how often, first and last', () => {
    const hosts = hostsOf([arp(1, MAC, '0a000009'), arp(2, MAC, '0a000009'), arp(2, OTHER, '0a000002')]);
    expect(hosts.hosts()).toEqual([
      {
        address: 0x0a000002,
        claims: [expect.objectContaining({ macLow: 0x5e005302, requests: 0, replies: 1, firstRecord: 2 })],
      },
      {
        address: 0x0a000009,
        claims: [
          {
            macHigh: 0,
            macLow: 0x5e005301,
            requests: 1,
            replies: 1,
            firstRecord: 0,
            lastRecord: 1,
            firstSeen: { seconds: 1_700_000_000, nanoseconds: 5 },
            lastSeen: { seconds: 1_700_000_001, nanoseconds: 5 },
          },
        ],
      },
    ]);
    expect(hosts.overLimit).toBe(0);
  });

  test('show two MAC addresses that quarrel over one address', () => {
    const [host] = hostsOf([arp(2, MAC, '0a000001'), arp(2, OTHER, '0a000001')]).hosts();
    expect(host?.claims.map(({ macLow }) => macLow)).toEqual([0x5e005301, 0x5e005302]);
  });

  test('leave out probes, which claim nothing, other operations, and what is no ARP', () => {
    expect(
      hostsOf([arp(1, MAC, '00000000'), arp(8, MAC, '0a000009'), ethernet(0x0800, bytesOf('45'))]).hosts(),
    ).toEqual([]);
  });

  test('are bounded: what finds no room is counted', () => {
    const macs = Array.from({ length: MAX_ARP_CLAIMS + 2 }, (_, i) => (0x5e005300 + i).toString(16).padStart(12, '0'));
    const crowded = hostsOf(macs.map((mac) => arp(2, mac, '0a000001')));
    expect([crowded.hosts()[0]?.claims.length, crowded.overLimit]).toEqual([MAX_ARP_CLAIMS, 2]);
    const addresses = Array.from({ length: MAX_ARP_ADDRESSES + 3 }, (_, i) =>
      (0x0a000000 + i + 1).toString(16).padStart(8, '0'),
    );
    const many = hostsOf(addresses.map((address) => arp(1, MAC, address)));
    expect([many.hosts().length, many.overLimit]).toEqual([MAX_ARP_ADDRESSES, 3]);
  });
});
