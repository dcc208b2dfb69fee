// cli: the settings of a stack on this machine, from the environment and an optional .env beside it.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Configuration, readEnvironment } from '../../lib/config/environment.ts';
import { MODEL_SERVER_VARIABLES, modelServerConfig } from '../../lib/config/model-server.ts';
import { RETENTION_VARIABLES } from '../../lib/config/retention.ts';
import type { VariableName } from '../../lib/config/variables.ts';
import type { Log } from '../../lib/log/log.ts';
import { readModelRepository } from '../../lib/model-repository/read-model-repository.ts';
import { readTlsFiles } from '../../lib/triton/tls-files.ts';
import type { StackCredentials } from '../stack/credentials.ts';
import type { StackOptions } from '../stack/stack.ts';

const STACK_VARIABLES = [
  'SMARTIDS_LOG_LEVEL',
  'SMARTIDS_DATA_DIR',
  'SMARTIDS_HOST',
  'SMARTIDS_PORT',
  'SMARTIDS_S3_PORT',
  'SMARTIDS_SQS_PORT',
  'SMARTIDS_OPENSEARCH_PORT',
  'SMARTIDS_BUCKET',
  'SMARTIDS_REGION',
  'SMARTIDS_SEARCH_MEMORY_MIB',
] as const;

/** Handed through to the functions when they are set. */
const FUNCTION_SETTINGS = [
  'SMARTIDS_LOG_LEVEL',
  'SMARTIDS_CHUNK_TARGET_BYTES',
  'SMARTIDS_CHUNK_MAX_RECORDS',
  'SMARTIDS_MAX_OPEN_FLOWS',
  'SMARTIDS_MAX_DECOMPRESSED_BYTES',
  'SMARTIDS_SPLIT_TIMEOUT_SECONDS',
  'SMARTIDS_MODEL_REPOSITORY',
  'SMARTIDS_ONNX_WORKERS',
  'SMARTIDS_ONNX_THREADS',
  ...MODEL_SERVER_VARIABLES,
  'SMARTIDS_PACKET_MODEL',
  'SMARTIDS_PACKET_MODEL_READING',
  'SMARTIDS_PACKET_MODEL_PACKETS',
  'SMARTIDS_PACKET_MODEL_SECONDS',
  'SMARTIDS_PACKET_MODEL_RISK_POINTS',
  'SMARTIDS_ANOMALY_ALERTS',
  'SMARTIDS_PACKET_DOCUMENTS',
  'SMARTIDS_UPLOAD_EXPIRES_SECONDS',
  'SMARTIDS_MAX_UPLOAD_BYTES',
  ...RETENTION_VARIABLES,
] as const satisfies readonly VariableName[];

export type StackSettings = Configuration<(typeof STACK_VARIABLES)[number]>;

/** `.env` in the current folder fills what the environment leaves open. */
export function readSettings(): StackSettings {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const settings = readEnvironment(STACK_VARIABLES, process.env);
  // The functions read theirs themselves; a wrong value is told here, before anything is started.
  const functions = readEnvironment(FUNCTION_SETTINGS, process.env);
  const modelServer = modelServerConfig(functions);
  if (modelServer !== undefined) readTlsFiles(modelServer.tlsPaths);
  if (process.env['SMARTIDS_MODEL_REPOSITORY']) readModelRepository(functions.SMARTIDS_MODEL_REPOSITORY);
  return { ...settings, SMARTIDS_DATA_DIR: resolve(settings.SMARTIDS_DATA_DIR) };
}

/** Stack options for a folder; with `anyPorts` every part listens where it finds room. */
export function stackOptions(
  settings: StackSettings,
  options: {
    readonly dataDir: string;
    readonly anyPorts: boolean;
    readonly credentials: StackCredentials;
    readonly log: Log;
  },
): StackOptions {
  const port = (value: number) => (options.anyPorts ? 0 : value);
  const variables = Object.fromEntries(
    FUNCTION_SETTINGS.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  ) as StackOptions['variables']; // names from the list above, values that are set
  return {
    dataDir: options.dataDir,
    host: settings.SMARTIDS_HOST,
    ports: {
      api: port(settings.SMARTIDS_PORT),
      s3: port(settings.SMARTIDS_S3_PORT),
      sqs: port(settings.SMARTIDS_SQS_PORT),
      search: port(settings.SMARTIDS_OPENSEARCH_PORT),
    },
    bucket: settings.SMARTIDS_BUCKET,
    region: settings.SMARTIDS_REGION,
    credentials: options.credentials,
    searchMemoryMib: settings.SMARTIDS_SEARCH_MEMORY_MIB,
    variables,
    log: options.log,
  };
}
