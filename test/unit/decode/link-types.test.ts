// decode: each link type as a capture has it: the line tcpdump would print, the frame in hex, what the decoder makes of it.
import { describe, expect, test } from 'vitest';
import { decodePacket } from '../../../lib/decode/decode-packet.ts';
import { createPacket, DECODE_REASONS, type Packet, TUNNEL_TYPES } from '../../../lib/decode/packet.ts';
import { bytesOf, join } from './frames.ts';

/** IP 192.0.2.1.12345 > 198.51.100.1.53: UDP, length 1 */
const QUERY = '4500001d 00010000 40118e99 c0000201 c6336401 3039 0035 0009 8b37 58';
/** IP6 2001:db8::1.12345 > 2001:db8::2.53: UDP, length 1 */
const QUERY6 =
  '60000000 0009 11 40 20010db8000000000000000000000001 20010db8000000000000000000000002 3039 0035 0009 0000 58';
const LLC = 'aaaa03 000000 0800';
/** 802.11: to 02:00:00:00:00:0b, by 02:00:00:00:00:0a, of 02:00:00:00:00:0c. */
const WLAN = '02000000000b 02000000000a 02000000000c 1000';
const NO_IDS = { vlan: -1, innerVlan: -1, tunnelDepth: 0 };

function decode(linktype: number, frame: Uint8Array): Packet & { readonly why: string | undefined } {
  const packet = createPacket();
  // Not at the buffer's start, and with bytes behind it that are not the frame's.
  decodePacket(
    join(new Uint8Array(5), frame, new Uint8Array(64).fill(0x45)),
    5,
    frame.length,
    frame.length,
    linktype,
    packet,
  );
  return { ...packet, why: DECODE_REASONS[packet.reason] };
}

const query = { why: 'decoded', ipVersion: 4, protocol: 17, sourcePort: 12_345, destinationPort: 53, payloadLength: 1 };
const query6 = { ...query, ipVersion: 6 };
const macs = { hasMac: true, destinationMacLow: 0x0000000b, sourceMacLow: 0x0000000c };

