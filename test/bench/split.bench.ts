// bench: the split pass (decode, flows, windows, columns) beside reading and decoding alone, at three sizes, and a flood.
import { expect, test } from 'vitest';
import { createCaptureReader } from '../../lib/capture/capture-reader.ts';
import { splitCapture } from '../../lib/chunk/split-capture.ts';
import { decodePacket } from '../../lib/decode/decode-packet.ts';
import { createPacket } from '../../lib/decode/packet.ts';
import { generateBulk } from '../../local/generate/bulk.ts';
import { encodePcap } from '../../local/generate/file/pcap.ts';
import { tcpFrame } from '../../local/generate/frame.ts';

const MEBIBYTE = 1024 * 1024;
const PIECE_BYTES = MEBIBYTE;
const FLOOD_PACKETS = 200_000;
const packet = createPacket();

async function* pieces(file: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += PIECE_BYTES) yield file.subarray(at, at + PIECE_BYTES);
}

async function readAndDecode(file: Uint8Array): Promise<number> {
  const reader = createCaptureReader();
  let sum = 0;
  for await (const piece of pieces(file)) {
    for (const { bytes, count, start, capturedLength, originalLength } of reader.push(piece)) {
      for (let i = 0; i < count; i++) {
        decodePacket(bytes, start[i] ?? 0, capturedLength[i] ?? 0, originalLength[i] ?? 0, 1, packet);
        sum += packet.payloadLength;
      }
    }
  }
  return sum;
}

async function split(file: Uint8Array): Promise<{ readonly records: number; readonly flows: number }> {
  for await (const output of splitCapture(pieces(file))) {
    if (output.kind === 'totals') return output;
  }
  throw new Error('no totals');
}

/** One SYN a flow, each from its own address and port. */
function flood(): Buffer {
  const frame = tcpFrame({ flags: ['syn'] });
  function* records() {
    for (let k = 0; k < FLOOD_PACKETS; k++) {
      const bytes = Buffer.from(frame);
      bytes.writeUInt32BE(Math.imul(k, 0x9e37_79b1) >>> 0, 26);
      bytes.writeUInt16BE(1024 + (k % 60_000), 34);
      yield { timestampNs: 1_700_000_000_000_000_000n + BigInt(k) * 10_000n, bytes };
    }
  }
  return Buffer.concat([...encodePcap(records(), { linktype: 1 })]);
}

test('the reference mix, 48 MiB', async ({ bench }) => {
  const file = Buffer.concat([...generateBulk({ targetBytes: 48 * MEBIBYTE, seed: 1 })]);
  await bench.compare(
    bench('read and decode', async () => void (await readAndDecode(file))),
    bench('split', async () => void (await split(file))),
  );
  expect(file.length).toBeGreaterThan(0);
});

test.each([16, 64, 256])('the reference mix, %i MiB once: speed and memory', async (mebibytes) => {
  const file = Buffer.concat([...generateBulk({ targetBytes: mebibytes * MEBIBYTE, seed: 1 })]);
  await report(`${mebibytes} MiB mix`, file);
});

test('a SYN flood, one flow a packet', async () => {
  await report('SYN flood', flood());
});

/** CPU time of this thread, so that what else the machine does counts less. */
async function report(name: string, file: Uint8Array): Promise<void> {
  const before = process.threadCpuUsage();
  const { records, flows } = await split(file);
  const { user, system } = process.threadCpuUsage(before);
  const seconds = (user + system) / 1e6;
  const peakMebibytes = process.resourceUsage().maxRSS / 1024;
  const speed = `${Math.round(file.length / 1e6 / seconds)} MB/s, ${Math.round(records / seconds)} packets/s`;
  console.log(
    `${name}: ${records} packets, ${flows} flows, ${speed}, peak RSS so far ${Math.round(peakMebibytes)} MiB`,
  );
  expect(records).toBeGreaterThan(0);
}
