// api: dumps as requests and replies carry them.

import { z } from 'zod';
import { DUMP_STATES } from '../../../lib/dump/dump.ts';
import { modelChoiceSchema } from '../../../lib/dump/rescoring.ts';
import { intParamOr } from './int-param.ts';
import { rescoredViewSchema, rescoringViewSchema } from './rescore-schema.ts';

const counts = z.record(z.string(), z.number());

/** Printable text on one line: what people type reaches logs, pages and other systems. */
const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !/\p{Cc}/u.test(text), 'control characters are not allowed');

export const dumpIdParams = z.strictObject({
  id: z.guid({ error: 'not a dump id (a UUID)' }).toLowerCase().meta({ description: "The dump's id." }),
});

export const ledgerSchema = z
  .strictObject({
    records: z.number(),
    bytes: z.number(),
    packets: z.number(),
    flows: z.number(),
    undecodable: counts,
    warnings: counts,
    scored: counts,
    notScored: z.record(z.string(), counts),
    detections: counts,
    gaps: z.array(
      z.strictObject({ offset: z.number(), length: z.number(), reason: z.string(), chunk: z.number().optional() }),
    ),
    superseded: z.number(),
    secondsByStage: counts,
  })
  .meta({ id: 'Ledger', description: 'Every record of the dump accounted for.' });

export const dumpSchema = z
  .strictObject({
    id: z.guid(),
    name: z.string(),
    details: z.string(),
    fileName: z.string(),
    bucket: z.string(),
    key: z.string(),
    state: z.enum(DUMP_STATES),
    error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
    createdAt: z.string(),
    updatedAt: z.string(),
    finishedAt: z.string().optional(),
    etag: z.string().optional(),
    sizeBytes: z.number().optional(),
    progress: z.strictObject({
      chunks: z.int().optional().meta({ description: 'Absent until the whole object has been read.' }),
      inferred: z.int(),
      indexed: z.int(),
    }),
    ledger: ledgerSchema,
    firstSeen: z.string().optional().meta({ description: "First record's time, RFC 3339 with nine digits." }),
    lastSeen: z.string().optional(),
    linktypes: z.array(z.string()),
    alerts: z.int().optional(),
    run: z.int().meta({ description: 'Number of the scoring that searches see: 1, 2, …' }),
    models: modelChoiceSchema
      .optional()
      .meta({ description: "What it was scored by; absent: the installation's own." }),
    rescoring: rescoringViewSchema.optional(),
    rescored: rescoredViewSchema.optional(),
  })
  .meta({ id: 'Dump' });
export type DumpView = z.infer<typeof dumpSchema>;

export const createDumpBody = z
  .strictObject({
    name: line(200).optional().meta({ description: "What people call it; the file's name if absent." }),
    details: z
      .string()
      .max(4000)
      .refine((text) => !/[^\P{Cc}\n\r\t]/u.test(text), 'control characters other than line ends are not allowed')
      .optional(),
    fileName: z.string().min(1).max(1024).meta({
      description: 'Any name a file can have; the key in the bucket gets a safe form of it.',
      example: 'monday.pcap',
    }),
    size: z.int().min(1).optional().meta({ description: 'Bytes; the upload must then have exactly this size.' }),
  })
  .meta({ id: 'NewDump' });

export const createdDumpSchema = z
  .strictObject({
    dump: dumpSchema,
    upload: z.strictObject({
      url: z.string(),
      method: z.literal('PUT'),
      headers: z
        .record(z.string(), z.string())
        .meta({ description: 'Headers the upload must carry; browsers and curl set Content-Length by themselves.' }),
      expiresAt: z.string(),
    }),
  })
  .meta({ id: 'CreatedDump' });

export const listDumpsQuery = z.strictObject({
  state: z.enum(DUMP_STATES).optional(),
  size: intParamOr(25, { min: 1, max: 100 }),
  cursor: z.string().max(2048).optional(),
});

export const dumpListSchema = z
  .strictObject({
    total: z.int().meta({
      description: 'With a state filter of splitting, inferring or indexing: dumps in any of the three.',
    }),
    dumps: z.array(dumpSchema),
    cursor: z.string().optional(),
  })
  .meta({ id: 'DumpList' });
