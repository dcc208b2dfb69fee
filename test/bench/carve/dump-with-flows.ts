// bench: gigabytes of office traffic on a fast line, with known flows sewn in whose packets lie far apart.

import { generateBulk } from '../../../local/generate/bulk.ts';
import { tcpFrame } from '../../../local/generate/frame.ts';

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const CAPTURED_LENGTH = 8;
const PAYLOAD_BYTES = 600;
/** A flow's packets come in well under its 60 s of silence and 120 s of life. */
const BITS_PER_SECOND = 1e9;

export interface SewnFlow {
  readonly name: string;
  readonly sourcePort: number;
  readonly packets: number;
  /** Bytes of the dump from its first packet to its last. */
  readonly span: number;
  /** Packets that follow each other directly. */
  readonly burst: number;
  /** Where in the dump it begins. */
  readonly start: number;
}

interface Due {
  readonly flow: SewnFlow;
  sent: number;
  at: number;
}

/** Blocks of a pcap of whole records, at least `targetBytes` long by less than a tile. */
export function* dumpWithFlows(targetBytes: number, flows: readonly SewnFlow[]): Generator<Uint8Array> {
  const waiting = flows.map((flow): Due => ({ flow, sent: 0, at: flow.start }));
  let position = 0;
  for (const block of generateBulk({ targetBytes, seed: 5, bitsPerSecond: BITS_PER_SECOND })) {
    if (position === 0) {
      yield block;
      position = FILE_HEADER;
      continue;
    }
    const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
    let from = 0;
    for (let at = 0; at < block.length; ) {
      const next = waiting.reduce((least, { at: due }) => Math.min(least, due), Number.POSITIVE_INFINITY);
      if (position + (at - from) >= next) {
        if (at > from) yield block.subarray(from, at);
        position += at - from;
        from = at;
        for (const sewn of dueRecords(waiting, position, view.getUint32(at, true), view.getUint32(at + 4, true))) {
          yield sewn;
          position += sewn.length;
        }
      }
      at += RECORD_HEADER + view.getUint32(at + CAPTURED_LENGTH, true);
    }
    yield block.subarray(from);
    position += block.length - from;
  }
}

function* dueRecords(waiting: Due[], position: number, seconds: number, microseconds: number): Generator<Uint8Array> {
  for (const [i, due] of [...waiting.entries()].reverse()) {
    const { flow } = due;
    if (due.at > position) continue;
    for (let n = 0; n < flow.burst && due.sent < flow.packets; n += 1) {
      yield recordOf(flow, due.sent, seconds, microseconds);
      due.sent += 1;
    }
    due.at += (flow.span * flow.burst) / flow.packets;
    if (due.sent === flow.packets) waiting.splice(i, 1);
  }
}

function recordOf(flow: SewnFlow, number: number, seconds: number, microseconds: number): Uint8Array {
  const payload = new Uint8Array(number === 0 ? 0 : PAYLOAD_BYTES).fill(0x41 + (number % 26));
  const frame = tcpFrame({
    source: '10.254.0.1',
    destination: '10.254.0.2',
    sourcePort: flow.sourcePort,
    sequence: number === 0 ? 1000 : 1001 + (number - 1) * PAYLOAD_BYTES,
    flags: number === 0 ? ['syn'] : ['psh', 'ack'],
    payload,
  });
  const record = new Uint8Array(RECORD_HEADER + frame.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, seconds, true);
  view.setUint32(4, microseconds, true);
  view.setUint32(CAPTURED_LENGTH, frame.length, true);
  view.setUint32(12, frame.length, true);
  record.set(frame, RECORD_HEADER);
  return record;
}
