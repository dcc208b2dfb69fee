// api: what a request for packets as a capture file takes.

import { z } from 'zod';
import { CAPTURE_FORMATS } from '../../../lib/carve/capture-format.ts';
import { CARVE_DIRECTIONS } from '../../../lib/carve/choose-rows.ts';
import { searchQuery } from './search-schema.ts';

export const CARVE_KINDS = ['flows', 'alerts', 'packets'] as const;
export type CarveKind = (typeof CARVE_KINDS)[number];

export const CAPTURE_TYPES = { pcap: 'application/vnd.tcpdump.pcap', pcapng: 'application/x-pcapng' } as const;

export const flowIdParams = z.strictObject({
  id: z
    .string()
    .regex(/^[0-9a-f-]{36}\.[^./\s]{1,8}\.f\d{1,16}$/, 'not a flow id')
    .meta({ description: "The flow document's id.", example: '6f9f62f8-0c2e-8b1f-9a51-5d0a3c1f7be2.0a1b2c3d.f17' }),
});

const shape = {
  direction: z.enum(CARVE_DIRECTIONS).default('both').meta({ description: 'Which side of its flow sent a packet.' }),
  format: z.enum(CAPTURE_FORMATS).optional().meta({
    description:
      'Unasked a pcap where the records come from pcaps (or snoop) of one link type and resolution, else a pcapng.',
  }),
};

export const carveQuery = z.strictObject(shape);

export const carveSearchParams = z.strictObject({ kind: z.enum(CARVE_KINDS) });
export const carveSearchQuery = searchQuery.pick({ q: true, from: true, to: true }).extend(shape);
