// real: texts are cut into words as OpenSearch's standard analyser cuts them: every character, and characters side by side.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { standardTokensWithPlaces } from '../../lib/query/standard-tokens.ts';
import { WORD_CLASSES, wordClassOf } from '../../lib/query/word-classes.ts';
import { createRandom, type Random } from '../../local/generate/random.ts';
import { type OpenSearch, startOpenSearch } from './opensearch-server.ts';

/** An analyser's answer holds 10,000 tokens. */
const TEXTS_AT_ONCE = 1_500;
const BETWEEN = ' \n ';
const LAST_CODE_POINT = 0x1_ffff;
const SURROUNDINGS: readonly ((char: string) => string)[] = [
  (char) => char,
  (char) => `a${char}b`,
  (char) => `1${char}2`,
  (char) => `カ${char}ナ`,
  (char) => `א${char}ב`,
  (char) => `_${char}1`,
  (char) => `ไ${char}ท`,
  (char) => `${char}${char}`,
];

const shown = (token: string, start: number, end: number) => `${token}@${start}-${end}`;
const ours = (text: string) =>
  standardTokensWithPlaces(text)
    .map((one) => shown(one.text, one.start, one.end))
    .join(' ');

describe('the standard analyser', () => {
  let server: OpenSearch;
  beforeAll(async () => {
    server = await startOpenSearch();
  });
  afterAll(() => server.close());

  async function theirs(texts: readonly string[]): Promise<string[]> {
    const reply = await fetch(`${server.endpoint}/_analyze`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ analyzer: 'standard', text: texts.join(BETWEEN) }),
    });
    const { tokens } = (await reply.json()) as {
      tokens: readonly { token: string; start_offset: number; end_offset: number }[];
    };
    const found = texts.map(() => [] as string[]);
    let [at, start] = [0, 0];
    for (const { token, start_offset, end_offset } of tokens) {
      for (
        let length = texts[at]?.length ?? 0;
        start + length + BETWEEN.length <= start_offset;
        length = texts[at]?.length ?? 0
      ) {
        start += length + BETWEEN.length;
        at += 1;
      }
      found[at]?.push(shown(token, start_offset - start, end_offset - start));
    }
    return found.map((list) => list.join(' '));
  }

  async function differences(texts: readonly string[]): Promise<string[]> {
    const differing: string[] = [];
    for (let from = 0; from < texts.length; from += TEXTS_AT_ONCE) {
      const batch = texts.slice(from, from + TEXTS_AT_ONCE);
      for (const [at, answer] of (await theirs(batch)).entries()) {
        const text = batch[at] ?? '';
        if (ours(text) !== answer) differing.push(`${JSON.stringify(text)}: ${ours(text)} for ${answer}`);
      }
    }
    return differing;
  }

  it.each(SURROUNDINGS)('cuts each character as OpenSearch does, in surroundings %#', async (surround) => {
    const texts: string[] = [];
    for (let code = 1; code <= LAST_CODE_POINT; code += 1) {
      if (code < 0xd800 || code > 0xdfff) texts.push(surround(String.fromCodePoint(code)));
    }
    expect((await differences(texts)).slice(0, 10)).toEqual([]);
  });

  it('cuts 18,000 texts of characters of every class as OpenSearch does, all but 0.5 %', async () => {
    const random = createRandom(1);
    const texts = Array.from({ length: 18_000 }, () => oddText(random, random.integer(1, 9)));
    const differing = await differences(texts);
    console.log(
      `${differing.length} of ${texts.length} odd texts are cut otherwise, such as ${differing.slice(0, 3).join('; ')}`,
    );
    expect(differing.length).toBeLessThan(texts.length * 0.005);
  });
});

const BY_CLASS = WORD_CLASSES.map((_, place) => {
  const codes: number[] = [];
  for (let code = 1; code <= LAST_CODE_POINT; code += 1) {
    if ((code < 0xd800 || code > 0xdfff) && wordClassOf(code) === place) codes.push(code);
  }
  return codes;
});

/** Each class as likely as any other: what nobody writes is most of it. */
function oddText(random: Random, length: number): string {
  let text = '';
  for (let count = 0; count < length; count += 1) {
    const codes = BY_CLASS[random.integer(0, BY_CLASS.length - 1)] ?? [];
    text += String.fromCodePoint(codes[random.integer(0, codes.length - 1)] ?? 0x61);
  }
  return text;
}
