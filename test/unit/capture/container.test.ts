// capture: what becomes of captures that come packed, of what is packed beside them, and of packed bytes that are broken.
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';
import { encodeSnoop } from '../../../local/generate/file/snoop.ts';
import { encodeZip } from '../../../local/generate/file/zip.ts';
import { concat, pcapHeader, pcapRecord } from './capture-bytes.ts';
import { PACKERS, readPacked } from './containers.ts';

function noise(length: number, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 16;
  });
}

function pcap(records: number, dataLength = 60): Uint8Array {
  const list = Array.from({ length: records }, (_, i) =>
    pcapRecord('little', { seconds: i, data: noise(dataLength, i + 1) }),
  );
  return concat(pcapHeader('little'), ...list);
}

async function errorOf(bytes: Uint8Array, limits = {}): Promise<PipelineError> {
  const error = await readPacked(bytes, 65_536, limits).catch((thrown: unknown) => thrown);
  if (error instanceof PipelineError) return error;
  throw new Error('no PipelineError was thrown');
}

const plain = pcap(40);

describe('a packed capture', () => {
  test.each(Object.keys(PACKERS))('in %s gives the records of the plain one', async (name) => {
    const expected = await readPacked(plain);
    const packed = PACKERS[name]?.(plain, 1000) ?? plain;
    const found = await readPacked(packed);
    expect(found.container).toBeDefined();
    expect({ ...found, container: undefined }).toEqual(expected);
  });

  test.each(['gzip', 'zstd', 'bzip2', 'zip, deflated'])(
    'in %s that is cut short keeps what came before, and the rest is a gap that says so',
    async (name) => {
      const capture = pcap(4000);
      const expected = (await readPacked(capture)).records;
      const packed = PACKERS[name]?.(capture, 150_000) ?? capture;
      const { records, gaps, warnings } = await readPacked(packed.subarray(0, Math.floor(packed.length * 0.8)));
      expect(records.length).toBeGreaterThan(1500);
      expect(records).toEqual(expected.slice(0, records.length));
      expect(gaps).toHaveLength(1);
      expect(gaps[0]?.reason).toBe('compressed-cut-short');
      expect(warnings).toEqual({ 'compressed-cut-short': 1 });
    },
  );

  test.each(['gzip', 'zstd', 'bzip2'])('in %s that is cut before a header of it is an error', async (name) => {
    const error = await errorOf((PACKERS[name]?.(plain, 1000) ?? plain).subarray(0, 20));
    expect(error).toMatchObject({ code: 'capture-corrupt', permanent: true });
    expect(error.message).toContain('cut short');
  });

  test('whose checksum is wrong is kept and counted', async () => {
    const packed = gzipSync(plain);
    packed[packed.length - 8] = (packed.at(-8) ?? 0) ^ 1;
    expect(await readPacked(packed)).toMatchObject({ warnings: { 'compressed-checksum-wrong': 1 }, gaps: [] });
  });

  test('that is corrupt ends where it can be followed no more', async () => {
    const block = zstdCompressSync(noise(10_000));
    const frame = Buffer.concat([zstdCompressSync(plain), block.subarray(0, 9), Buffer.alloc(50, 0xff)]);
    const { records, gaps } = await readPacked(frame);
    expect(records).toHaveLength(40);
    expect(gaps).toEqual([{ offset: plain.length, length: 0, reason: 'compressed-corrupt' }]);
  });

  test('may be followed by zeros, and by anything else with a warning', async () => {
    const zeros = await readPacked(Buffer.concat([gzipSync(plain), Buffer.alloc(512)]));
    expect(zeros.warnings).toEqual({});
    const words = await readPacked(Buffer.concat([gzipSync(plain), Buffer.from('signed by me')]));
    expect(words.warnings).toEqual({ 'compressed-trailing-bytes': 1 });
    expect(words.records).toHaveLength(40);
  });

  test('that holds something else says where that lies', async () => {
    const error = await errorOf(gzipSync(Buffer.from('hello, here are my notes')));
    expect(error).toMatchObject({ code: 'not-a-capture', permanent: true });
    expect(error.message).toContain('what is in the gzip is not a capture: 68656c6c6f2c2068, "hello, h", at offset 0');
  });

  test('that is packed too often is not unpacked', async () => {
    expect(await errorOf(gzipSync(gzipSync(gzipSync(plain))))).toMatchObject({ code: 'unsupported-format' });
  });
});

