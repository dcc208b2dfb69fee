// triton: certificates and keys from the files that the configuration names, read once at start.

import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { TlsFiles } from './endpoint.ts';

export interface TlsPaths {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** @throws PipelineError `invalid-configuration` when a file cannot be read, or is no PEM, or key and certificate are no pair. */
export function readTlsFiles(paths: TlsPaths): TlsFiles {
  const files = { ...read('ca', paths.ca), ...read('cert', paths.cert), ...read('key', paths.key) };
  try {
    createSecureContext(files);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw invalid(`certificates and key do not go together: ${words}`, cause);
  }
  return files;
}

const VARIABLES = {
  ca: 'SMARTIDS_MODEL_SERVER_CA',
  cert: 'SMARTIDS_MODEL_SERVER_CERT',
  key: 'SMARTIDS_MODEL_SERVER_KEY',
} as const;

function read(name: keyof TlsPaths, path: string | undefined): TlsFiles {
  if (path === undefined) return {};
  try {
    return { [name]: readFileSync(path) };
  } catch (cause) {
    throw invalid(`${VARIABLES[name]}: ${path} cannot be read`, cause);
  }
}

function invalid(message: string, cause: unknown): PipelineError {
  return new PipelineError('invalid-configuration', `model server: ${message}`, { permanent: true, cause });
}
