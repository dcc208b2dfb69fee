// generate: a snoop file, https://www.rfc-editor.org/rfc/rfc1761.
import type { CaptureRecord } from './record.ts';

const secondNs = 1_000_000_000n;
const ethernet = 4;

/** The whole file; each record padded to 4 bytes. */
export function encodeSnoop(records: Iterable<CaptureRecord>, datalink = ethernet): Uint8Array {
  const header = Buffer.alloc(16);
  header.write('snoop\0\0\0', 'latin1');
  header.writeUInt32BE(2, 8);
  header.writeUInt32BE(datalink, 12);
  const parts: Uint8Array[] = [header];
  for (const { timestampNs, bytes, originalLength } of records) {
    const record = Buffer.alloc(24 + ((bytes.length + 3) & ~3));
    record.writeUInt32BE(originalLength ?? bytes.length, 0);
    record.writeUInt32BE(bytes.length, 4);
    record.writeUInt32BE(record.length, 8);
    record.writeUInt32BE(Number(timestampNs / secondNs), 16);
    record.writeUInt32BE(Math.floor(Number(timestampNs % secondNs) / 1000), 20);
    record.set(bytes, 24);
    parts.push(record);
  }
  return Buffer.concat(parts);
}