describe('a zip', () => {
  const entries = [
    { name: 'read me.txt', bytes: Buffer.from('no capture, only words') },
    { name: 'a.pcap', bytes: pcap(3) },
    { name: 'folder/', bytes: new Uint8Array(0), method: 'stored' as const },
    { name: 'empty', bytes: new Uint8Array(0), method: 'stored' as const },
    { name: 'secret.pcap', bytes: pcap(3), encrypted: true },
    { name: 'b.snoop.gz', bytes: gzipSync(encodeSnoop([{ timestampNs: 7_000_000_000n, bytes: noise(9) }])) },
  ];

  test('gives its captures one after another, offsets running on, and names what is none', async () => {
    const { records, offsets, gaps, warnings, streamBytes } = await readPacked(encodeZip(entries));
    expect(records.map((record) => record.slice(0, 3))).toEqual(['0 0', '0 1', '0 2', '1 7']);
    const first = pcap(3).length;
    expect(offsets).toEqual([24, 100, 176, first + 16]);
    expect(streamBytes).toBe(first + 16 + 24 + 12);
    expect(gaps.map(({ offset, length, reason }) => [offset, length, reason])).toEqual([
      [0, 0, 'member-not-a-capture: read me.txt'],
      [first, 0, 'member-not-a-capture: empty'],
      [first, 0, 'member-encrypted: secret.pcap'],
    ]);
    expect(warnings).toEqual({ 'member-not-a-capture': 2, 'member-encrypted': 1 });
  });

  test('written to a pipe, its lengths behind its members, is read alike', async () => {
    const piped = entries.map((entry) => ({ ...entry, descriptor: 'signed' as const }));
    const [known, untold] = [await readPacked(encodeZip(entries)), await readPacked(encodeZip(piped))];
    expect(untold).toEqual(known);
  });

  test('without a capture is an error that says what it holds instead', async () => {
    const error = await errorOf(encodeZip([entries[0], entries[4]].flatMap((entry) => entry ?? [])));
    expect(error).toMatchObject({ code: 'not-a-capture', permanent: true });
    expect(error.message).toContain('read me.txt (not-a-capture), secret.pcap (encrypted)');
    expect((await errorOf(encodeZip([]))).message).toContain('no file');
  });

  test('with a member packed in a way we do not know names it', async () => {
    const bytes = Buffer.from(
      encodeZip([
        { name: 'x', bytes: plain },
        { name: 'a.pcap', bytes: plain },
      ]),
    );
    bytes.writeUInt16LE(14, 8);
    const { gaps, records } = await readPacked(bytes);
    expect(gaps.map(({ reason }) => reason)).toEqual(['member-method-unsupported: x (LZMA)']);
    expect(records).toHaveLength(40);
  });

  test('shows no control character of a name', async () => {
    const { gaps } = await readPacked(
      encodeZip([
        { name: 'a\n\u001b[31m\u202e', bytes: noise(9) },
        { name: 'b', bytes: plain },
      ]),
    );
    expect(gaps[0]?.reason).toBe('member-not-a-capture: a??[31m?');
  });
});

describe('a decompression bomb', () => {
  const bomb = gzipSync(concat(pcapHeader('little'), new Uint8Array(4_000_000)));

  test('beyond the bytes allowed is refused with what was seen and what is allowed', async () => {
    const error = await errorOf(bomb, { maxDecompressedBytes: 1_000_000 });
    expect(error).toMatchObject({ code: 'limit-exceeded', permanent: true });
    expect(error.message).toMatch(/decompression bomb: \d{7} bytes unpacked at offset \d+; allowed: 1000000 bytes/);
  });

  test('beyond the ratio allowed is refused once there is enough of it', async () => {
    const error = await errorOf(bomb, { maxRatio: 100, ratioFloorBytes: 2_000_000 });
    expect(error).toMatchObject({ code: 'limit-exceeded', permanent: true });
    expect(error.message).toContain('allowed: 100 to 1 beyond 2000000 bytes');
    await expect(readPacked(bomb, 65_536, { maxRatio: 100, ratioFloorBytes: 5_000_000 })).resolves.toBeDefined();
  });

  test('is met in the members of a zip too, captures or not', async () => {
    const zip = encodeZip([{ name: 'zeros', bytes: new Uint8Array(4_000_000), descriptor: 'signed' }]);
    expect(await errorOf(zip, { maxDecompressedBytes: 1_000_000 })).toMatchObject({ code: 'limit-exceeded' });
  });
});

describe('a snoop file', () => {
  test('has its times in microseconds, its records padded, and its datalink as a LINKTYPE', async () => {
    const file = encodeSnoop([{ timestampNs: 5_000_001_000n, bytes: noise(5), originalLength: 70 }]);
    const { records, offsets, gaps } = await readPacked(concat(file, file.subarray(16)));
    expect(offsets).toEqual([16, 48]);
    expect(records[0]).toBe(`0 5 ${Buffer.from(noise(5)).toString('hex')}`);
    expect(gaps).toEqual([]);
  });

  test('whose record contradicts itself is lost from there', async () => {
    const file = Buffer.from(encodeSnoop([{ timestampNs: 0n, bytes: noise(8) }]));
    const broken = Buffer.from(file.subarray(16));
    broken.writeUInt32BE(20, 8);
    const { records, gaps } = await readPacked(concat(file, broken));
    expect(records).toHaveLength(1);
    expect(gaps).toEqual([{ offset: file.length, length: broken.length, reason: 'record-corrupt' }]);
  });

  test('of another version is unsupported', async () => {
    const file = Buffer.from(encodeSnoop([]));
    file.writeUInt32BE(4, 8);
    expect(await errorOf(file)).toMatchObject({
      code: 'unsupported-format',
      message: expect.stringContaining('version 4'),
    });
  });
});
