// api: the records behind a flow or a search as one capture file, read from the bucket while it is sent.

import { linktypeNumber } from '../../lib/capture/linktypes.ts';
import { type CaptureFile, type CaptureFormat, chooseCaptureFile } from '../../lib/carve/capture-format.ts';
import type { CarveDirection } from '../../lib/carve/choose-rows.ts';
import { encodeCapture } from '../../lib/carve/encode-capture.ts';
import type { ChunkSelection } from '../../lib/carve/record-piece.ts';
import { findChunk } from '../../lib/records/find-chunk.ts';
import { readAhead } from '../../lib/records/read-ahead.ts';
import { readSelections } from '../../lib/records/read-selections.ts';
import { alertFlowClauses } from './alert-clauses.ts';
import type { ApiDeps } from './api-deps.ts';
import {
  flowSelections,
  MAX_KEPT_MANIFESTS,
  numberedSelections,
  type RecordSource,
  recordSource,
} from './dump-records.ts';
import { findFlow } from './find-flow.ts';
import { type FoundDump, foundDumps, type ReadableDump } from './found-dumps.ts';
import { foundFlows, foundRecords } from './found-places.ts';
import { ProblemError } from './http/problem.ts';
import type { CarveKind } from './schema/carve-schema.ts';
import { DUMP_FIELD, searchClauses } from './search-request.ts';

type CarveDeps = Pick<ApiDeps, 'store' | 'dumps' | 'search' | 'fields'>;

export interface CarveOptions {
  readonly direction: CarveDirection;
  /** Undefined: what fits. */
  readonly format?: CaptureFormat | undefined;
}

