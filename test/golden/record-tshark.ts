// golden: asks tshark about every fixture and puts its answers on record: npm run record:tshark.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { requireTshark, tsharkVersion } from '../real/tools.ts';
import { askTshark } from '../real/tshark.ts';
import { FIXTURES } from './fixtures.ts';
import { GOLDEN_FIELDS, type GoldenFile, goldenPath, sha256 } from './golden-file.ts';

function column(values: readonly (string | null)[]): string | null | readonly (string | null)[] {
  const [first = null] = values;
  return values.every((value) => value === first) ? first : values;
}

requireTshark();
const folder = await mkdtemp(join(tmpdir(), 'smart-ids-golden-'));
try {
  for (const { name, make } of FIXTURES) {
    const bytes = make();
    const path = join(folder, name);
    await writeFile(path, bytes);
    const { rows } = await askTshark(path);
    const golden: GoldenFile = {
      tshark: tsharkVersion(),
      sha256: sha256(bytes),
      packets: rows.length,
      fields: Object.fromEntries(
        GOLDEN_FIELDS.map((field) => [field.name, column(rows.map((row) => field.theirs(row) ?? null))]),
      ),
    };
    await mkdir(dirname(goldenPath(name)), { recursive: true });
    await writeFile(goldenPath(name), `${JSON.stringify(golden)}\n`);
    console.log(`${name}: ${rows.length} packets`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
