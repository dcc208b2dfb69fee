// The filter of ids: never wrong about what it lacks, seldom about what it has.
import { expect, it } from 'vitest';
import { IdFilter } from '../../../local/opensearch/document/id-filter.ts';
import { hashOf } from '../../../local/opensearch/document/id-hash.ts';

it('knows every id that was added, over all its parts, and takes few others for known', () => {
  const filter = new IdFilter();
  const count = 100_000;
  for (let number = 0; number < count; number += 1) filter.add(hashOf(`dump.f${number}`));
  let missed = 0;
  let mistaken = 0;
  for (let number = 0; number < count; number += 1) {
    if (!filter.mayHave(hashOf(`dump.f${number}`))) missed += 1;
    if (filter.mayHave(hashOf(`dump.p${number}`))) mistaken += 1;
  }
  expect(missed).toBe(0);
  expect(mistaken).toBeLessThan(count / 1_000);
});