export interface CarveSearch extends CarveOptions {
  readonly q?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface Carved {
  readonly file: CaptureFile;
  readonly stream: AsyncIterable<Uint8Array>;
}

/** What is carved of one dump, and the chunks it may lie in. */
interface Part {
  readonly source: RecordSource;
  readonly linktypes: readonly string[];
  readonly firstChunk: number;
  readonly lastChunk: number;
  readonly selections: () => AsyncIterable<ChunkSelection>;
}

/** Manifests read at once. */
const READ_AHEAD = { maxItems: 8, maxBytes: 8 };

/** @throws ProblemError `not-found`, `conflict`, or `invalid-request` where the format asked for cannot hold it. */
export async function carveFlow(
  deps: CarveDeps,
  id: string,
  options: CarveOptions,
  signal: AbortSignal,
): Promise<Carved> {
  const { dump, place } = await findFlow(deps, id, signal);
  const source = recordSource(deps.store, objectsOf(dump));
  const part: Part = {
    source,
    linktypes: dump.linktypes,
    firstChunk: place.firstChunk,
    lastChunk: place.lastChunk,
    selections: () => flowSelections(source, only(place), options.direction, signal),
  };
  return carveParts(deps, [part], options.format, signal);
}

/** Records of the flows that are found, of those behind the alerts that are found, or of the packets that are found. */
export async function carveSearch(
  deps: CarveDeps,
  kind: CarveKind,
  request: CarveSearch,
  signal: AbortSignal,
): Promise<Carved> {
  const asked = searchClauses(request, deps.fields[kind]);
  const clauses = kind === 'alerts' ? await alertFlowClauses(deps, asked, signal) : asked;
  const places = kind === 'packets' ? 'packets' : 'flows';
  const found = clauses === undefined ? [] : await foundDumps(deps, places, clauses, signal);
  const parts: Part[] = [];
  for (const one of found) {
    const ofDump = [{ term: { [DUMP_FIELD]: one.dump.id } }, ...(clauses ?? [])];
    const partOf = places === 'packets' ? packetsPart : flowsPart;
    parts.push(await partOf(deps, one, ofDump, request.direction, signal));
  }
  return carveParts(deps, parts, request.format, signal);
}

/** These records, which ascend, of versions of dumps that were known before. */
export async function carveRecords(
  deps: CarveDeps,
  chosen: readonly { readonly dump: ChosenDump; readonly numbers: readonly number[] }[],
  format: CaptureFormat | undefined,
  signal: AbortSignal,
): Promise<Carved> {
  const parts: Part[] = [];
  for (const { dump, numbers } of chosen) {
    const known = await deps.dumps.get(dump.id);
    if (known?.etag !== dump.etag) {
      throw new ProblemError('conflict', `Dump ${dump.id} was deleted or replaced since then.`);
    }
    const found = {
      dump: { ...known, etag: dump.etag },
      documents: 0,
      first: numbers[0] ?? 0,
      last: numbers.at(-1) ?? 0,
    };
    parts.push(await recordsPart(deps, found, () => each(numbers), 'both', signal));
  }
  return carveParts(deps, parts, format, signal);
}

interface ChosenDump {
  readonly id: string;
  readonly etag: string;
}

async function flowsPart(
  deps: CarveDeps,
  { dump, first, last }: FoundDump,
  clauses: readonly unknown[],
  direction: CarveDirection,
  signal: AbortSignal,
): Promise<Part> {
  const source = recordSource(deps.store, objectsOf(dump));
  const selections = () => flowSelections(source, foundFlows(deps, clauses, signal), direction, signal);
  return { source, linktypes: dump.linktypes, firstChunk: first, lastChunk: last, selections };
}

function packetsPart(
  deps: CarveDeps,
  found: FoundDump,
  clauses: readonly unknown[],
  direction: CarveDirection,
  signal: AbortSignal,
): Promise<Part> {
  return recordsPart(deps, found, () => foundRecords(deps, clauses, signal), direction, signal);
}

async function recordsPart(
  { store }: CarveDeps,
  { dump, first, last }: FoundDump,
  numbers: () => AsyncIterable<number>,
  direction: CarveDirection,
  signal: AbortSignal,
): Promise<Part> {
  const objects = objectsOf(dump);
  const source = recordSource(store, objects);
  const [firstChunk = 0, lastChunk = 0] = await Promise.all(
    [first, last].map(async (record) => (await findChunk(store, objects, record, signal))?.chunk ?? 0),
  );
  const selections = () => numberedSelections(source, numbers(), direction, signal);
  return { source, linktypes: dump.linktypes, firstChunk, lastChunk, selections };
}

async function carveParts(
  { store }: CarveDeps,
  parts: readonly Part[],
  format: CaptureFormat | undefined,
  signal: AbortSignal,
): Promise<Carved> {
  const file = await fileFor(parts, format, signal);
  return { file, stream: encodeCapture(readSelections(store, allSelections(parts), signal), file) };
}

async function* allSelections(parts: readonly Part[]): AsyncGenerator<ChunkSelection> {
  for (const { selections } of parts) yield* selections();
}

async function fileFor(
  parts: readonly Part[],
  format: CaptureFormat | undefined,
  signal: AbortSignal,
): Promise<CaptureFile> {
  const chunks = parts.flatMap(({ source, firstChunk, lastChunk }) =>
    Array.from({ length: Math.min(lastChunk - firstChunk, MAX_KEPT_MANIFESTS) + 1 }, (_, i) => ({
      source,
      chunk: firstChunk + i,
    })),
  );
  const looked = chunks.slice(0, MAX_KEPT_MANIFESTS);
  const read = ({ source, chunk }: (typeof looked)[number], stop: AbortSignal) => source.manifestOf(chunk, stop);
  const manifests = await Array.fromAsync(readAhead(looked, read, () => 1, READ_AHEAD, signal));
  const file = chooseCaptureFile(
    {
      interfaces: manifests.flatMap(({ interfaces }) => interfaces),
      isComplete: looked.length === chunks.length,
      // Those of the whole dump: more than is carved may have where all of it was looked at.
      linktypes: looked.length === chunks.length ? [] : parts.flatMap((part) => part.linktypes.flatMap(numberOf)),
    },
    format,
  );
  if (file.kind !== 'misfit') return file;
  throw new ProblemError('invalid-request', `format: ${file.reason}`, {
    errors: [{ path: 'query.format', message: file.reason }],
  });
}

function numberOf(name: string): readonly number[] {
  const number = linktypeNumber(name);
  return number === undefined ? [] : [number];
}

function objectsOf(dump: ReadableDump) {
  return { dumpId: dump.id, key: dump.key, etag: dump.etag, chunks: dump.chunks };
}

async function* only<T>(value: T): AsyncGenerator<T> {
  yield value;
}

async function* each<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}
