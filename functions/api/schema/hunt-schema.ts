// api: hunts as requests and replies carry them.

import { z } from 'zod';
import { CARVE_DIRECTIONS } from '../../../lib/carve/choose-rows.ts';
import { HUNT_KINDS } from '../../../lib/hunt/hunt.ts';
import { MAX_MATCHES } from '../../../lib/hunt/limits.ts';
import { patternSchema } from '../../../lib/hunt/pattern.ts';
import { carveQuery } from './carve-schema.ts';
import { intParamOr } from './int-param.ts';
import { searchQuery } from './search-schema.ts';

const DEFAULT_LIMIT = 1000;
const MAX_PAGE = 1000;

export const HUNT_STATES = ['running', 'done', 'limit', 'cancelled'] as const;

export const huntBody = z.strictObject({
  kind: z.enum(HUNT_KINDS).default('dumps').meta({
    description: 'What q finds: dumps whose packets are all searched, or flows or alerts whose packets are.',
  }),
  ...searchQuery.pick({ q: true, from: true, to: true }).shape,
  pattern: patternSchema.meta({
    description:
      'text (as UTF-8, or as UTF-16 as Windows writes it), hex ("de ad be ef"), or regexp: RE2’s syntax over bytes, `.` is any byte, others than ASCII as \\xNN.',
  }),
  direction: z.enum(CARVE_DIRECTIONS).default('both').meta({ description: 'Which side of its flow sent a packet.' }),
  limit: z.int().min(1).max(MAX_MATCHES).default(DEFAULT_LIMIT).meta({ description: 'Matches after which it ends.' }),
});
export type HuntBody = z.infer<typeof huntBody>;

export const huntParams = z.strictObject({ id: z.uuid() });

export const huntViewSchema = z
  .strictObject({
    id: z.uuid(),
    createdAt: z.string(),
    state: z.enum(HUNT_STATES).meta({ description: 'limit: it ended with as many matches as were asked for.' }),
    kind: z.enum(HUNT_KINDS),
    q: z.string().optional(),
    from: z.string().optional(),
    to: z.string().optional(),
    pattern: patternSchema,
    direction: z.enum(CARVE_DIRECTIONS),
    limit: z.int(),
    dumps: z.int(),
    notReady: z.int().meta({ description: 'Dumps that were found but not split yet: they are not searched.' }),
    progress: z.strictObject({
      chunks: z.int(),
      chunksInAll: z.int(),
      bytes: z.int(),
      records: z.int(),
      matches: z.int(),
      lostChunks: z.int().meta({ description: 'That could not be searched.' }),
      lost: z.string().optional().meta({ description: 'Why the last of them could not.' }),
    }),
  })
  .meta({ id: 'Hunt' });
export type HuntView = z.infer<typeof huntViewSchema>;

export const huntListSchema = z.strictObject({ hunts: z.array(huntViewSchema) }).meta({ id: 'HuntList' });

export const matchesQuery = z.strictObject({
  size: intParamOr(100, { min: 1, max: MAX_PAGE }),
  cursor: z.string().max(2048).optional().meta({ description: 'From the reply before.' }),
});

export const huntMatchSchema = z
  .strictObject({
    dumpId: z.uuid(),
    dumpName: z.string(),
    record: z.int().meta({ description: "The packet's number in the dump." }),
    timestamp: z.string().nullable(),
    flowId: z.string().optional(),
    direction: z.enum(['source', 'destination']).optional(),
    offset: z.int().meta({ description: "From the packet's first captured byte." }),
    length: z.int(),
    context: z.strictObject({
      data: z.base64().meta({ description: 'Bytes around the match; of a long one its first.' }),
      start: z.int().meta({ description: 'Where the match begins in them.' }),
    }),
  })
  .meta({ id: 'HuntMatch' });

export const huntMatchListSchema = z
  .strictObject({ matches: z.array(huntMatchSchema), cursor: z.string().optional() })
  .meta({ id: 'HuntMatchList' });

export const huntCaptureQuery = carveQuery.pick({ format: true });
