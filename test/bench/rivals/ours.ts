// bench: our own passes over a file, each in a process of its own: node ours.ts <pass> <file>.
import { createReadStream, openSync, readSync } from 'node:fs';
import { parse } from 'pcap-parser';
import { createCaptureReader, readCapture } from '../../../lib/capture/capture-reader.ts';
import { FLOW_METADATA } from '../../../lib/chunk/column-metadata.ts';
import { decodeColumns } from '../../../lib/chunk/columns.ts';
import { splitCapture } from '../../../lib/chunk/split-capture.ts';
import { decodePacket } from '../../../lib/decode/decode-packet.ts';
import { createPacket } from '../../../lib/decode/packet.ts';
import { flowDocument } from '../../../lib/document/flow-document.ts';
import { FLOW_FIELDS } from '../../../lib/flow/flow-fields.ts';

const PIECE_BYTES = 256 * 1024;
const [pass = '', path = ''] = process.argv.slice(2);
let checksum = 0;

/** One piece of memory filled again and again, as the reader allows: reading is not what is measured. */
async function* source(): AsyncGenerator<Uint8Array> {
  const file = openSync(path, 'r');
  const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
  for (let length = -1; length !== 0; ) {
    length = readSync(file, piece, 0, PIECE_BYTES, null);
    yield piece.subarray(0, length);
  }
}

/** What no tool in this language can beat: headers by fixed offsets, and a map of flows by a number made of the addresses. */
function bareLoop(): void {
  const file = openSync(path, 'r');
  const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
  const flows = new Map<number, number>();
  let kept = 0;
  let position = 24;
  for (;;) {
    const length = readSync(file, buffer, kept, buffer.length - kept, null);
    const end = kept + length;
    while (position + 16 <= end) {
      const next = position + 16 + buffer.readUInt32LE(position + 8);
      if (next > end) break;
      const ip = position + 30;
      const pair = (buffer.readUInt32BE(ip + 12) ^ buffer.readUInt32BE(ip + 16)) * 65_536;
      const ports = buffer.readUInt16BE(ip + 20) ^ buffer.readUInt16BE(ip + 22);
      flows.set(pair + ports, (flows.get(pair + ports) ?? 0) + 1);
      position = next;
    }
    if (length === 0) break;
    buffer.copyWithin(0, position, end);
    kept = end - position;
    position = 0;
  }
  checksum += flows.size;
}

async function read(): Promise<void> {
  const packet = createPacket();
  for await (const batch of readCapture(source(), createCaptureReader())) {
    const { bytes, count, start, capturedLength, originalLength } = batch;
    for (let i = 0; i < count; i++) {
      decodePacket(bytes, start[i] ?? 0, capturedLength[i] ?? 0, originalLength[i] ?? 0, 1, packet);
      checksum += packet.payloadLength;
    }
  }
}

/** Decode, flows, windows, features, columns written, the outputs going nowhere; as in production with facts. */
async function split(applicationFacts: boolean): Promise<void> {
  for await (const output of splitCapture(source(), { applicationFacts })) {
    if ('bytes' in output && typeof output.bytes !== 'number') checksum += output.bytes.length;
  }
}

async function documents(): Promise<void> {
  const context = { dumpId: 'bench', etag: '0'.repeat(32), attempt: 1, run: 1, fileName: 'mix.pcap' };
  for await (const output of splitCapture(source())) {
    if (output.kind !== 'row-object') continue;
    const rows = await decodeColumns(FLOW_FIELDS, output.bytes, FLOW_METADATA);
    for (let i = 0; i < rows.count; i++) {
      if (rows.columns.firstChunk[i] !== output.chunk) continue;
      checksum += JSON.stringify(flowDocument(rows, i, context as never, undefined)).length;
    }
  }
}

function readWithPcapParser(): Promise<void> {
  return new Promise((resolve, reject) => {
    const parser = parse(createReadStream(path));
    parser.on('packet', ({ data }) => {
      checksum += data.length;
    });
    parser.on('end', resolve);
    parser.on('error', reject);
  });
}

const PASSES: Readonly<Record<string, () => Promise<void> | void>> = {
  'bare-loop': bareLoop,
  read,
  split: () => split(false),
  'split-with-facts': () => split(true),
  documents,
  'pcap-parser': readWithPcapParser,
};

await PASSES[pass]?.();
if (checksum === 0) throw new Error(`no such pass, or nothing read: ${pass}`);
console.log(checksum);
