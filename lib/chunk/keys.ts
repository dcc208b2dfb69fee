// chunk: the names of every object the pipeline writes (DESIGN.md "Keys"); the only place that builds or reads them.

const CHUNK_DIGITS = 6;

/** Everything split made of any version of a dump; deletion empties it. */
export function derivedRoot(dumpId: string): string {
  return `derived/${dumpId}/`;
}

/** Every result of any version of a dump; deletion empties it. */
export function resultsRoot(dumpId: string): string {
  return `results/${dumpId}/`;
}

/** Where a split of any version of a dump goes on; empty once the dump is done. */
export function workRoot(dumpId: string): string {
  return `work/${dumpId}/`;
}

/** Below it a small object for every dump that was deleted of late. */
export const TOMBSTONES = 'deleted/';

export function tombstoneKey(dumpId: string): string {
  return `${TOMBSTONES}${dumpId}.json`;
}

/** Where a split of a version of a dump keeps its checkpoints. */
export function workPrefix(dumpId: string, etag: string): string {
  return `${workRoot(dumpId)}${etag}/`;
}

function checkpointName(leg: number): string {
  return `checkpoint-${String(leg).padStart(CHUNK_DIGITS, '0')}`;
}

/** The manifest of the checkpoint that this leg goes on from. */
export function checkpointKey(dumpId: string, etag: string, leg: number): string {
  return `${workPrefix(dumpId, etag)}${checkpointName(leg)}.json`;
}

/** A part of the state; `writer` tells apart what two runs of one leg write. */
export function checkpointPartKey(dumpId: string, etag: string, leg: number, writer: string, part: number): string {
  return `${workPrefix(dumpId, etag)}${checkpointName(leg)}.${writer}-${part}.bin`;
}

/** Where a version of a dump keeps what split made of it. */
export function derivedPrefix(dumpId: string, etag: string): string {
  return `${derivedRoot(dumpId)}${etag}/`;
}

/** Where a version of a dump keeps the results of all its scorings. */
export function versionResultsPrefix(dumpId: string, etag: string): string {
  return `${resultsRoot(dumpId)}${etag}/`;
}

/** Where one scoring (`run`) of a version of a dump keeps its results. */
export function resultsPrefix(dumpId: string, etag: string, run: number): string {
  return `${versionResultsPrefix(dumpId, etag)}${run}/`;
}

/** The run that a key of this version's results belongs to; undefined for any other key. */
export function resultsRun(dumpId: string, etag: string, key: string): number | undefined {
  const prefix = versionResultsPrefix(dumpId, etag);
  const run = key.startsWith(prefix) ? /^\d+(?=\/)/.exec(key.slice(prefix.length))?.[0] : undefined;
  return run === undefined ? undefined : Number(run);
}

function chunkName(chunk: number): string {
  return `chunk-${String(chunk).padStart(CHUNK_DIGITS, '0')}`;
}

export function recordObjectKey(dumpId: string, etag: string, chunk: number): string {
  return `${derivedPrefix(dumpId, etag)}${chunkName(chunk)}.bin`;
}

/** A compressed dump's records of the chunk, unpacked. */
export function rawObjectKey(dumpId: string, etag: string, chunk: number): string {
  return `${derivedPrefix(dumpId, etag)}${chunkName(chunk)}.raw`;
}

export function rowObjectKey(dumpId: string, etag: string, chunk: number, spill: number): string {
  return `${derivedPrefix(dumpId, etag)}${chunkName(chunk)}.flows-${spill}.bin`;
}

export function manifestKey(dumpId: string, etag: string, chunk: number): string {
  return `${derivedPrefix(dumpId, etag)}${chunkName(chunk)}.json`;
}

/** What ARP says of a dump's hosts; written before the totals. */
export function hostsKey(dumpId: string, etag: string): string {
  return `${derivedPrefix(dumpId, etag)}hosts.json`;
}

export function resultKey(dumpId: string, etag: string, run: number, chunk: number): string {
  return `${resultsPrefix(dumpId, etag, run)}${chunkName(chunk)}.ndjson.gz`;
}

export function groupsKey(dumpId: string, etag: string, run: number, chunk: number): string {
  return `${resultsPrefix(dumpId, etag, run)}${chunkName(chunk)}.groups.json.gz`;
}

export interface ResultObject {
  readonly dumpId: string;
  readonly etag: string;
  readonly run: number;
  readonly chunk: number;
}

const RESULT_KEY = /^results\/([0-9a-f-]{36})\/([^/]+)\/(\d+)\/chunk-(\d{6,})\.ndjson\.gz$/;

/** What a results object's key says, or undefined for any other key. */
export function parseResultKey(key: string): ResultObject | undefined {
  const [, dumpId, etag, run, chunk] = RESULT_KEY.exec(key) ?? [];
  if (dumpId === undefined || etag === undefined || run === undefined || chunk === undefined) return undefined;
  return { dumpId, etag, run: Number(run), chunk: Number(chunk) };
}
