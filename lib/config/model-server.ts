// config: the variables by which a function reaches a model server, and what has to be true of them together.

import { PipelineError } from '../errors/pipeline-error.ts';
import type { EndpointAddress } from '../triton/endpoint.ts';
import type { TlsPaths } from '../triton/tls-files.ts';
import type { Configuration } from './environment.ts';

export const MODEL_SERVER_VARIABLES = [
  'SMARTIDS_MODEL_SERVER',
  'SMARTIDS_MODEL_SERVER_CA',
  'SMARTIDS_MODEL_SERVER_CERT',
  'SMARTIDS_MODEL_SERVER_KEY',
  'SMARTIDS_MODEL_SERVER_IN_FLIGHT',
] as const;

export interface ModelServerConfig {
  readonly endpoints: readonly EndpointAddress[];
  readonly tlsPaths: TlsPaths;
  readonly maxInFlight: number;
}

/**
 * Undefined: models run inside the process.
 * @throws PipelineError `invalid-configuration` with everything that does not go together.
 */
export function modelServerConfig(
  values: Configuration<(typeof MODEL_SERVER_VARIABLES)[number]>,
): ModelServerConfig | undefined {
  const endpoints = values.SMARTIDS_MODEL_SERVER;
  const ca = values.SMARTIDS_MODEL_SERVER_CA;
  const cert = values.SMARTIDS_MODEL_SERVER_CERT;
  const key = values.SMARTIDS_MODEL_SERVER_KEY;
  const given = Object.entries({ CA: ca, CERT: cert, KEY: key })
    .filter(([, path]) => path !== undefined)
    .map(([name]) => `SMARTIDS_MODEL_SERVER_${name}`);
  const problems: string[] = [];
  if (given.length > 0 && !endpoints.some(({ tls }) => tls)) {
    problems.push(`${given.join(', ')}: only for a grpcs:// address in SMARTIDS_MODEL_SERVER, there is none`);
  }
  if ((cert === undefined) !== (key === undefined)) {
    problems.push('SMARTIDS_MODEL_SERVER_CERT and SMARTIDS_MODEL_SERVER_KEY: one needs the other');
  }
  if (problems.length > 0) {
    throw new PipelineError('invalid-configuration', `environment: ${problems.join(' | ')}`, { permanent: true });
  }
  if (endpoints.length === 0) return undefined;
  return { endpoints, tlsPaths: { ca, cert, key }, maxInFlight: values.SMARTIDS_MODEL_SERVER_IN_FLIGHT };
}
