// contract: generated captures, read as tshark read them when its answers were put on record (npm run record:tshark).
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FIXTURES } from '../golden/fixtures.ts';
import { GOLDEN_FIELDS, type GoldenFile, goldenPath, goldenValue, sha256 } from '../golden/golden-file.ts';
import { readRecordsOf } from '../real/our-packets.ts';

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

test.each(FIXTURES)('$name: every packet is what tshark said it is', async ({ name, make }) => {
  const golden: GoldenFile = JSON.parse(readFileSync(goldenPath(name), 'utf8'));
  const bytes = make();
  expect(sha256(bytes), 'the fixture is another one now: npm run record:tshark').toBe(golden.sha256);
  const { records } = await readRecordsOf(inOnePiece(bytes), (record) => {
    const isFlow = record.reason === 'decoded';
    for (const { name: field, ours } of GOLDEN_FIELDS) {
      const isOfRecord = ['timestamp', 'original length', 'captured length', 'layers'].includes(field);
      if (!isFlow && !isOfRecord) continue;
      const where = `record ${record.number + 1}, ${field}`;
      expect(ours(record), where).toBe(goldenValue(golden, field, record.number));
    }
  });
  expect(records).toBe(golden.packets);
});
