// api: what the two sides of a flow said, as a reply carries it.

import { z } from 'zod';
import { CARVE_DIRECTIONS } from '../../../lib/carve/choose-rows.ts';
import { intParamOr } from './int-param.ts';

export const PAYLOAD_FORMATS = ['json', 'text', 'hex'] as const;
const MAX_PAGE_BYTES = 1024 * 1024;
const DEFAULT_PAGE_BYTES = 256 * 1024;

export const payloadQuery = z.strictObject({
  format: z.enum(PAYLOAD_FORMATS).default('json').meta({
    description: 'text: lines as a terminal may show them, with the unpacked contents. hex: offset, bytes, ASCII.',
  }),
  direction: z.enum(CARVE_DIRECTIONS).default('both').meta({ description: 'Which side is shown.' }),
  size: intParamOr(DEFAULT_PAGE_BYTES, {
    min: 1,
    max: MAX_PAGE_BYTES,
    description: 'Payload bytes after which the page ends, both directions together.',
  }),
  cursor: z.string().max(4096).optional().meta({ description: 'From the reply before (text, hex: its Link header).' }),
});

const endpoint = z.strictObject({ ip: z.string().optional(), port: z.int().optional() });
const direction = z.enum(['source', 'destination']).meta({ description: 'Who sent it.' });

export const payloadTurnSchema = z
  .strictObject({
    direction,
    timestamp: z.string().nullable().meta({ description: "Of its first packet, as a packet's." }),
    record: z.int().meta({ description: "Its first packet's number in the dump." }),
    offset: z.int().meta({ description: "From the direction's first byte, missing ones counted." }),
    length: z.int(),
    missingBefore: z.int().optional().meta({ description: 'Bytes right before it that are not in the capture.' }),
    data: z.base64(),
  })
  .meta({ id: 'PayloadTurn' });

export const payloadContentSchema = z
  .strictObject({
    direction,
    offset: z.int().meta({ description: "Where the message begins, from the direction's first byte." }),
    contentOffset: z.int().meta({ description: 'Where its content begins.' }),
    firstLine: z.string(),
    mediaType: z.string().optional(),
    chunked: z.boolean(),
    encodings: z.array(z.string()).meta({ description: 'As Content-Encoding names them.' }),
    state: z.enum(['whole', 'short', 'cut', 'corrupt', 'unknown-encoding']).meta({
      description:
        'short: packed bytes are missing, or on the next page. cut: longer than what a page unpacks. unknown-encoding: as it was sent.',
    }),
    length: z.int(),
    data: z.base64(),
  })
  .meta({ id: 'PayloadContent' });

const countsSchema = z
  .strictObject({
    repeatedBytes: z.int().meta({ description: 'That had come before.' }),
    missingBytes: z.int().meta({ description: 'Acknowledged or followed by others, but not in the capture.' }),
    gaps: z.int(),
    earlySegments: z.int().meta({ description: 'That came before the one they follow.' }),
    restarts: z.int().meta({ description: 'New connections between the same ports.' }),
    strayBytes: z.int().meta({ description: 'Of segments more than 1 GiB away from all others.' }),
  })
  .meta({ id: 'PayloadCounts' });

export const payloadSchema = z
  .strictObject({
    flowId: z.string(),
    transport: z.string().optional(),
    source: endpoint,
    destination: endpoint,
    turns: z.array(payloadTurnSchema).meta({ description: 'In the order in which they could be read.' }),
    contents: z
      .array(payloadContentSchema)
      .meta({ description: 'Of HTTP messages on this page that are chunked or packed: as their receiver read them.' }),
    counts: z.strictObject({ source: countsSchema, destination: countsSchema }).meta({ description: 'Of this page.' }),
    cursor: z.string().optional().meta({ description: 'There is more.' }),
  })
  .meta({ id: 'Payload' });
export type PayloadView = z.infer<typeof payloadSchema>;
