// alert: puts on the dump why its alerts could not be made; a later redrive overwrites it.

import type { FinishedMessage } from '../../lib/dump/finished-message.ts';
import { currentRun } from '../../lib/dump/rescoring.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { AlertDeps } from './alert-deps.ts';

export async function failDump(
  deps: Pick<AlertDeps, 'dumps' | 'clock'>,
  { dumpId, attempt, run }: FinishedMessage,
  error: unknown,
): Promise<void> {
  const code = error instanceof PipelineError ? error.code : 'internal';
  const message = error instanceof Error ? error.message : String(error);
  await deps.dumps.update(dumpId, (known) =>
    known.attempt === attempt && currentRun(known) === run && known.state !== 'ready'
      ? { ...known, state: 'error', error: { code, message }, updatedAt: deps.clock().toISOString() }
      : undefined,
  );
}
