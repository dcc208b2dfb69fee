// support: capture files of every format as an attacker or an accident would have them, for tests that read any bytes.

import fc from 'fast-check';
import { encodeSnoop } from '../../local/generate/file/snoop.ts';
import {
  type ByteOrder,
  block,
  concat,
  enhancedPacket,
  interfaceBlock,
  obsoletePacket,
  pcapHeader,
  pcapRecord,
  sectionHeader,
  simplePacket,
} from '../unit/capture/capture-bytes.ts';

const data = fc.uint8Array({ maxLength: 40 });
const order = fc.constantFrom<ByteOrder>('little', 'big');
const length = fc.oneof(fc.nat(64), fc.constantFrom(262_144, 262_145, 0xffffffff));

/** A pcap, sound or with lengths that lie. */
export const pcapFile = fc
  .record({
    order,
    magic: fc.constantFrom(0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34),
    minor: fc.constantFrom(2, 3, 4, 4, 4, 4),
    linktype: fc.constantFrom(1, 113, 0x00300001),
  })
  .chain(({ order, ...fields }) => {
    const extra = fc.constant(new Uint8Array(fields.magic === 0xa1b2cd34 ? 8 : 0));
    const sound = fc.record({ seconds: fc.nat(), fraction: fc.nat(2_000_000), data, extra });
    const lying = fc.record({ data, capturedLength: length, originalLength: length, extra });
    const records = fc.array(fc.oneof({ weight: 12, arbitrary: sound }, { weight: 1, arbitrary: lying }));
    return records.map((list) => concat(pcapHeader(order, fields), ...list.map((record) => pcapRecord(order, record))));
  });

const options = fc.array(
  fc.oneof(
    fc.tuple(fc.constant(9), fc.uint8Array({ minLength: 1, maxLength: 1 })),
    fc.tuple(fc.constant(14), fc.uint8Array({ minLength: 8, maxLength: 8 }).map(plausibleOffset)),
    fc.tuple(fc.constantFrom(2, 3, 14), fc.uint8Array({ maxLength: 9 })),
  ),
  { maxLength: 4 },
);

/** An offset of which a double still holds every second. */
function plausibleOffset(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([0, 0, 0, bytes[3] ?? 0, bytes[4] ?? 0, 0, 0, 0]);
}

function blocksOf(order: ByteOrder) {
  const timestamp = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const interfaceNumber = fc.constantFrom(0, 0, 0, 1, 2, 9);
  const packet = fc.record({ interfaceNumber, timestamp, data });
  const lying = fc.record({ interfaceNumber, data, capturedLength: length, originalLength: length });
  const body = fc.uint8Array({ maxLength: 6 }).map((bytes) => new Uint8Array(bytes.length * 4));
  return fc.oneof(
    { weight: 4, arbitrary: packet.map((fields) => enhancedPacket(order, fields)) },
    { weight: 2, arbitrary: packet.map((fields) => obsoletePacket(order, fields)) },
    { weight: 2, arbitrary: fc.tuple(data, length).map(([bytes, original]) => simplePacket(order, bytes, original)) },
    {
      weight: 2,
      arbitrary: fc.record({ snaplen: fc.nat(30), options }).map((fields) => interfaceBlock(order, fields)),
    },
    { weight: 1, arbitrary: lying.map((fields) => enhancedPacket(order, fields)) },
    { weight: 1, arbitrary: fc.tuple(fc.nat(12), body).map(([type, bytes]) => block(order, type, bytes)) },
  );
}

const section = order.chain((order) =>
  fc
    .tuple(fc.constantFrom(0, 7, 30), fc.array(blocksOf(order), { maxLength: 12 }))
    .map(([snaplen, blocks]) => concat(sectionHeader(order), interfaceBlock(order, { snaplen }), ...blocks)),
);
const pcapngFile = fc.array(section, { minLength: 1, maxLength: 3 }).map((sections) => concat(...sections));

const snoopFile = fc
  .tuple(
    fc.constantFrom(4, 4, 4, 0, 8, 5, 99),
    fc.array(
      fc.record({ timestampNs: fc.bigInt({ min: 0n, max: 4n * 10n ** 18n }), bytes: data, originalLength: length }),
    ),
  )
  .map(([datalink, records]) => Uint8Array.from(encodeSnoop(records, datalink)));

/** A file as it is, cut at its end, or with some bytes changed. */
export const captureFile = fc
  .record({
    whole: fc.oneof(pcapFile, pcapngFile, snoopFile),
    cut: fc.option(fc.nat(), { freq: 4 }),
    changes: fc.oneof(fc.constant([]), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 })),
  })
  .map(({ whole, cut, changes }) => {
    const bytes = cut === null ? whole : whole.slice(0, cut % (whole.length + 1));
    for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
    return bytes;
  });
