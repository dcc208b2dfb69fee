// decode: packets in tunnels: the innermost is the packet, and what it came through stands beside it.
import { describe, expect, test } from 'vitest';
import { decodePacket } from '../../../lib/decode/decode-packet.ts';
import { createPacket, DECODE_REASONS, type Packet, TUNNEL_TYPES } from '../../../lib/decode/packet.ts';
import { bytesOf, ethernet, ipv4, ipv6, join, tcp, udp } from './frames.ts';
import * as tunnels from './tunnel-frames.ts';

const hello = Uint8Array.from(Buffer.from('hello'));
const tcpv4 = ethernet(0x0800, ipv4(tcp(hello)));
const tcpv6 = ethernet(0x86dd, ipv6(tcp(hello)));

function decode(frame: Uint8Array, capturedLength = frame.length): Packet {
  const packet = createPacket();
  decodePacket(frame, 0, capturedLength, frame.length, 1, packet);
  return packet;
}

/** The outer IPv4 header's addresses, the other way round. */
function answer(frame: Uint8Array): Uint8Array {
  const turned = frame.slice();
  turned.set(frame.subarray(30, 34), 26);
  turned.set(frame.subarray(26, 30), 30);
  return turned;
}

const inner = { sourcePort: 50_000, destinationPort: 443, protocol: 6, payloadLength: 5, payloadCaptured: 5 };
const outerIpv4 = {
  outerSource2: 0xffff,
  outerSource3: 0xc0a80001,
  outerDestination2: 0xffff,
  outerDestination3: 0xc8643219,
};

describe('a packet', () => {
  test.each([
    ['IP-in-IP', tunnels.ipInIp, tcpv4, 'ip-in-ip', -1],
    ['6in4', tunnels.ipInIp, tcpv6, '6in4', -1],
    ['GRE', tunnels.greIp, tcpv6, 'gre', -1],
    ['GRE with every field, of a frame', tunnels.greFrame, tcpv4, 'gre', 0x01020304],
    ['PPP in GRE', tunnels.grePpp, tcpv4, 'gre', -1],
    ['ERSPAN I', tunnels.erspan1, tcpv4, 'erspan', -1],
    ['ERSPAN II', tunnels.erspan2, tcpv4, 'erspan', 0x123],
    ['ERSPAN III with its subheader', tunnels.erspan3, tcpv4, 'erspan', 0x123],
    ['VXLAN', tunnels.vxlan, tcpv4, 'vxlan', 0xabcd],
    ["VXLAN on Linux' port", tunnels.vxlanOfLinux, tcpv4, 'vxlan', 0xabcd],
    ['Geneve with options', tunnels.geneve, tcpv4, 'geneve', 0xabcd],
    ['Geneve of IP', tunnels.geneveIp, tcpv6, 'geneve', 0xabcd],
    ['GTP-U', tunnels.gtp, tcpv4, 'gtp-u', 0x01020304],
    ['GTP-U with extension headers', tunnels.gtpExtended, tcpv6, 'gtp-u', 0x01020304],
    ['Teredo', tunnels.teredo, tcpv6, 'teredo', -1],
    ['EtherIP', tunnels.etherIp, tcpv4, 'etherip', -1],
    ['MPLS in IP', tunnels.mplsInIp, tcpv4, 'mpls-in-ip', -1],
  ] as const)('in %s is the packet, and the outer one its way', (_name, tunnel, frame, type, tunnelId) => {
    const packet = decode(tunnel(frame));
    const outer = { ...outerIpv4, tunnelDepth: 1, tunnelType: TUNNEL_TYPES.indexOf(type), tunnelId };
    expect(packet).toMatchObject({ reason: 0, ...inner, ...outer, tunnelUndecoded: 0 });
    expect(packet.ipVersion).toBe(frame === tcpv4 ? 4 : 6);
  });

  test.each([
    ['4in6', tcpv4, '4in6'],
    ['6in6', tcpv6, '6in6'],
  ] as const)('in %s has IPv6 addresses around it', (_name, frame, type) => {
    expect(decode(tunnels.ipInIpv6(frame))).toMatchObject({
      ...inner,
      tunnelType: TUNNEL_TYPES.indexOf(type),
      outerSource0: 0x20010db8,
      outerDestination3: 6,
    });
  });

  test.each([
    ['with a control word', tunnels.mplsEthernet],
    ['without one', tunnels.mplsEthernetPlain],
  ])('in an Ethernet pseudowire %s is found, with the bottom label', (_name, tunnel) => {
    const type = TUNNEL_TYPES.indexOf('mpls-ethernet');
    expect(decode(tunnel(tcpv4))).toMatchObject({ ...inner, tunnelDepth: 1, tunnelType: type, tunnelId: 17 });
  });

  test('in a frame in a tunnel has the inner MAC addresses and VLAN, in a tunnel of IP the outer ones', () => {
    const tagged = ethernet(0x0800, ipv4(tcp(hello)), [[0x8100, 7]]);
    tagged[0] = 0x55;
    expect(decode(tunnels.vxlan(tagged))).toMatchObject({ vlan: 7, destinationMacHigh: 0x550b });
    const outerTag = (frame: Uint8Array) => join(frame.slice(0, 12), bytesOf('81000009'), frame.slice(12));
    expect(decode(outerTag(tunnels.vxlan(tcpv4))).vlan).toBe(-1);
    expect(decode(outerTag(tunnels.greIp(tcpv4)))).toMatchObject({ vlan: 9, destinationMacHigh: 0x0a0b });
  });

  test('in eight tunnels is found, and in nine the eighth tunnel is the packet, with the reason', () => {
    const nested = (depth: number) => Array.from({ length: depth }).reduce<Uint8Array>(tunnels.greIp, tcpv4);
    expect(decode(nested(8))).toMatchObject({ ...inner, tunnelDepth: 8, tunnelUndecoded: 0 });
    const tooDeep = DECODE_REASONS.indexOf('tunnel-too-deep');
    expect(decode(nested(9))).toMatchObject({ reason: 0, protocol: 47, tunnelDepth: 8, tunnelUndecoded: tooDeep });
  });
});

