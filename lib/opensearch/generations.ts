// opensearch: the generations of concrete indexes there are; a new one, and the end of an old one.

import { z } from 'zod';
import { concreteIndex, GENERATION_KINDS, indexAlias } from '../document/document-kind.ts';
import type { Generation } from '../retention/generation-plan.ts';
import { ensureIndexes } from './bootstrap.ts';
import type { SearchClient } from './search-client.ts';

export interface GenerationStore {
  list(): Promise<readonly Generation[]>;
  /** Makes its indexes; new dumps take it from then on. */
  begin(name: string): Promise<void>;
  /** Removes its indexes with everything in them. */
  drop(name: string): Promise<void>;
}

const catalogSchema = z.array(z.looseObject({ index: z.string(), 'docs.count': z.coerce.number() }));
const settingsSchema = z.record(
  z.string(),
  z.looseObject({ settings: z.looseObject({ index: z.looseObject({ creation_date: z.coerce.number() }) }) }),
);
const PATTERN = GENERATION_KINDS.map((kind) => `${indexAlias(kind)}-*`).join(',');

function generationOf(index: string): string {
  return index.slice(index.lastIndexOf('-') + 1);
}

export function createGenerationStore(client: SearchClient): GenerationStore {
  return {
    async list() {
      const catalog = await client.request('GET', `/_cat/indices/${PATTERN}`, {
        query: { format: 'json', h: 'index,docs.count' },
      });
      const settings = await client.request('GET', `/${PATTERN}/_settings`);
      const created = settingsSchema.parse(settings.body);
      const found = new Map<string, { documents: number; createdMs: number }>();
      for (const { index, 'docs.count': documents } of catalogSchema.parse(catalog.body)) {
        const createdMs = created[index]?.settings.index.creation_date ?? 0;
        const known = found.get(generationOf(index)) ?? { documents: 0, createdMs };
        found.set(generationOf(index), {
          documents: Math.max(known.documents, documents),
          createdMs: Math.max(known.createdMs, createdMs),
        });
      }
      return [...found].map(([name, { documents, createdMs }]) => ({
        name,
        documents,
        createdAt: new Date(createdMs),
      }));
    },

    begin: (name) => ensureIndexes(client, name),

    async drop(name) {
      const indexes = GENERATION_KINDS.map((kind) => concreteIndex(kind, name));
      // One by one: one that is gone already is no reason to keep the others.
      for (const index of indexes) await client.request('DELETE', `/${index}`, { accept: [404] });
    },
  };
}
