// generate: bulk captures: patched copies must be as sound as what they were copied from.
import { describe, expect, it } from 'vitest';
import { type BulkResult, generateBulk } from '../../../local/generate/bulk.ts';
import { joinBytes } from '../../../local/generate/bytes/text.ts';
import { readNaively } from '../../support/naive-capture-reader.ts';
import { conversationKey, readEthernetNaively } from '../../support/naive-packet.ts';

const targetBytes = 40_000_000;

function makeBulk(seed: number, target: number): { readonly bytes: Uint8Array; readonly result: BulkResult } {
  const blocks: Uint8Array[] = [];
  const source = generateBulk({ targetBytes: target, seed });
  for (let step = source.next(); ; step = source.next()) {
    if (step.done === true) return { bytes: joinBytes(blocks), result: step.value };
    blocks.push(step.value);
  }
}

describe('a bulk capture', () => {
  const { bytes, result } = makeBulk(1, targetBytes);
  const read = readNaively(bytes);
  const packets = (read?.records ?? []).map((record) => readEthernetNaively(Buffer.from(record.data, 'hex')));

  it('is as long as asked, to the record', () => {
    expect(bytes.length).toBe(result.bytes);
    expect(bytes.length).toBeGreaterThanOrEqual(targetBytes);
    expect(bytes.length).toBeLessThan(targetBytes + 1600);
    expect(read?.records.length).toBe(result.records);
    expect(read?.gaps).toEqual([]);
  });

  it('has no wrong checksum in any copy', () => {
    expect(packets.filter((packet) => packet?.checksumsHold === false)).toEqual([]);
  });

  it('never goes back in time, over the seams between tiles too', () => {
    const times = (read?.records ?? []).map((record) => record.timestampNs);
    expect(times.every((time, at) => time >= (times[at - 1] ?? 0n))).toBe(true);
  });

  it('opens about 125 flows a megabyte', () => {
    const flows = new Set<string>();
    for (const packet of packets) if (packet !== undefined) flows.add(conversationKey(packet));
    expect(flows.size / (bytes.length / 1e6)).toBeGreaterThan(100);
    expect(flows.size / (bytes.length / 1e6)).toBeLessThan(150);
  });

  it('is the same for the same seed', () => {
    const again = makeBulk(1, 8_000_000).bytes;
    expect(Buffer.compare(again.subarray(0, 8_000_000), bytes.subarray(0, 8_000_000))).toBe(0);
    expect(Buffer.compare(makeBulk(2, 1_000_000).bytes.subarray(0, 1000), bytes.subarray(0, 1000))).not.toBe(0);
  });
});