/** A frame that leads to the query; `more` is what its header says besides. */
const LEADING: readonly (readonly [line: string, linktype: number, hex: string, more?: object])[] = [
  ['PPP, IP (0x0021): QUERY', 9, `ff03 0021 ${QUERY}`],
  ['PPP with address and control left out, and half of the protocol: QUERY', 9, `21 ${QUERY}`],
  ['PPP, MPLS (label 16, [S], ttl 64): QUERY', 9, `ff03 0281 00010140 ${QUERY}`],
  ['PPP, IP6 (0x0057): QUERY6', 50, `ff03 0057 ${QUERY6}`, query6],
  ['Cisco HDLC in a PPP capture: QUERY', 50, `0f00 0800 ${QUERY}`],
  ['pppd, outbound, IP: QUERY', 166, `01 ff03 0021 ${QUERY}`],
  ['PPP, In, IP: QUERY', 204, `00 ff03 0021 ${QUERY}`],
  ['PPPoE  [ses 0x11] IP (0x0021), length 31: QUERY', 51, `1100 0011 001f 0021 ${QUERY}`],
  ['IP, Cisco HDLC unicast: QUERY', 104, `0f00 0800 ${QUERY}`],
  ['IP6, Cisco HDLC multicast: QUERY6', 104, `8f00 86dd ${QUERY6}`, query6],
  ['Out IP, Cisco HDLC: QUERY', 205, `01 0f00 0800 ${QUERY}`],
  ['Q.922, hdr-len 2, DLCI 100, NLPID IPv4 (0xcc): QUERY', 107, `1841 03cc ${QUERY}`],
  ['Q.922, hdr-len 2, DLCI 100, NLPID IPv6 (0x8e), padded: QUERY6', 107, `1841 0300 8e ${QUERY6}`, query6],
  ['Q.922, hdr-len 4, NLPID SNAP (0x80): QUERY', 107, `18400041 0300 80 000000 0800 ${QUERY}`],
  ['Q.922, hdr-len 2, cisco-ethertype IPv4 (0x0800): QUERY', 107, `1841 0800 ${QUERY}`],
  ['In Q.922, NLPID IPv4 (0xcc): QUERY', 206, `00 1841 03cc ${QUERY}`],
  ['FDDI llc async4 02:..:0c > 02:..:0b: QUERY', 10, `54 02000000000b 02000000000c ${LLC} ${QUERY}`, macs],
  ['802.3 LLC, dsap IP (0x06) ssap IP (0x06): QUERY', 1, `02000000000b 02000000000c 0020 060603 ${QUERY}`, macs],
  ['MPLS (label 16, ttl 64) (label 17, [S], ttl 64): QUERY', 219, `00010040 00011140 ${QUERY}`],
  [
    'vlan 7, p 0, PPPoE  [ses 0x11] IP: QUERY',
    1,
    `02000000000b 02000000000c 8100 0007 8864 1100 0011 001f 0021 ${QUERY}`,
    { ...macs, vlan: 7 },
  ],
  ['CMD (SGT 5), IP: QUERY', 1, `02000000000b 02000000000c 8909 0101 0001 0005 0800 ${QUERY}`, macs],
  ['VN-Tag, IP: QUERY', 1, `02000000000b 02000000000c 8926 00000000 0800 ${QUERY}`, macs],
  [
    'NSH, flags [none], TTL 63, SPI 1, SI 255, next-protocol IPv4: QUERY',
    1,
    `02000000000b 02000000000c 894f 0fc20201 000001ff ${QUERY}`,
    macs,
  ],
  [
    'PBB, I-SID 1, 02:..:0c > 02:..:0b: QUERY',
    1,
    `0200000000bb 0200000000cc 88e7 00000001 02000000000b 02000000000c 0800 ${QUERY}`,
    macs,
  ],
  ['DA:02:..:0b BSSID:02:..:0a SA:02:..:0c LLC: QUERY', 105, `0802 0000 ${WLAN} ${LLC} ${QUERY}`, macs],
  [
    'QoS with HT control, to DS: QUERY',
    105,
    `8881 0000 02000000000a 02000000000c 02000000000b 1000 0000 00000000 ${LLC} ${QUERY}`,
    macs,
  ],
  [
    'four addresses: QUERY',
    105,
    `0803 0000 02000000000a 0200000000aa 02000000000b 1000 02000000000c ${LLC} ${QUERY}`,
    macs,
  ],
  [
    'A-MSDU, its first frame: QUERY',
    105,
    `8802 0000 ${WLAN} 8000 02000000000b 02000000000c 0025 ${LLC} ${QUERY}`,
    macs,
  ],
  ['mesh control, announced: QUERY', 105, `8802 0000 ${WLAN} 0001 001f 01000000 ${LLC} ${QUERY}`, macs],
  [
    'mesh control of the draft, one address: QUERY',
    105,
    `8802 0000 ${WLAN} 0000 011f 01000000 02000000000c ${LLC} ${QUERY}`,
    macs,
  ],
  ['radiotap, 2412 MHz, DA:02:..:0b: QUERY', 127, `0000 0a00 08000000 6c09 0802 0000 ${WLAN} ${LLC} ${QUERY}`, macs],
  [
    'radiotap with time and a padded header: QUERY',
    127,
    `0000 1100 03000000 0000000000000000 20 8802 0000 ${WLAN} 0000 0000 ${LLC} ${QUERY}`,
    macs,
  ],
  ['Prism, DA:02:..:0b: QUERY', 119, `44000000 90000000 ${'00'.repeat(136)} 0802 0000 ${WLAN} ${LLC} ${QUERY}`, macs],
  ['AVS, DA:02:..:0b: QUERY', 163, `80211001 00000010 ${'00'.repeat(8)} 0802 0000 ${WLAN} ${LLC} ${QUERY}`, macs],
  [
    'AVS under the link type of Prism: QUERY',
    119,
    `80211001 00000010 ${'00'.repeat(8)} 0802 0000 ${WLAN} ${LLC} ${QUERY}`,
    macs,
  ],
  ['PPI of 802.11: QUERY', 192, `00000800 69000000 0802 0000 ${WLAN} ${LLC} ${QUERY}`, macs],
  [
    'PKTAP of Ethernet on en0: QUERY',
    258,
    `10000000 01000000 01000000 00000000 02000000000b 02000000000c 0800 ${QUERY}`,
    macs,
  ],
  [
    'NFLOG, family IPv4, little-endian, prefix and packet: QUERY',
    239,
    `02000000 0800 0a00 78000000 2100 0900 ${QUERY}`,
  ],
  ['NFLOG, family IPv6, big-endian: QUERY6', 239, `0a000000 0035 0009 ${QUERY6}`, query6],
  ['rule 0/0(match): pass in on em0: QUERY', 117, `3d 02 00 00 ${'00'.repeat(60)} ${QUERY}`],
  ['(authentic,confidential): SPI 0x12345678: QUERY', 109, `02000000 12345678 00000000 ${QUERY}`],
];

