// document: packets as ECS documents.
import { describe, expect, it } from 'vitest';
import { createPacket } from '../../../lib/decode/packet.ts';
import { packetDocument, tcpFlagLetters } from '../../../lib/document/packet-document.ts';
import { PACKET_DOCUMENT_FIELDS } from '../../../lib/document/packet-document-fields.ts';
import { CONTEXT } from '../../support/analysis.ts';
import { documentChecker } from '../../support/document-faults.ts';

const PLACE = {
  record: 41,
  seconds: 1_700_000_000,
  nanoseconds: 1,
  interfaceId: 0,
  capturedLength: 60,
  originalLength: 74,
  direction: 'source',
  flow: 17,
} as const;

const SYN = {
  ...createPacket(),
  ipVersion: 4,
  protocol: 6,
  source2: 0xffff,
  source3: 0x0a000001,
  destination2: 0xffff,
  destination3: 0x0a000002,
  sourcePort: 40_000,
  destinationPort: 80,
  ipLength: 60,
  ttl: 64,
  tos: 16,
  tcpFlags: 2,
  tcpDataOffset: 10,
  tcpWindow: 64_240,
};

describe('a packet document', () => {
  it('carries the packet’s header fields, its record and its flow', () => {
    const document = packetDocument(SYN, PLACE, CONTEXT, { label: 'Port Scan', score: 0.9 });
    expect(document).toMatchObject({
      '@timestamp': '2023-11-14T22:13:20.000000001Z',
      event: { dataset: 'smartids.packet', id: `${CONTEXT.dumpId}.abcdef01.p41`, sequence: 41 },
      source: { ip: '10.0.0.1', port: 40_000 },
      network: { transport: 'tcp', bytes: 74 },
      smartids: {
        flow: { id: `${CONTEXT.dumpId}.abcdef01.f17` },
        packet: { record: 41, ip_length: 60, ttl: 64, tos: 16, data_offset: 10, tcp_flags: 'S', payload_length: 0 },
        label: 'Port Scan',
      },
    });
  });

  it('leaves out what its protocol does not have', () => {
    const { source, smartids } = packetDocument({ ...SYN, protocol: 1 }, PLACE, CONTEXT, undefined);
    expect(source.port).toBeUndefined();
    expect(smartids.packet).toMatchObject({ tcp_flags: undefined, icmp: { type: 0, code: 0 } });
  });

  it('writes flags in the order of their bits', () => {
    expect([2, 18, 24, 255, 0].map(tcpFlagLetters)).toEqual(['S', 'SA', 'PA', 'FSRPAUEC', '']);
  });

  it('has the members and types that its field table describes, and no other', () => {
    const odd = { ...SYN, protocol: 1, vlan: 7, hasMac: true, truncated: true };
    const documents = [
      packetDocument(SYN, PLACE, CONTEXT, { label: 'DoS', score: 1 }),
      packetDocument(odd, { ...PLACE, seconds: -1 }, CONTEXT, undefined),
    ];
    expect(documents.map(documentChecker(PACKET_DOCUMENT_FIELDS))).toEqual([undefined, undefined]);
  });
});
