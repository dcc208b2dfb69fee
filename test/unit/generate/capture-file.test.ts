// generate: the files we write, read back by readers that are not ours.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { parse } from 'pcap-parser';
import { describe, expect, it } from 'vitest';
import { joinBytes } from '../../../local/generate/bytes/text.ts';
import { encodePcap } from '../../../local/generate/file/pcap.ts';
import { encodePcapng } from '../../../local/generate/file/pcapng.ts';
import type { CaptureRecord } from '../../../local/generate/file/record.ts';
import { pcapOf, snaplenCut, tinyHttpCapture } from '../../support/captures.ts';
import { readNaively } from '../../support/naive-capture-reader.ts';

const records: readonly CaptureRecord[] = [
  { timestampNs: 1_700_000_000_123_456_789n, bytes: Uint8Array.of(1, 2, 3) },
  { timestampNs: 1_700_000_000_123_457_789n, bytes: new Uint8Array(70_000).fill(7), interfaceId: 1 },
  { timestampNs: 1_700_000_001_000_000_001n, bytes: Uint8Array.of(9, 9, 9, 9), originalLength: 1500 },
];

interface Seen {
  readonly seconds: number;
  readonly microseconds: number;
  readonly captured: number;
  readonly original: number;
  readonly data: string;
}

async function readByPcapParser(file: Uint8Array): Promise<readonly Seen[]> {
  const parser = parse(Readable.from([Buffer.from(file)]));
  const packets: Seen[] = [];
  await new Promise<void>((resolve, reject) => {
    parser.on('packet', ({ header, data }) => {
      packets.push({
        seconds: header.timestampSeconds,
        microseconds: header.timestampMicroseconds,
        captured: header.capturedLength,
        original: header.originalLength,
        data: data.toString('hex'),
      });
    });
    parser.on('end', resolve);
    parser.on('error', reject);
  });
  return packets;
}

describe('pcap', () => {
  it.each(['little', 'big'] as const)('is read by pcap-parser record for record, %s-endian', async (byteOrder) => {
    const file = pcapOf(records, { byteOrder, linktype: 113 });
    const packets = await readByPcapParser(file);
    expect(readNaively(file)?.interfaces).toEqual([[113, 262_144]]);
    expect(
      packets.map(({ seconds, microseconds, captured, original }) => [seconds, microseconds, captured, original]),
    ).toEqual([
      [1_700_000_000, 123_456, 3, 3],
      [1_700_000_000, 123_457, 70_000, 70_000],
      [1_700_000_001, 0, 4, 1500],
    ]);
    expect(packets[0]?.data).toBe('010203');
  });

  it('keeps every nanosecond where asked to', () => {
    const file = pcapOf(records, { resolution: 'nanoseconds', byteOrder: 'big' });
    expect(readNaively(file)?.records.map((record) => record.timestampNs)).toEqual(
      records.map((record) => record.timestampNs),
    );
  });

  it('cuts frames at the snaplen and keeps their length on the wire', async () => {
    const whole = await readByPcapParser(tinyHttpCapture());
    const cut = await readByPcapParser(snaplenCut(60));
    expect(cut.map((packet) => packet.original)).toEqual(whole.map((packet) => packet.original));
    expect(Math.max(...cut.map((packet) => packet.captured))).toBe(60);
  });

  it('is the same file whatever the block size', () => {
    const small = joinBytes([...encodePcap(records, { linktype: 1, blockBytes: 32 })]);
    expect(small).toEqual(joinBytes([...encodePcap(records, { linktype: 1 })]));
  });

  it('has not changed by a byte for the tiny conversation', () => {
    expect(createHash('sha256').update(tinyHttpCapture()).digest('hex')).toBe(
      '63e894c88c6fad884860666637925542c58a6f660658652d9939b800004792a2',
    );
  });
});

describe('pcapng', () => {
  const interfaces = [
    { linktype: 1, name: 'eth0' },
    { linktype: 113, resolution: { base: 2, exponent: 20 } },
  ] as const;

  it.each(['little', 'big'] as const)('tells its interfaces and records to another reader, %s-endian', (byteOrder) => {
    const read = readNaively(joinBytes([...encodePcapng(records, { interfaces, byteOrder, snaplen: 65_536 })]));
    expect(read?.interfaces).toEqual([
      [1, 65_536],
      [113, 65_536],
    ]);
    expect(read?.records.map((record) => [record.interfaceId, record.capturedLength, record.originalLength])).toEqual([
      [0, 3, 3],
      [1, 65_536, 70_000],
      [0, 4, 1500],
    ]);
    expect(read?.gaps).toEqual([]);
  });

  it('writes times in each interface own unit', () => {
    const read = readNaively(joinBytes([...encodePcapng(records, { interfaces })]));
    const [first, second] = read?.records ?? [];
    expect(first?.timestampNs).toBe(1_700_000_000_123_456_000n);
    // 2^-20 of a second is a little under a microsecond.
    expect(Number(1_700_000_000_123_457_789n - (second?.timestampNs ?? 0n))).toBeLessThan(954);
  });

  it('is the same file whatever the block size', () => {
    const small = joinBytes([...encodePcapng(records, { interfaces, blockBytes: 40 })]);
    expect(small).toEqual(joinBytes([...encodePcapng(records, { interfaces })]));
  });
});
