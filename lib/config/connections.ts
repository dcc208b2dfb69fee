// config: the variables by which a function reaches bucket, queues and index, and what the clients make of them.

import type { MessageQueueConfig } from '../queue/sqs-message-queue.ts';
import type { ObjectStoreConfig } from '../s3/aws-object-store.ts';
import type { Configuration } from './environment.ts';

export const LOG_VARIABLES = ['SMARTIDS_LOG_LEVEL'] as const;

export const BUCKET_VARIABLES = [
  'SMARTIDS_BUCKET',
  'SMARTIDS_REGION',
  'SMARTIDS_S3_ENDPOINT',
  'SMARTIDS_S3_ACCESS_KEY_ID',
  'SMARTIDS_S3_SECRET_ACCESS_KEY',
] as const;

export const QUEUE_VARIABLES = [
  'SMARTIDS_REGION',
  'SMARTIDS_SQS_ENDPOINT',
  'SMARTIDS_SQS_ACCESS_KEY_ID',
  'SMARTIDS_SQS_SECRET_ACCESS_KEY',
  'SMARTIDS_SQS_URL_PREFIX',
] as const;

export const SEARCH_VARIABLES = [
  'SMARTIDS_OPENSEARCH_URL',
  'SMARTIDS_OPENSEARCH_USERNAME',
  'SMARTIDS_OPENSEARCH_PASSWORD',
] as const;

export interface SearchConfig {
  readonly node: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

export function bucketConfig(values: Configuration<(typeof BUCKET_VARIABLES)[number]>): ObjectStoreConfig {
  return {
    bucket: values.SMARTIDS_BUCKET,
    region: values.SMARTIDS_REGION,
    endpoint: values.SMARTIDS_S3_ENDPOINT,
    accessKeyId: values.SMARTIDS_S3_ACCESS_KEY_ID,
    secretAccessKey: values.SMARTIDS_S3_SECRET_ACCESS_KEY,
  };
}

export function queueConfig(values: Configuration<(typeof QUEUE_VARIABLES)[number]>): MessageQueueConfig {
  return {
    region: values.SMARTIDS_REGION,
    endpoint: values.SMARTIDS_SQS_ENDPOINT,
    accessKeyId: values.SMARTIDS_SQS_ACCESS_KEY_ID,
    secretAccessKey: values.SMARTIDS_SQS_SECRET_ACCESS_KEY,
    urlPrefix: values.SMARTIDS_SQS_URL_PREFIX,
  };
}

export function searchConfig(values: Configuration<(typeof SEARCH_VARIABLES)[number]>): SearchConfig {
  return {
    node: values.SMARTIDS_OPENSEARCH_URL,
    username: values.SMARTIDS_OPENSEARCH_USERNAME,
    password: values.SMARTIDS_OPENSEARCH_PASSWORD,
  };
}
