// api: has a ready dump scored once more, by models that are installed.

import type { Dump } from '../../lib/dump/dump.ts';
import { rescoreMessage } from '../../lib/dump/rescore-message.ts';
import { type ModelChoice, nextRun, type Rescoring } from '../../lib/dump/rescoring.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { formatModelReference, parseModelReference } from '../../lib/model/model-reference.ts';
import { findModel, notInstalled } from '../../lib/model-repository/find-model.ts';
import type { InstalledModel, ModelKind } from '../../lib/model-repository/read-model-repository.ts';
import type { ApiDeps } from './api-deps.ts';
import { ProblemError } from './http/problem.ts';
import type { RescoreBody } from './schema/rescore-schema.ts';

export interface RescoreStarted {
  readonly run: number;
  readonly models: ModelChoice;
}

/**
 * Asked for again with the same models while it runs, the same run's chunks are sent again.
 * @throws ProblemError `not-found`, `conflict` (not ready, or another rescore runs), `invalid-request` (no such model).
 */
export async function rescoreDump(
  deps: Pick<ApiDeps, 'dumps' | 'queue' | 'models' | 'clock' | 'log'>,
  dumpId: string,
  body: RescoreBody,
): Promise<RescoreStarted> {
  const asked = resolveModels(deps.models(), body);
  let refusal: ProblemError | undefined;
  const dump = await deps.dumps.update(dumpId, (known) => {
    // Read anew with each try: what counts is how the dump stands when it is written.
    refusal = refuse(known, asked);
    return refusal === undefined && !isRunning(known) ? withRescoring(known, asked, deps.clock()) : undefined;
  });
  if (dump === undefined) throw new ProblemError('not-found', `There is no dump ${dumpId}.`);
  if (refusal !== undefined) throw refusal;
  const { etag, attempt, rescoring } = dump;
  if (etag === undefined || attempt === undefined || rescoring === undefined) {
    throw new PipelineError('internal', `dump ${dumpId} is ready without a version`, { permanent: true });
  }
  const { run, models } = rescoring;
  await deps.queue.send('dump-events', JSON.stringify(rescoreMessage({ dumpId, etag, attempt, run })));
  deps.log.info({ dumpId, run, models }, 'rescore asked for');
  return { run, models };
}

function refuse(dump: Dump, asked: ModelChoice): ProblemError | undefined {
  if (dump.state !== 'ready') {
    return new ProblemError('conflict', `Dump ${dump.id} is ${dump.state}: only a ready dump can be scored once more.`);
  }
  const { rescoring } = dump;
  if (rescoring?.state !== 'running' || isSame(rescoring.models, merged(dump, asked))) return undefined;
  const words = `is being scored by ${modelNames(rescoring.models)} (run ${rescoring.run}): one at a time.`;
  return new ProblemError('conflict', `Dump ${dump.id} ${words}`);
}

function isRunning({ rescoring }: Dump): boolean {
  return rescoring?.state === 'running';
}

function withRescoring(dump: Dump, asked: ModelChoice, now: Date): Dump {
  const requestedAt = now.toISOString();
  const rescoring: Rescoring = { run: nextRun(dump), models: merged(dump, asked), requestedAt, state: 'running' };
  return { ...dump, rescoring, updatedAt: requestedAt };
}

/** A kind that the request does not name is scored by what scored it before. */
function merged({ models }: Dump, asked: ModelChoice): ModelChoice {
  return { ...models, ...asked };
}

function isSame(a: ModelChoice, b: ModelChoice): boolean {
  return a.flow === b.flow && a.packet === b.packet;
}

function modelNames({ flow, packet }: ModelChoice): string {
  return [flow, packet].filter((name) => name !== undefined).join(', ');
}

function resolveModels(installed: readonly InstalledModel[], { model, models }: RescoreBody): ModelChoice {
  if ((model === undefined) === (models === undefined)) {
    throw badModel('body', 'name either `model` or `models`');
  }
  if (model !== undefined) {
    const found = resolveModel(installed, 'body.model', model);
    return { [found.kind]: formatModelReference(found) };
  }
  const choice: { flow?: string; packet?: string } = {};
  for (const kind of ['flow', 'packet'] as const satisfies readonly ModelKind[]) {
    const text = models?.[kind];
    if (text === undefined) continue;
    const found = resolveModel(installed, `body.models.${kind}`, text);
    if (found.kind !== kind) throw badModel(`body.models.${kind}`, `${text} is a ${found.kind} model`);
    choice[kind] = formatModelReference(found);
  }
  if (choice.flow === undefined && choice.packet === undefined) throw badModel('body.models', 'names no model');
  return choice;
}

/** A reference without a version means one version from here on: all chunks are scored by the same. */
function resolveModel(installed: readonly InstalledModel[], path: string, text: string): InstalledModel {
  try {
    const reference = parseModelReference(text);
    const found = findModel(installed, reference);
    if (found !== undefined) return found;
    throw notInstalled(installed, reference);
  } catch (error) {
    if (error instanceof PipelineError) throw badModel(path, error.message);
    throw error;
  }
}

function badModel(path: string, message: string): ProblemError {
  return new ProblemError('invalid-request', `${path}: ${message}`, { errors: [{ path, message }] });
}
