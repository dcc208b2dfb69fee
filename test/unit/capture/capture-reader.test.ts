// capture: what the reader makes of each kind of file, sound, odd and broken.
import { PassThrough } from 'node:stream';
import { parse } from 'pcap-parser';
import { describe, expect, test } from 'vitest';
import { createCaptureReader, readCapture } from '../../../lib/capture/capture-reader.ts';
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';
import {
  block,
  concat,
  enhancedPacket,
  interfaceBlock,
  obsoletePacket,
  pcapHeader,
  pcapRecord,
  sectionHeader,
  simplePacket,
} from './capture-bytes.ts';
import { readAll } from './read-all.ts';

const abc = Uint8Array.from([0xaa, 0xbb, 0xcc]);

function errorOf(bytes: Uint8Array): { code: string; permanent: boolean; message: string } {
  try {
    readAll(bytes);
  } catch (error) {
    if (error instanceof PipelineError) return { code: error.code, permanent: error.permanent, message: error.message };
    throw error;
  }
  throw new Error('no error was thrown');
}

describe('a file that is no capture we read', () => {
  test('is empty-file when it has no bytes', () => {
    expect(errorOf(new Uint8Array(0))).toMatchObject({ code: 'empty-file', permanent: true });
  });

  test('is not-a-capture with its first bytes, the offset and what is allowed', () => {
    const error = errorOf(Buffer.from('GET / HTTP/1.1\r\n'));
    expect(error).toMatchObject({ code: 'not-a-capture', permanent: true });
    expect(error.message).toContain('474554202f204854, "GET / HT", at offset 0; allowed: pcap');
  });

  test('is a tar that says so, though its first bytes are a name', () => {
    const tar = Buffer.alloc(1024);
    tar.write('office.pcapng');
    tar.write('ustar', 257);
    const error = errorOf(tar);
    expect(error).toMatchObject({ code: 'unsupported-format', permanent: true });
    expect(error.message).toContain('the file is tar');
  });

  test('is not-a-capture also when it is shorter than the magic', () => {
    expect(errorOf(Uint8Array.of(0xd4, 0xc3))).toMatchObject({ code: 'not-a-capture' });
  });

  test.each([
    ['1f8b0800', 'gzip'],
    ['28b52ffd00', 'zstd'],
    ['425a6839', 'bzip2'],
    ['504b030414', 'zip'],
    ['fd377a585a00', 'xz'],
  ])('is unsupported-format and named when it begins with %s', (hex, name) => {
    const error = errorOf(Buffer.from(hex, 'hex'));
    expect(error).toMatchObject({ code: 'unsupported-format', permanent: true });
    expect(error.message).toContain(name);
  });

  test.each([
    ['pcap 1.4', pcapHeader('little', { major: 1 }), 'unsupported-format', 'version 1.4 at offset 4'],
    ['pcapng 1.1', sectionHeader('big', 1, 1), 'unsupported-format', 'version 1.1'],
    ['a text of blank lines', Buffer.from('\n\r\r\nsome words and more'), 'not-a-capture', 'unknown byte-order magic'],
    ['a cut pcap header', pcapHeader('little').slice(0, 23), 'capture-corrupt', 'after 23 bytes; allowed: at least 24'],
    ['a cut section header', sectionHeader('little').slice(0, 20), 'capture-corrupt', 'after 20 bytes'],
  ])('says what is wrong with %s', (_name, bytes, code, words) => {
    const error = errorOf(bytes);
    expect(error).toMatchObject({ code, permanent: true });
    expect(error.message).toContain(words);
  });

  test('fails at once, not at the end, when a first block cannot be followed', () => {
    const bytes = concat(block('little', 0x0a0d0d0a, Buffer.from('4d3c2b1a01000000', 'hex'), { front: 7 }), abc);
    expect(() => [...createCaptureReader().push(bytes)]).toThrow(/a block of 7 bytes/);
  });
});

