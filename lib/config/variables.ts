// config: every environment variable of the product, once: what it means, what is allowed, its default.

import { z } from 'zod';
import { LINE_READINGS } from '../model/packet-tokens.ts';
import { modelServerAddresses } from './model-server-addresses.ts';

const url = z.url({ protocol: /^https?$/ });
const secret = z.string().min(1);
const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const MEBIBYTE = 1024 * 1024;

/** Name → schema. A function's configuration picks from these; CDK and compose build environments from the same names. */
export const VARIABLES = {
  SMARTIDS_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),

  SMARTIDS_BUCKET: z.string().min(3).max(63).default('smart-ids'),
  SMARTIDS_REGION: z.string().min(1).default('us-east-1'),
  /** Absent on AWS: the SDK's own endpoint and credentials are used. */
  SMARTIDS_S3_ENDPOINT: url.optional(),
  SMARTIDS_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  SMARTIDS_S3_SECRET_ACCESS_KEY: secret.optional(),
  /** Endpoint that presigned URLs name, where browsers reach the bucket by another address than the functions do. */
  SMARTIDS_S3_PUBLIC_ENDPOINT: url.optional(),

  SMARTIDS_SQS_ENDPOINT: url.optional(),
  SMARTIDS_SQS_ACCESS_KEY_ID: z.string().min(1).optional(),
  SMARTIDS_SQS_SECRET_ACCESS_KEY: secret.optional(),
  /** Queue URL up to the queue's name, e.g. `https://sqs.eu-west-1.amazonaws.com/123456789012/`. */
  SMARTIDS_SQS_URL_PREFIX: url,

  SMARTIDS_OPENSEARCH_URL: url.default('http://127.0.0.1:9200'),
  SMARTIDS_OPENSEARCH_USERNAME: z.string().min(1).optional(),
  SMARTIDS_OPENSEARCH_PASSWORD: secret.optional(),

  /** A chunk is cut at whichever comes first. */
  SMARTIDS_CHUNK_TARGET_BYTES: count(1 * MEBIBYTE, 256 * MEBIBYTE).default(16 * MEBIBYTE),
  SMARTIDS_CHUNK_MAX_RECORDS: count(1024, 1_048_576).default(32_768),
  /** What a compressed dump may unpack to; its chunks are kept unpacked in the bucket. */
  SMARTIDS_MAX_DECOMPRESSED_BYTES: count(1 * MEBIBYTE, 5 * 1024 ** 4).default(64 * 1024 ** 3),
  SMARTIDS_MAX_OPEN_FLOWS: count(1024, 4_194_304).default(131_072),
  /** Of one invocation of split on one's own machine; then it goes on in another from its checkpoint. */
  SMARTIDS_SPLIT_TIMEOUT_SECONDS: z.coerce.number().min(0.1).max(86_400).default(86_400),

  /** Folder with `<model>/<version>/model.onnx`, and `features.json` beside a flow model; the same that Triton loads. */
  SMARTIDS_MODEL_REPOSITORY: z.string().min(1).default('triton/models'),
  SMARTIDS_ONNX_WORKERS: count(1, 64).default(1),
  /** Threads of one inference: one worker with two is faster than two with one, for they share the model. */
  SMARTIDS_ONNX_THREADS: count(1, 64).default(1),
  /** `in-process`, or `grpc://host:port` or `grpcs://host:port`, several with commas between. */
  SMARTIDS_MODEL_SERVER: modelServerAddresses,
  /** PEM files: who signs the servers' certificates; our own certificate and its key, both or none. */
  SMARTIDS_MODEL_SERVER_CA: z.string().min(1).optional(),
  SMARTIDS_MODEL_SERVER_CERT: z.string().min(1).optional(),
  SMARTIDS_MODEL_SERVER_KEY: z.string().min(1).optional(),
  /** Requests at work at a time, over all of them. */
  SMARTIDS_MODEL_SERVER_IN_FLIGHT: count(1, 1024).default(8),
  /** NAME or NAME:VERSION of the packet model; without a version the highest installed. Not installed: done without. */
  SMARTIDS_PACKET_MODEL: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}(:\d{1,9})?$/)
    .default('bert_packet'),
  /** How payloads below 500 bytes are written: filled up with -1 as in the model's training, or not. */
  SMARTIDS_PACKET_MODEL_READING: z.enum(LINE_READINGS).default('padded'),
  /** First payload packets of each direction of a flow that are scored. */
  SMARTIDS_PACKET_MODEL_PACKETS: count(0, 3).default(3),
  /** A chunk's time for them; beyond it they are not scored. */
  SMARTIDS_PACKET_MODEL_SECONDS: count(1, 3600).default(60),
  /** Of an alert's risk of 100, the most that the packet model's agreement gives: its word is a hint. */
  SMARTIDS_PACKET_MODEL_RISK_POINTS: count(0, 40).default(5),
  /** Flows without a detection raise an alert from this anomaly score on; absent: they raise none. */
  SMARTIDS_ANOMALY_ALERTS: z.coerce.number().gt(0).max(1).optional(),
  /** Which packets get a document of their own. */
  SMARTIDS_PACKET_DOCUMENTS: z.enum(['detections', 'all', 'none']).default('detections'),

  /** Dumps whose last analysis is older are removed; absent: none for its age. */
  SMARTIDS_RETENTION_DAYS: z.coerce.number().positive().max(36_500).optional(),
  /** What the objects of all dumps may have together; beyond it the oldest are removed. Absent: any. */
  SMARTIDS_RETENTION_BYTES: count(1, Number.MAX_SAFE_INTEGER).optional(),
  /** From so many documents in one index on, new dumps get indexes of their own: a Lucene shard ends at 2^31. */
  SMARTIDS_GENERATION_DOCUMENTS: count(1, 2_000_000_000).default(50_000_000),

  SMARTIDS_API_KEY: z.string().min(16),
  SMARTIDS_PUBLIC_URL: url.default('http://127.0.0.1:8080'),
  SMARTIDS_UPLOAD_EXPIRES_SECONDS: count(60, 604_800).default(3600),
  SMARTIDS_MAX_UPLOAD_BYTES: count(1, 5 * 1024 ** 4).default(5 * 1024 ** 3),

  SMARTIDS_DATA_DIR: z.string().min(1).default('data'),
  SMARTIDS_HOST: z.string().min(1).default('127.0.0.1'),
  /** 0 takes any free port. */
  SMARTIDS_PORT: count(0, 65_535).default(8080),
  SMARTIDS_S3_PORT: count(0, 65_535).default(9000),
  SMARTIDS_SQS_PORT: count(0, 65_535).default(9324),
  SMARTIDS_OPENSEARCH_PORT: count(0, 65_535).default(9200),
  SMARTIDS_SEARCH_MEMORY_MIB: count(64, 1_048_576).default(192),
  /** Reserved for tests and training: where labelled captures lie. */
  SMARTIDS_CAPTURES: z.string().optional(),
} as const;

export type VariableName = keyof typeof VARIABLES;
