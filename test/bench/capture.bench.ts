// bench: reading and decoding a generated capture, beside a bare loop over its record headers and two slow rivals.
import { PassThrough } from 'node:stream';
import { parse } from 'pcap-parser';
import { expect, test } from 'vitest';
import { createCaptureReader } from '../../lib/capture/capture-reader.ts';
import type { RecordBatch } from '../../lib/capture/record-batch.ts';
import { decodePacket } from '../../lib/decode/decode-packet.ts';
import { createPacket } from '../../lib/decode/packet.ts';
import { generateBulk } from '../../local/generate/bulk.ts';
import { readNaively } from '../support/naive-capture-reader.ts';

const MEBIBYTE = 1024 * 1024;
const large = Buffer.concat([...generateBulk({ targetBytes: 128 * MEBIBYTE, seed: 1 })]);
/** The rivals are slow, and one of them holds everything it read. */
const small = large.subarray(0, 4 * MEBIBYTE);
const packet = createPacket();
let checksum = 0;

function read(file: Uint8Array, pieceBytes: number, use: (batch: RecordBatch) => void): void {
  const reader = createCaptureReader();
  for (let position = 0; position < file.length; position += pieceBytes) {
    for (const batch of reader.push(file.subarray(position, position + pieceBytes))) use(batch);
  }
  for (const batch of reader.finish()) use(batch);
}

function countRecords(batch: RecordBatch): void {
  checksum += batch.count;
}

function decodeRecords({ bytes, count, start, capturedLength, originalLength }: RecordBatch): void {
  let sum = 0;
  for (let row = 0; row < count; row += 1) {
    decodePacket(bytes, start[row] ?? 0, capturedLength[row] ?? 0, originalLength[row] ?? 0, 1, packet);
    sum += packet.payloadLength;
  }
  checksum += sum;
}

/** What no reader can beat: the four numbers of every record header and nothing else. */
function loopOverHeaders(file: Uint8Array): void {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let sum = 0;
  let position = 24;
  while (position + 16 <= file.length) {
    const capturedLength = view.getUint32(position + 8, true);
    sum += view.getUint32(position, true) + view.getUint32(position + 4, true) + view.getUint32(position + 12, true);
    position += 16 + capturedLength;
  }
  checksum += sum;
}

function readWithPcapParser(file: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = new PassThrough();
    const parser = parse(stream);
    parser.on('packet', ({ data }) => {
      checksum += data.length;
    });
    parser.on('end', resolve);
    parser.on('error', reject);
    for (let position = 0; position < file.length; position += 65_536) {
      stream.write(file.subarray(position, position + 65_536));
    }
    stream.end();
  });
}

test('128 MiB in memory', async ({ bench }) => {
  await bench.compare(
    bench('a bare loop over the record headers', () => loopOverHeaders(large)),
    bench('read, pieces of 1 MiB', () => read(large, MEBIBYTE, countRecords)),
    bench('read, pieces of 16 KiB', () => read(large, 16_384, countRecords)),
    bench('read and decode, pieces of 1 MiB', () => read(large, MEBIBYTE, decodeRecords)),
    bench('read and decode, pieces of 16 KiB', () => read(large, 16_384, decodeRecords)),
  );
  expect(checksum).toBeGreaterThan(0);
});

test('4 MiB, beside slow rivals', async ({ bench }) => {
  await bench.compare(
    bench('read, pieces of 64 KiB', () => read(small, 65_536, countRecords)),
    bench('pcap-parser, pieces of 64 KiB', () => readWithPcapParser(small)),
    bench('the naive twin', () => {
      checksum += readNaively(small)?.records.length ?? 0;
    }),
  );
  expect(checksum).toBeGreaterThan(0);
});