describe('a tunnel', () => {
  test.each([
    ['GRE', tunnels.greFrame],
    ['VXLAN', tunnels.vxlan],
    ['GTP-U', tunnels.gtp],
  ])('of %s has one key for both directions, and another between other addresses', (_name, tunnel) => {
    const there = decode(tunnel(tcpv4));
    const back = decode(answer(tunnel(tcpv4)));
    const elsewhere = tunnel(tcpv4);
    elsewhere[29] = 99;
    expect(there.tunnelKey).not.toBe(0);
    expect(back.tunnelKey).toBe(there.tunnelKey);
    expect(back.outerSource3).toBe(there.outerDestination3);
    expect(decode(elsewhere).tunnelKey).not.toBe(there.tunnelKey);
  });

  test('has another key with another VNI, and the same with another TEID', () => {
    const other = (frame: Uint8Array) => {
      const changed = frame.slice();
      changed[14 + 20 + 8 + 5] = 0x77;
      return decode(changed).tunnelKey;
    };
    expect(other(tunnels.vxlan(tcpv4))).not.toBe(decode(tunnels.vxlan(tcpv4)).tunnelKey);
    expect(other(tunnels.gtp(tcpv4))).toBe(decode(tunnels.gtp(tcpv4)).tunnelKey);
  });

  test.each([
    ['an ARP request', tunnels.vxlan(ethernet(0x0806, new Uint8Array(28))), 'arp', 17],
    ['a frame of something else', tunnels.greFrame(ethernet(0x88cc, new Uint8Array(28))), 'not-ip', 47],
    ['encrypted PPP', ethernet(0x0800, ipv4(bytesOf('2001880b00040001 00fd0102'), { protocol: 47 })), 'not-ip', 47],
    ['a malformed TCP header', tunnels.greIp(ethernet(0x0800, ipv4(new Uint8Array(8)))), 'transport-malformed', 47],
    ['GRE of version 2', ethernet(0x0800, ipv4(bytesOf('00020800 45'), { protocol: 47 })), 'tunnel-malformed', 47],
    ['EtherIP of version 4', ethernet(0x0800, ipv4(bytesOf('4000 45'), { protocol: 97 })), 'tunnel-malformed', 97],
    ['options beyond Geneve', tunnels.udpTo(6081, bytesOf('3f000800 00000000')), 'tunnel-malformed', 17],
    [
      'a GTP-U extension of no length',
      tunnels.udpTo(2152, bytesOf('34ff000001020304 00000085 00')),
      'tunnel-malformed',
      17,
    ],
  ])('with %s inside is the packet itself, and says why', (_name, frame, reason, protocol) => {
    const tunnelUndecoded = DECODE_REASONS.indexOf(reason as (typeof DECODE_REASONS)[number]);
    expect(tunnelUndecoded).toBeGreaterThan(0);
    const expected = { reason: 0, ...outerAsPacket, tunnelDepth: 0, tunnelKey: 0, tunnelUndecoded, protocol };
    expect(decode(frame)).toMatchObject(expected);
  });

  test.each([
    ['VXLAN without a VNI', tunnels.udpTo(4789, bytesOf('0000000000abcd00 0102030405060708'))],
    ['Geneve of a protocol of nobody', tunnels.udpTo(6081, bytesOf('0000123400abcd00'))],
    ['a GTP echo', tunnels.udpTo(2152, bytesOf('32010004000000000001'))],
    ['a Teredo port with something else', tunnels.udpTo(3544, new Uint8Array(60).fill(0x61))],
  ])('%s is none', (_name, frame) => {
    expect(decode(frame)).toMatchObject({ reason: 0, protocol: 17, tunnelDepth: 0, tunnelUndecoded: 0 });
  });

  test('cut by a snaplen is the packet itself as soon as the inner headers are not whole', () => {
    const frame = tunnels.vxlan(tcpv4);
    const innerHeaders = frame.length - hello.length;
    expect(decode(frame, innerHeaders)).toMatchObject({ ...inner, payloadCaptured: 0, truncated: true });
    for (let captured = 42; captured < innerHeaders; captured += 1) {
      const packet = decode(frame, captured);
      expect(packet).toMatchObject({ reason: 0, ...outerAsPacket, protocol: 17, tunnelDepth: 0, truncated: true });
      expect(packet.tunnelUndecoded).toBeGreaterThan(0);
    }
  });

  test('leaves nothing of it in the next packet', () => {
    const packet = createPacket();
    for (const frame of [tunnels.vxlan(tcpv4), tcpv4]) decodePacket(frame, 0, frame.length, frame.length, 1, packet);
    expect(packet).toEqual(decode(tcpv4));
    expect(decode(ethernet(0x0800, ipv4(udp(hello), { protocol: 17 }))).hasRareFields).toBe(false);
  });
});

const outerAsPacket = { source3: 0xc0a80001, destination3: 0xc8643219 };