describe('a pcap', () => {
  test.each([
    ['little', 0xa1b2c3d4, 5_000n],
    ['big', 0xa1b2c3d4, 5_000n],
    ['little', 0xa1b23c4d, 5n],
    ['big', 0xa1b23c4d, 5n],
  ] as const)('is read in %s-endian order with magic %d', (order, magic, nanoseconds) => {
    const header = pcapHeader(order, { magic, snaplen: 96, linktype: 113 });
    const file = concat(header, pcapRecord(order, { seconds: 7, fraction: 5, data: abc, originalLength: 1500 }));
    const { records, interfaces, warnings, gaps } = readAll(file);
    expect(records).toEqual([
      {
        offset: 24,
        recordLength: 19,
        timestampNs: 7_000_000_000n + nanoseconds,
        capturedLength: 3,
        originalLength: 1500,
        interfaceId: 0,
        data: 'aabbcc',
      },
    ]);
    expect(interfaces).toEqual([
      {
        id: 0,
        format: 'pcap',
        byteOrder: order,
        linktype: 113,
        snaplen: 96,
        unitsPerSecond: magic === 0xa1b23c4d ? 1e9 : 1e6,
        offsetSeconds: 0,
      },
    ]);
    expect({ warnings, gaps }).toEqual({ warnings: {}, gaps: [] });
  });

  test('of a header alone is a capture of no records', () => {
    expect(readAll(pcapHeader('big'))).toMatchObject({ records: [], gaps: [], warnings: {} });
  });

  test('of the modified format has record headers of 24 bytes', () => {
    const record = pcapRecord('little', { data: abc, extra: new Uint8Array(8) });
    const { records } = readAll(concat(pcapHeader('little', { magic: 0xa1b2cd34 }), record, record));
    expect(records.map(({ offset, data }) => [offset, data])).toEqual([
      [24, 'aabbcc'],
      [51, 'aabbcc'],
    ]);
  });

  test('before 2.3 has the original length first', () => {
    const record = pcapRecord('little', { data: abc, capturedLength: 90, originalLength: 3 });
    const { records } = readAll(concat(pcapHeader('little', { minor: 2 }), record));
    expect(records[0]).toMatchObject({ capturedLength: 3, originalLength: 90 });
  });

  test('cut inside its last record keeps the others and names the rest as a gap', () => {
    const record = pcapRecord('little', { data: abc });
    const { records, warnings, gaps } = readAll(concat(pcapHeader('little'), record, record).slice(0, -1), [5]);
    expect(records).toHaveLength(1);
    expect(warnings).toEqual({ 'last-record-cut-short': 1 });
    expect(gaps).toEqual([{ offset: 43, length: 18, reason: 'record-cut-short' }]);
  });

  test('with a length no record can have keeps what came before; all from there on is one gap', () => {
    const sound = pcapRecord('little', { data: abc });
    const broken = pcapRecord('little', { data: abc, capturedLength: 262_145 });
    const { records, warnings, gaps } = readAll(concat(pcapHeader('little'), sound, broken, sound), [11]);
    expect(records).toHaveLength(1);
    expect(warnings).toEqual({ 'record-corrupt': 1 });
    expect(gaps).toEqual([{ offset: 43, length: 38, reason: 'record-corrupt' }]);
  });

  test('of a link type with long records may have longer ones', () => {
    const data = new Uint8Array(262_145);
    const { records } = readAll(
      concat(pcapHeader('little', { linktype: 249 }), pcapRecord('little', { data })),
      [200_000, 9999],
    );
    expect(records[0]?.capturedLength).toBe(262_145);
  });

  test('counts what is odd about its records and keeps them', () => {
    const header = pcapHeader('little', { linktype: 0x00300001 });
    const longer = pcapRecord('little', { data: abc, originalLength: 2, fraction: 1_500_000, seconds: 9 });
    const { records, interfaces, warnings } = readAll(concat(header, longer));
    expect(interfaces[0]?.linktype).toBe(1);
    expect(records[0]).toMatchObject({ originalLength: 2, timestampNs: 10_500_000_000n });
    expect(warnings).toEqual({
      'linktype-reserved-bits': 1,
      'captured-exceeds-original': 1,
      'timestamp-fraction-carried': 1,
    });
  });

  test('gives the records that pcap-parser gives', async () => {
    const file = concat(
      pcapHeader('big'),
      ...Array.from({ length: 50 }, (_, i) =>
        pcapRecord('big', { seconds: i, fraction: i * 7, data: new Uint8Array(i).fill(i), originalLength: i * 3 }),
      ),
    );
    const stream = new PassThrough();
    const theirs = await new Promise<unknown[]>((resolve, reject) => {
      const packets: unknown[] = [];
      const parser = parse(stream);
      parser.on('packet', ({ header, data }) => {
        const timestamp =
          BigInt(header.timestampSeconds) * 1_000_000_000n + BigInt(header.timestampMicroseconds) * 1000n;
        packets.push([timestamp, header.capturedLength, header.originalLength, data.toString('hex')]);
      });
      parser.on('end', () => resolve(packets));
      parser.on('error', reject);
      stream.end(file);
    });
    const ours = readAll(file, [100]).records.map((r) => [r.timestampNs, r.capturedLength, r.originalLength, r.data]);
    expect(ours).toEqual(theirs);
  });
});

