// Action lines of a bulk request that are read by comparing bytes mean what they mean when each is parsed.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DocumentWriter } from '../../../local/opensearch/document/document-writer.ts';
import type { WriteOperation } from '../../../local/opensearch/document/write-operation.ts';
import { bulk } from '../../../local/opensearch/http/bulk.ts';
import { encodeJson } from '../../../local/opensearch/request/json-text.ts';

/** Takes the operations and writes nothing. */
async function operationsOf(lines: readonly string[]): Promise<readonly WriteOperation[] | string> {
  let taken: readonly WriteOperation[] = [];
  const writer = {
    submit: async (operations: readonly WriteOperation[]) => {
      taken = operations;
      return [];
    },
  } as unknown as DocumentWriter; // bulk asks it for nothing else
  try {
    await bulk(writer, Buffer.from(lines.map((line) => `${line}\n`).join('')), undefined, false);
  } catch (error) {
    return String(error);
  }
  return taken.map((operation) => ({ ...operation, body: Buffer.from(operation.body) }));
}

const id = fc.oneof(
  fc.constantFrom('a', 'first', 'b.c:9', '', 'é', 'q"q', 'b\\s', '"_id":"x', 'x'.repeat(513), 'tab\t', '\u007f', '0'),
  fc.string({ unit: 'grapheme-ascii', maxLength: 6 }),
);
const line = fc.record({
  kind: fc.constantFrom('index', 'index', 'index', 'create', 'delete', 'update'),
  meta: fc.constantFrom(
    (of: string) => encodeJson({ _index: 'one', _id: of }),
    (of: string) => encodeJson({ _index: 'one', _id: of, version: 7, version_type: 'external_gte' }),
    (of: string) => encodeJson({ _id: of, _index: '"_id":"' }),
    (of: string) => `{"_id":"first","_index":"two","_id":${JSON.stringify(of)}}`,
    (of: string) => `{"_index":"two","if_seq_no":3,"if_primary_term":1,"_id": ${JSON.stringify(of)}}`,
    (of: string) => `{"_index":"two","_id":${JSON.stringify(of)}} `,
    () => `{"_index":"two"}`,
    (of: string) => `{"_index":"two","_id":"${of}"}`,
  ),
  id,
});

it('lines that differ in their ids alone mean what each means by itself', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 12 }), async (lines) => {
      const pairs = lines.map(({ kind, meta, id: of }) => {
        const action = `{"${kind}":${meta(of)}}`;
        return kind === 'delete' ? [action] : [action, '{"a":1}'];
      });
      const alone: WriteOperation[] = [];
      for (const pair of pairs) {
        const read = await operationsOf(pair);
        if (typeof read === 'string') {
          expect(typeof (await operationsOf(pairs.flat()))).toBe('string');
          return;
        }
        alone.push(...read);
      }
      compared += 1;
      expect(await operationsOf(pairs.flat())).toEqual(alone);
    }),
    { numRuns: 4_000 },
  );
  expect(compared).toBeGreaterThan(500);
});
