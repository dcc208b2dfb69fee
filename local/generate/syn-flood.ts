// generate: a flood of SYN segments, each of a flow of its own, at the speed of memory: the worst a flow table can meet.
import { open } from 'node:fs/promises';
import { encodePcap } from './file/pcap.ts';
import { tcpFrame } from './frame.ts';
import { defaultStartNs } from './scenario.ts';

export interface SynFloodOptions {
  readonly packets: number;
  /** Of a second: how fast they come. */
  readonly packetsPerSecond: number;
}

const RECORD_HEADER = 16;
const BLOCK_RECORDS = 16_384;
const SOURCE_ADDRESS = 26;
const SOURCE_PORT = 34;
/** Odd, so that every address comes once before any comes again. */
const STEP = 0x9e37_79b1;

/** Blocks of a little-endian microsecond pcap of Ethernet: spoofed sources, one target; checksums are not kept up. */
export function* generateSynFlood({ packets, packetsPerSecond }: SynFloodOptions): Generator<Uint8Array> {
  yield* encodePcap([], { linktype: 1 });
  const frame = tcpFrame({
    source: '198.18.0.1',
    destination: '192.0.2.80',
    sourcePort: 1024,
    destinationPort: 80,
    flags: ['syn'],
  });
  const record = RECORD_HEADER + frame.length;
  const block = new Uint8Array(BLOCK_RECORDS * record);
  const view = new DataView(block.buffer);
  const start = Number(defaultStartNs / 1000n);
  for (let first = 0; first < packets; first += BLOCK_RECORDS) {
    const count = Math.min(BLOCK_RECORDS, packets - first);
    for (let i = 0; i < count; i++) {
      const number = first + i;
      const at = i * record;
      const microseconds = start + Math.floor((number * 1e6) / packetsPerSecond);
      view.setUint32(at, Math.floor(microseconds / 1e6), true);
      view.setUint32(at + 4, microseconds % 1e6, true);
      view.setUint32(at + 8, frame.length, true);
      view.setUint32(at + 12, frame.length, true);
      block.set(frame, at + RECORD_HEADER);
      view.setUint32(at + RECORD_HEADER + SOURCE_ADDRESS, Math.imul(number, STEP));
      view.setUint16(at + RECORD_HEADER + SOURCE_PORT, 1024 + (number % 60_000));
    }
    yield block.slice(0, count * record);
  }
}

export async function writeSynFlood(path: string, options: SynFloodOptions): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const block of generateSynFlood(options)) await file.writeFile(block);
  } finally {
    await file.close();
  }
}