describe('a pcapng', () => {
  test('of a section without blocks is a capture of no records', () => {
    expect(readAll(sectionHeader('little'))).toMatchObject({ records: [], interfaces: [], gaps: [] });
  });

  test('numbers its interfaces on over sections of either byte order', () => {
    const file = concat(
      sectionHeader('little'),
      interfaceBlock('little', { linktype: 1, options: [[2, Buffer.from('eth0')]] }),
      interfaceBlock('little', { linktype: 113, snaplen: 64 }),
      enhancedPacket('little', { interfaceNumber: 1, data: abc }),
      sectionHeader('big'),
      interfaceBlock('big', { linktype: 101 }),
      obsoletePacket('big', { interfaceNumber: 0, data: abc }),
    );
    const { records, interfaces } = readAll(file, [3]);
    expect(records.map(({ interfaceId }) => interfaceId)).toEqual([1, 2]);
    expect(
      interfaces.map(({ id, byteOrder, linktype, snaplen, name }) => [id, byteOrder, linktype, snaplen, name]),
    ).toEqual([
      [0, 'little', 1, 0, 'eth0'],
      [1, 'little', 113, 64, undefined],
      [2, 'big', 101, 0, undefined],
    ]);
  });

  test.each([
    ['the default', [], 1_600_000_000_123_456n, 1_600_000_000_123_456_000n],
    ['10^-9', [[9, Uint8Array.of(9)]], 1_600_000_000_123_456_789n, 1_600_000_000_123_456_789n],
    ['10^-12, cut to nanoseconds', [[9, Uint8Array.of(12)]], 1_600_000_123_456_789_999n, 1_600_000_123_456_789n],
    ['2^-10', [[9, Uint8Array.of(0x8a)]], 1_600_000_000n * 1024n + 512n, 1_600_000_000_500_000_000n],
    ['10^-19, the finest of ten', [[9, Uint8Array.of(19)]], 15_000_000_000_000_000_000n, 1_500_000_000n],
    ['2^-63, the finest of two', [[9, Uint8Array.of(0xbf)]], 3n << 62n, 1_500_000_000n],
    ['seconds', [[9, Uint8Array.of(0)]], 1_600_000_000n, 1_600_000_000_000_000_000n],
    ['an offset', [[14, Buffer.from('fcffffffffffffff', 'hex')]], 9_000_001n, 5_000_001_000n],
  ] as const)('reads timestamps in %s', (_name, options, timestamp, expected) => {
    const packet = enhancedPacket('little', { timestamp, data: abc });
    const { records } = readAll(concat(sectionHeader('little'), interfaceBlock('little', { options }), packet));
    expect(records[0]?.timestampNs).toBe(expected);
  });

  test('ignores a resolution too fine for a date, and counts it', () => {
    const options = [[9, Uint8Array.of(20)]] as const;
    const { interfaces, warnings } = readAll(concat(sectionHeader('big'), interfaceBlock('big', { options })));
    expect(interfaces[0]?.unitsPerSecond).toBe(1e6);
    expect(warnings).toEqual({ 'timestamp-resolution-ignored': 1 });
  });

  test.each([
    ['before 1970', '00000000ffffffff'],
    ['after 2262', '0000000002000000'],
  ])('counts times %s', (_name, offset) => {
    const options = [[14, Buffer.from(offset, 'hex')]] as const;
    const packet = enhancedPacket('little', { data: abc });
    const { warnings } = readAll(concat(sectionHeader('little'), interfaceBlock('little', { options }), packet));
    expect(warnings).toEqual({ 'timestamp-out-of-range': 1 });
  });

  test('gives a simple packet the last time seen, and what snaplen and block leave of its bytes', () => {
    const file = concat(
      sectionHeader('little'),
      interfaceBlock('little', { snaplen: 2 }),
      enhancedPacket('little', { timestamp: 77n, data: abc }),
      simplePacket('little', abc, 1400),
    );
    const { records, warnings } = readAll(file);
    expect(records[1]).toMatchObject({ timestampNs: 77_000n, capturedLength: 2, originalLength: 1400, data: 'aabb' });
    expect(warnings).toEqual({ 'timestamp-unknown': 1 });
  });

  test('goes on behind a block that is broken inside, with that block as a gap', () => {
    const sound = enhancedPacket('little', { data: abc });
    const lying = enhancedPacket('little', { data: abc, capturedLength: 5 });
    const file = concat(sectionHeader('little'), interfaceBlock('little'), sound, lying, lying, sound);
    const { records, warnings, gaps } = readAll(file);
    expect(records).toHaveLength(2);
    expect(warnings).toEqual({ 'record-corrupt': 2 });
    expect(gaps).toEqual([{ offset: 84, length: 72, reason: 'record-corrupt' }]);
  });

  test('makes a gap of a record whose interface was never described', () => {
    const packet = enhancedPacket('little', { interfaceNumber: 3, data: abc });
    const { records, gaps } = readAll(concat(sectionHeader('little'), interfaceBlock('little'), packet));
    expect(records).toEqual([]);
    expect(gaps).toEqual([{ offset: 48, length: 36, reason: 'interface-unknown' }]);
  });

  test('cannot be followed behind a block whose two lengths differ', () => {
    const broken = block('little', 5, new Uint8Array(8), { behind: 24 });
    const packet = enhancedPacket('little', { data: abc });
    const { records, gaps } = readAll(
      concat(sectionHeader('little'), interfaceBlock('little'), packet, broken, packet),
    );
    expect(records).toHaveLength(1);
    expect(gaps).toEqual([{ offset: 84, length: 56, reason: 'record-corrupt' }]);
  });

  test('keeps what it holds when it goes on in a section of an unknown version', () => {
    const first = concat(sectionHeader('little'), interfaceBlock('little'), enhancedPacket('little', { data: abc }));
    const { records, gaps } = readAll(concat(first, sectionHeader('little', 3)));
    expect(records).toHaveLength(1);
    expect(gaps).toEqual([{ offset: 84, length: 28, reason: 'record-corrupt' }]);
  });

  test('skips blocks by their length, and counts those it does not know', () => {
    const name = block('big', 4, new Uint8Array(4));
    const unknown = block('big', 0x0bad, new Uint8Array(4));
    const packet = enhancedPacket('big', { data: abc });
    const file = concat(sectionHeader('big'), name, interfaceBlock('big'), unknown, packet);
    const { records, warnings } = readAll(file, [7]);
    expect(records).toHaveLength(1);
    expect(warnings).toEqual({ 'block-unknown-skipped': 1 });
  });

  test('of more interfaces than the limit loses what lies beyond, and says so', () => {
    const described = interfaceBlock('little');
    const interfaces = new Uint8Array(Buffer.alloc(65_537 * described.length, described));
    const last = enhancedPacket('little', { interfaceNumber: 65_535, data: abc });
    const beyond = enhancedPacket('little', { interfaceNumber: 65_536, data: abc });
    const capture = readAll(concat(sectionHeader('little'), interfaces, last, beyond), [65_536]);
    expect(capture.interfaces).toHaveLength(65_536);
    expect(capture.records.map(({ interfaceId }) => interfaceId)).toEqual([65_535]);
    expect(capture.warnings).toEqual({ 'interface-over-limit': 1, 'interface-unknown': 1 });
  });

  test('cannot be followed into a block longer than the limit', () => {
    const start = concat(sectionHeader('little'), interfaceBlock('little'), enhancedPacket('little', { data: abc }));
    const length = 16 * 1024 * 1024 + 4;
    const { records, gaps } = readAll(concat(start, block('little', 6, abc, { front: length })), [9]);
    expect(records).toHaveLength(1);
    expect(gaps).toEqual([{ offset: 84, length: 15, reason: 'record-corrupt' }]);
  });

  test('with options that run out of their block keeps the interface', () => {
    const body = Uint8Array.from([1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 99, 0]);
    const { interfaces, warnings } = readAll(concat(sectionHeader('little'), block('little', 1, body)));
    expect(interfaces).toHaveLength(1);
    expect(warnings).toEqual({ 'options-malformed': 1 });
  });

  test('lists no more gaps than the limit, and counts the rest', () => {
    const lost = enhancedPacket('little', { interfaceNumber: 1, data: abc });
    const sound = enhancedPacket('little', { data: abc });
    const pairs = Array.from({ length: 1030 }, () => [sound, lost]).flat();
    const { records, gaps, warnings } = readAll(concat(sectionHeader('little'), interfaceBlock('little'), ...pairs));
    expect(records).toHaveLength(1030);
    expect(gaps).toHaveLength(1024);
    expect(warnings).toEqual({ 'interface-unknown': 1030, 'gap-not-listed': 6 });
  });
});