/** A frame of which no flow comes, and why. */
const REFUSED: readonly (readonly [line: string, linktype: number, hex: string, why: string, more?: object])[] = [
  ['SLARP (length: 18), keepalive', 104, '8f00 8035 00000002 00000001 00000000 ffff', 'not-ip'],
  ['LCP, Conf-Request (0x01), id 1', 9, 'ff03 c021 01010004', 'not-ip'],
  ['PPPoE PADI under the type of a session', 51, '1109 0000 0000', 'not-ip'],
  ['Q.922, LMI', 107, '0001 0308 7501', 'not-ip'],
  ['an address of Frame Relay without an end', 107, '18404040 40', 'link-malformed'],
  [
    'Beacon (x) ESS CH: 1',
    105,
    `8000 0000 ${WLAN} 0000000000000000 6400 0100`,
    'not-ip',
    { ...macs, sourceMacLow: 0x0a },
  ],
  ['Acknowledgment RA:02:..:0b', 105, 'd400 0000 02000000000b', 'not-ip', { hasMac: false }],
  ['Data IV: protected', 105, `0842 0000 ${WLAN} 00000000 00000000 0000`, 'encrypted-80211', macs],
  [
    'second fragment of a data frame',
    105,
    `0802 0000 02000000000b 02000000000a 02000000000c 1100 ${LLC}`,
    'link-fragment',
    macs,
  ],
  ['Null (no data)', 105, `4802 0000 ${WLAN}`, 'not-ip', macs],
  ['802.11 of version 1', 105, `0902 0000 ${WLAN}`, 'link-malformed'],
  ['radiotap of version 1', 127, '0100 0800 00000000', 'link-malformed'],
  ['PPI shorter than its header', 192, '00000400 69000000', 'link-malformed'],
  ['NFLOG of ARP', 239, '03000000 2100 0900 00', 'not-ip'],
  ['NFLOG with an attribute of no length', 239, '02000000 0000 0900 00', 'link-malformed'],
  ['pflog of family 99', 117, `3d 63 00 00 ${'00'.repeat(60)} ${QUERY}`, 'not-ip'],
  ['NSH of experiment', 1, '02000000000b 02000000000c 894f 0fc202fe 000001ff', 'not-ip', macs],
  ['NSH of 4 bytes', 1, '02000000000b 02000000000c 894f 0fc10201 000001ff', 'link-malformed', macs],
  [
    'RARP who-is 02:..:0c tell 02:..:0c',
    1,
    '02000000000b 02000000000c 8035 0001 0800 0604 0003 02000000000c 00000000 02000000000c 00000000',
    'arp',
    macs,
  ],
];

const FRAMES = LEADING.map(([line, linktype, hex, more = {}]) => ({ line, linktype, hex, more }));
const OTHERS = REFUSED.map(([line, linktype, hex, why, more = {}]) => ({ line, linktype, hex, why, more }));

describe('a link header', () => {
  test.each(FRAMES)('$line', ({ linktype, hex, more }) => {
    expect(decode(linktype, bytesOf(hex))).toMatchObject({ ...query, hasMac: false, ...NO_IDS, ...more });
  });

  test.each(OTHERS)('$line', ({ linktype, hex, why, more }) => {
    expect(decode(linktype, bytesOf(hex))).toMatchObject({ why, sourcePort: 0, payloadLength: 0, ...more });
  });

  test.each(FRAMES)('cut anywhere says why: $line', ({ linktype, hex }) => {
    const frame = bytesOf(hex);
    // Behind the UDP header the packet is whole, its payload cut.
    for (let length = 0; length < frame.length - 1; length += 1) {
      const { why } = decode(linktype, frame.subarray(0, length));
      expect(why, `${length} bytes`).toMatch(/truncated|malformed|not-ip|ip-version-unknown/);
    }
  });
});

test('Geneve from its port to another is a tunnel too, as those who answer from it send it', () => {
  // IP 192.0.2.1.6081 > 198.51.100.1.12345: Geneve, Flags [none], vni 0xabcd: QUERY
  const outer = '45000041 00010000 40110000 c0000201 c6336401 17c1 3039 002d 0000 0000 0800 00abcd00';
  const packet = decode(101, bytesOf(`${outer} ${QUERY}`));
  expect(packet).toMatchObject({
    ...query,
    tunnelDepth: 1,
    tunnelId: 0xabcd,
    tunnelType: TUNNEL_TYPES.indexOf('geneve'),
  });
});
