// differential: the indexes both engines are given, with their documents: the same on every run.

import type { DocumentKind } from '../../lib/document/document-kind.ts';
import { indexMapping } from '../../lib/document/index-template.ts';
import { createRandom, type Random } from '../../local/generate/random.ts';
import { HOSTILE_MAPPING, hostileDocuments } from './hostile-documents.ts';
import { networkDocuments } from './network-documents.ts';

type Json = Readonly<Record<string, unknown>>;

export interface CorpusIndex {
  readonly name: string;
  /** Undefined: every field is guessed from the first value. */
  readonly mapping: Json | undefined;
  readonly documents: readonly { readonly id: string; readonly body: Json }[];
}

const SEED = 20_261_129;

/** Ids tell index and place: `f17` is the eighteenth flow. */
export function searchCorpus(): readonly CorpusIndex[] {
  const random = createRandom(SEED);
  const network = (kind: DocumentKind, prefix: string, count: number): CorpusIndex => ({
    name: `diff-${kind}`,
    mapping: indexMapping(kind),
    documents: numbered(prefix, networkDocuments(kind, count, random.fork(kind))),
  });
  return [
    network('flows', 'f', 260),
    network('packets', 'p', 120),
    network('alerts', 'a', 60),
    {
      name: 'diff-hostile',
      mapping: HOSTILE_MAPPING,
      documents: numbered('h', hostileDocuments(340, random.fork('hostile'))),
    },
    { name: 'diff-guessed', mapping: undefined, documents: numbered('g', guessedDocuments(random.fork('guessed'))) },
    { name: 'diff-empty', mapping: HOSTILE_MAPPING, documents: [] },
  ];
}

function numbered(prefix: string, bodies: readonly Json[]): CorpusIndex['documents'] {
  return bodies.map((body, number) => ({ id: `${prefix}${number}`, body }));
}

/** Documents of an index without a mapping: each field's type is guessed from its first value. */
function guessedDocuments(random: Random): readonly Json[] {
  return Array.from({ length: 40 }, (_, n) => ({
    n,
    name: random.pick(['alpha beta', 'Beta', 'gamma-delta', 'ALPHA', 'x@y.example', '10.0.0.1']),
    at: `2026-11-${String(1 + (n % 28)).padStart(2, '0')}T0${n % 10}:00:00Z`,
    day: n % 3 === 0 ? '2026-11-05' : '2026-12-01',
    ratio: n % 4 === 0 ? 0.5 : random.integer(0, 100) / 8,
    flag: n % 2 === 0,
    nested: { deep: { word: random.pick(['one', 'two', 'one two']), count: random.integer(0, 5) } },
    ...(n % 5 === 0 ? { list: [n, n + 1, n * 2] } : {}),
    ...(n % 7 === 0 ? { rare: ['a', 'b b'] } : {}),
  }));
}
