// cli: `smart-ids scan`: every capture under the given paths through an embedded stack in a temporary folder.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, type WriteStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DumpView } from '../../functions/api/schema/dump-schema.ts';
import { EMPTY_LEDGER } from '../../lib/dump/ledger.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { ApiClient } from './api-client.ts';
import { findFiles, type Skipped } from './find-files.ts';
import { NO_ANOMALIES, readReport, renderReport, type ScanReport } from './scan-report.ts';
import { withTemporaryStack } from './temporary-stack.ts';
import { bytes, createProgressLine, type ProgressLine, printable, thousands } from './terminal.ts';

export interface ScanOptions {
  readonly json: boolean;
  /** Write every flow's document here, one JSON object a line. */
  readonly flows?: string;
}

/** Files under way at once: enough that one file's waits are another's work, few enough that memory stays flat. */
const FILES_AT_ONCE = 6;
const FLOWS_PAGE = 1000;

/** @returns the exit code: 0 only if there was a file and every file reached `ready`. */
export async function scan(paths: readonly string[], options: ScanOptions): Promise<number> {
  // Opened first, so that a path that cannot be written is told before any work is done.
  const flowsFile = options.flows === undefined ? undefined : await open(options.flows, 'w');
  return await withTemporaryStack(async (api, signal, bucket) => {
    const progress = createProgressLine();
    const flows = flowsFile?.createWriteStream();
    let files = 0;
    let failed = 0;
    let passedOver = 0;
    const onSkip = ({ path, reason, isFailure }: Skipped) => {
      progress.clear();
      process.stderr.write(`${printable(path)}: skipped, ${reason}\n`);
      if (isFailure) passedOver += 1;
    };
    const found = findFiles(paths, onSkip);
    const reports = inOrder(found, FILES_AT_ONCE, (file) => scanFile(api, file, progress, signal));
    for await (const { report, dump } of reports) {
      files += 1;
      if (report.state !== 'ready') failed += 1;
      if (flows !== undefined && dump !== undefined) await writeFlows(api, dump.id, report.file, flows);
      // The copy goes, or a scan would need the room of all its files; what was found stays until the folder is removed.
      if (dump !== undefined) await bucket.delete([dump.key]);
      progress.clear();
      process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `${renderReport(report)}\n\n`);
    }
    if (flows !== undefined) await once(flows.end(), 'finish');
    if (!options.json || files === 0) {
      process.stderr.write(
        `${thousands(files)} files, ${thousands(files - failed)} ready, ${thousands(failed)} in error\n`,
      );
    }
    return files > 0 && failed + passedOver === 0 ? 0 : 1;
  });
}

interface Scanned {
  readonly report: ScanReport;
  /** Absent where the file could not even be handed over. */
  readonly dump?: DumpView;
}

/** One file that cannot be read, or fails on its way, does not end the others'. */
async function scanFile(api: ApiClient, file: string, progress: ProgressLine, signal: AbortSignal): Promise<Scanned> {
  try {
    return await analyse(api, file, progress, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const code = error instanceof PipelineError ? error.code : 'unreadable-file';
    const message = error instanceof Error ? error.message : String(error);
    const report = { file, sha256: '', state: 'error' as const, error: { code, message } };
    return { report: { ...report, ledger: EMPTY_LEDGER, alerts: [], anomalies: NO_ANOMALIES, flowsByLabel: {} } };
  }
}

async function analyse(api: ApiClient, file: string, progress: ProgressLine, signal: AbortSignal): Promise<Scanned> {
  const { size } = await stat(file);
  const hashed = sha256(file);
  hashed.catch(() => {}); // awaited below; a failing upload must not leave it unhandled
  const dumpId = await api.upload({ path: file, fileName: basename(file), size });
  const dump = await api.waitUntilDone(dumpId, (seen) => progress.show(`${file}: ${describe(seen)}`), signal);
  return { report: await readReport(api, dump, file, await hashed), dump };
}

function describe(dump: DumpView): string {
  const { chunks, indexed } = dump.progress;
  const read = `${bytes(dump.ledger.bytes)}, ${thousands(dump.ledger.records)} records`;
  return `${dump.state} — ${read}${chunks === undefined ? '' : `, chunk ${indexed} of ${chunks}`}`;
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece);
  return hash.digest('hex');
}

async function writeFlows(api: ApiClient, dumpId: string, file: string, out: WriteStream): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await api.search('flows', {
      q: `smartids.dump.id:"${dumpId}"`,
      size: FLOWS_PAGE,
      sort: 'smartids.flow.first_record:asc',
      ...(cursor !== undefined && { cursor }),
    });
    const lines = page.hits.map((hit) => `${JSON.stringify({ ...hit, file: { path: file } })}\n`).join('');
    if (!out.write(lines)) await once(out, 'drain');
    cursor = page.hits.length < FLOWS_PAGE ? undefined : page.cursor;
  } while (cursor !== undefined);
}

/** Runs `work` over the items, at most `atOnce` under way, and yields the results in the items' order. */
async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  atOnce: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  for await (const item of items) {
    const result = work(item);
    result.catch(() => {}); // awaited in its turn below
    running.push(result);
    const first = running.length >= atOnce ? running.shift() : undefined;
    if (first !== undefined) yield await first;
  }
  for (const result of running) yield await result;
}