describe('the stream', () => {
  test('is read in place: only a record that straddles two pieces is copied', () => {
    const record = pcapRecord('little', { data: new Uint8Array(100) });
    const file = concat(pcapHeader('little'), record, record, record);
    const [first, second] = [file.subarray(0, 200), file.subarray(200)];
    const reader = createCaptureReader();
    const isInPlace: boolean[] = [];
    for (const bytes of [first, second]) {
      for (const batch of reader.push(bytes))
        isInPlace.push(batch.bytes === bytes || batch.bytes.buffer === file.buffer);
    }
    expect(isInPlace).toEqual([true, false, true]);
  });

  test('is pulled: the next piece is asked for when the last batch was used', async () => {
    const events: string[] = [];
    async function* source() {
      for (const index of [0, 1]) {
        events.push(`piece ${index}`);
        const record = pcapRecord('little', { data: abc });
        yield index === 0 ? concat(pcapHeader('little'), record) : record;
      }
    }
    for await (const batch of readCapture(source(), createCaptureReader()))
      events.push(`batch at ${batch.firstRecord}`);
    expect(events).toEqual(['piece 0', 'batch at 0', 'piece 1', 'batch at 1']);
  });

  test('that ends early for its consumer is closed', async () => {
    let isClosed = false;
    async function* source() {
      try {
        for (;;) yield concat(pcapHeader('little'), pcapRecord('little', { data: abc }));
      } finally {
        isClosed = true;
      }
    }
    for await (const batch of readCapture(source(), createCaptureReader())) if (batch.count > 0) break;
    expect(isClosed).toBe(true);
  });
});
