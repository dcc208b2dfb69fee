// capture: a record read again at the offset the reader gave, as packet listing and carving do.
import { describe, expect, test } from 'vitest';
import { createCaptureReader } from '../../../lib/capture/capture-reader.ts';
import { linktypeName, linktypeNumber } from '../../../lib/capture/linktypes.ts';
import { readRecordHeader } from '../../../lib/capture/record.ts';
import { encodeSnoop } from '../../../local/generate/file/snoop.ts';
import {
  concat,
  enhancedPacket,
  interfaceBlock,
  obsoletePacket,
  pcapHeader,
  pcapRecord,
  sectionHeader,
  simplePacket,
} from './capture-bytes.ts';

const data = Uint8Array.from({ length: 21 }, (_, i) => i);

const files: Record<string, Uint8Array> = {
  snoop: encodeSnoop([{ timestampNs: 5_000_001_000n, bytes: data }]),
  'little-endian pcap': concat(pcapHeader('little'), pcapRecord('little', { data, fraction: 3_000_001 })),
  'big-endian nanosecond pcap': concat(pcapHeader('big', { magic: 0xa1b23c4d }), pcapRecord('big', { data })),
  'modified pcap': concat(
    pcapHeader('little', { magic: 0xa1b2cd34 }),
    pcapRecord('little', { data, extra: new Uint8Array(8) }),
  ),
  'pcapng of every packet block': concat(
    sectionHeader('big'),
    interfaceBlock('big'),
    enhancedPacket('big', { data, originalLength: 1500 }),
    obsoletePacket('big', { data }),
  ),
};

describe('readRecordHeader', () => {
  test.each(Object.entries(files))('gives again what the reader gave, in a %s', (name, file) => {
    const reader = createCaptureReader();
    let records = 0;
    for (const batch of reader.push(file)) {
      for (let row = 0; row < batch.count; row += 1) {
        const captureInterface = reader.interfaces[batch.interfaceId[row] ?? -1];
        if (captureInterface === undefined) throw new Error('no interface');
        const offset = batch.offset[row] ?? -1;
        const layout = name === 'modified pcap' ? 'modified' : 'usual';
        const header = readRecordHeader(file, offset, captureInterface, layout);
        expect(header).toEqual({
          start: batch.start[row],
          capturedLength: batch.capturedLength[row],
          originalLength: batch.originalLength[row],
          recordLength: batch.recordLength[row],
          seconds: batch.seconds[row],
          nanoseconds: batch.nanoseconds[row],
          hasTimestamp: true,
        });
        const end = offset + (batch.recordLength[row] ?? 0);
        for (let cut = offset; cut < end; cut += 1) {
          expect(readRecordHeader(file.subarray(0, cut), offset, captureInterface, layout)).toBeUndefined();
        }
        records += 1;
      }
    }
    expect(records).toBeGreaterThan(0);
  });

  test('says that a simple packet has no time', () => {
    const file = concat(sectionHeader('little'), interfaceBlock('little'), simplePacket('little', data));
    const reader = createCaptureReader();
    for (const batch of reader.push(file)) expect(batch.count).toBe(1);
    const [captureInterface] = reader.interfaces;
    if (captureInterface === undefined) throw new Error('no interface');
    expect(readRecordHeader(file, 48, captureInterface)).toMatchObject({ hasTimestamp: false, capturedLength: 21 });
  });

  test('gives nothing for a position outside the bytes, or where another block stands', () => {
    const file = concat(sectionHeader('little'), interfaceBlock('little'));
    const reader = createCaptureReader();
    expect([...reader.push(file)]).toEqual([]);
    const [captureInterface] = reader.interfaces;
    if (captureInterface === undefined) throw new Error('no interface');
    for (const position of [-1, 0, 28, 47, 48, 1000]) {
      expect(readRecordHeader(file, position, captureInterface)).toBeUndefined();
    }
  });
});

describe('link type names', () => {
  test('lead to their numbers and back', () => {
    for (const linktype of [0, 1, 101, 108, 113, 127, 228, 229, 276, 4711]) {
      expect(linktypeNumber(linktypeName(linktype))).toBe(linktype);
    }
    expect([linktypeName(1), linktypeName(276), linktypeName(4711)]).toEqual([
      'ETHERNET',
      'LINUX_SLL2',
      'LINKTYPE_4711',
    ]);
    expect(linktypeNumber('LINKTYPE_RAW')).toBe(101);
    expect(linktypeNumber('NO_SUCH')).toBeUndefined();
  });
});
