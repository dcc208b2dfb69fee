// opensearch: makes templates and first indexes, and tells which generation new dumps go to; repeating it changes nothing.

import { z } from 'zod';
import {
  concreteIndex,
  DOCUMENT_KINDS,
  type DocumentKind,
  FIRST_GENERATION,
  GENERATION_KINDS,
  indexAlias,
} from '../document/document-kind.ts';
import { DEFAULT_INDEX_SETTINGS, type IndexSettings, indexTemplate } from '../document/index-template.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { SearchClient } from './search-client.ts';
import { errorReason } from './search-error.ts';

/** What is written to all the time and looked at live is made visible more often. */
const REGISTER_REFRESH_INTERVAL = '1s';

const ALREADY_EXISTS = 'resource_already_exists_exception';
const aliasesSchema = z.record(z.string(), z.looseObject({}));

function settingsOf(kind: DocumentKind, settings: IndexSettings): IndexSettings {
  const isRegister = kind === 'dumps' || kind === 'progress';
  return isRegister ? { ...settings, refreshInterval: REGISTER_REFRESH_INTERVAL } : settings;
}

/** Templates of all kinds; an index made later gets mapping and alias from them. */
export async function ensureTemplates(client: SearchClient, settings = DEFAULT_INDEX_SETTINGS): Promise<void> {
  for (const kind of DOCUMENT_KINDS) {
    await client.request('PUT', `/_index_template/${indexAlias(kind)}`, {
      body: indexTemplate(kind, settingsOf(kind, settings)),
    });
  }
}

async function ensureIndex(client: SearchClient, index: string): Promise<void> {
  const { status } = await client.request('HEAD', `/${index}`, { accept: [404] });
  if (status !== 404) return;
  const reply = await client.request('PUT', `/${index}`, { body: {}, accept: [400], retries: 0 });
  if (reply.status === 400 && !errorReason(reply.body).startsWith(ALREADY_EXISTS)) {
    throw new PipelineError('internal', `PUT /${index}: ${errorReason(reply.body)}`, { permanent: true });
  }
}

/** The concrete indexes of one generation, and those that have no generations. */
export async function ensureIndexes(client: SearchClient, generation: string = FIRST_GENERATION): Promise<void> {
  for (const kind of DOCUMENT_KINDS) {
    const hasGenerations = GENERATION_KINDS.some((known) => known === kind);
    await ensureIndex(client, concreteIndex(kind, hasGenerations ? generation : FIRST_GENERATION));
  }
}

/** The newest generation: what the dumps of today are written to. */
export async function currentGeneration(client: SearchClient): Promise<string> {
  const alias = indexAlias('flows');
  const reply = await client.request('GET', `/_alias/${alias}`, { accept: [404] });
  if (reply.status === 404) return FIRST_GENERATION;
  const prefix = `${alias}-`;
  const generations = Object.keys(aliasesSchema.parse(reply.body))
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
  return generations.sort().at(-1) ?? FIRST_GENERATION;
}

/** All of it; resolves to the current generation. */
export async function bootstrapIndexes(client: SearchClient, settings = DEFAULT_INDEX_SETTINGS): Promise<string> {
  await ensureTemplates(client, settings);
  const generation = await currentGeneration(client);
  await ensureIndexes(client, generation);
  return generation;
}
