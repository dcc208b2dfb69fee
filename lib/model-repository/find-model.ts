// model-repository: the installed model that a reference means.

import { PipelineError } from '../errors/pipeline-error.ts';
import { formatModelReference, type ModelReference } from '../model/model-reference.ts';
import type { InstalledModel } from './read-model-repository.ts';

/** Without a version the highest one; `installed` is in readModelRepository's order. */
export function findModel(
  installed: readonly InstalledModel[],
  { name, version }: ModelReference,
): InstalledModel | undefined {
  return installed.findLast((model) => model.name === name && (version === undefined || model.version === version));
}

/** What a reference to no installed model is answered with. */
export function notInstalled(installed: readonly InstalledModel[], reference: ModelReference): PipelineError {
  const names = installed.map(formatModelReference).join(', ');
  const message = `model ${formatModelReference(reference)} is not installed; installed: ${names === '' ? 'none' : names}`;
  return new PipelineError('model-unavailable', message, { permanent: false });
}
