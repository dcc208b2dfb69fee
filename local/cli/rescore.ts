// cli: `smart-ids rescore`: a dump of the running server scored once more, and what that changed.

import { setTimeout as sleep } from 'node:timers/promises';
import type { DumpView } from '../../functions/api/schema/dump-schema.ts';
import { LAST_TRY_RUNS } from '../../lib/dump/rescoring.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { parseModelReference } from '../../lib/model/model-reference.ts';
import type { ApiClient } from './api-client.ts';
import { findDump } from './find-dump.ts';
import { renderRescore, rescoreReport } from './rescore-report.ts';
import { runningStack } from './running-stack.ts';
import { createProgressLine, printable, thousands } from './terminal.ts';

export interface RescoreOptions {
  readonly model: string;
  readonly json: boolean;
}

const POLL_MS = 500;

/** @returns the exit code: 0 only if the new run took the place of the old. */
export async function rescore(idOrName: string, options: RescoreOptions): Promise<number> {
  // Told before anything is asked of the server.
  parseModelReference(options.model);
  const api = await runningStack();
  const dumpId = await findDump(api, idOrName);
  const { run } = await api.rescore(dumpId, { model: options.model });
  const progress = createProgressLine();
  const dump = await waitForRun(api, dumpId, run, (seen) => progress.show(describe(seen, run)));
  progress.clear();
  const report = rescoreReport(dump, run);
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `${renderRescore(report)}\n`);
  return report.state === 'ready' ? 0 : 1;
}

/** So long a last try is waited for, since its reason says more than that it runs. */
const LAST_TRY_MS = 30_000;

/** Resolves when the run is done, one way or the other. @throws PipelineError `conflict` when the dump went on without it. */
export async function waitForRun(
  api: Pick<ApiClient, 'dump'>,
  dumpId: string,
  run: number,
  onProgress: (dump: DumpView) => void,
  pause: () => Promise<unknown> = () => sleep(POLL_MS),
): Promise<DumpView> {
  let etag: string | undefined;
  let failedAt: number | undefined;
  for (;;) {
    const dump = await api.dump(dumpId);
    etag ??= dump.etag;
    onProgress(dump);
    if (dump.state === 'error') return dump;
    if (isFailed(dump, run)) {
      failedAt ??= performance.now();
      const isLastTry = dump.rescoring?.reason?.endsWith(LAST_TRY_RUNS) === true;
      if (!isLastTry || performance.now() - failedAt > LAST_TRY_MS) return dump;
    }
    if (dump.state === 'ready' && dump.rescored?.run === run && dump.rescored.finishedAt !== undefined) return dump;
    const isUnderWay = dump.rescoring?.run === run || dump.run === run;
    if (dump.etag !== etag || !isUnderWay) {
      throw new PipelineError('conflict', `dump ${dumpId} was replaced or scored once more meanwhile (run ${run})`, {
        permanent: true,
      });
    }
    await pause();
  }
}

function isFailed({ rescoring }: DumpView, run: number): boolean {
  return rescoring?.run === run && rescoring.state === 'failed';
}

function describe(dump: DumpView, run: number): string {
  const { chunks = 0, indexed } = dump.progress;
  const name = printable(dump.name);
  if (dump.rescoring?.run === run) return `${name}: scoring, chunk ${dump.rescoring.inferred} of ${thousands(chunks)}`;
  return `${name}: ${dump.state}, chunk ${indexed} of ${thousands(chunks)}`;
}
