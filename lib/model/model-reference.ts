// model: which model is meant, as people and messages write it: NAME or NAME:VERSION.

import { PipelineError } from '../errors/pipeline-error.ts';

/** Names and versions become parts of a path. */
export const MODEL_NAME = /^[A-Za-z0-9_-]{1,64}$/;
export const MODEL_VERSION = /^\d{1,9}$/;

export interface ModelReference {
  readonly name: string;
  /** Without one the highest version that is installed is meant. */
  readonly version?: string;
}

/** @throws PipelineError `invalid-request`, permanent, where it is neither. */
export function parseModelReference(text: string): ModelReference {
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  if (!MODEL_NAME.test(name)) {
    throw refused(text, 'a name is 1 to 64 letters, digits, _ or -');
  }
  if (colon < 0) return { name };
  const version = text.slice(colon + 1);
  if (!MODEL_VERSION.test(version)) throw refused(text, 'a version is a number of up to 9 digits');
  return { name, version };
}

export function formatModelReference({ name, version }: ModelReference): string {
  return version === undefined ? name : `${name}:${version}`;
}

/** For sorting: 2 before 10. */
export function compareVersions(a: string, b: string): number {
  return Number(a) - Number(b);
}

function refused(text: string, rule: string): PipelineError {
  const seen = JSON.stringify(text.slice(0, 100));
  return new PipelineError('invalid-request', `model ${seen}: expected NAME or NAME:VERSION; ${rule}`, {
    permanent: true,
  });
}
