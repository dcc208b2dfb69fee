// infer: what a line of an earlier run's results object said of a flow.

import { z } from 'zod';
import { DATASETS } from '../../lib/document/document-kind.ts';

export interface ScoredFlow {
  readonly label?: string | undefined;
  readonly detection?: boolean | undefined;
  readonly packetLabel?: string | undefined;
}

export interface KnownFlow extends ScoredFlow {
  /** The number of the flow's first record. */
  readonly record: number;
}

const lineSchema = z.object({
  event: z.object({ dataset: z.literal(DATASETS.flows) }),
  smartids: z.object({
    flow: z.object({ first_record: z.number() }),
    label: z.string().optional(),
    detection: z.boolean().optional(),
    packet_model: z.object({ label: z.string().optional() }).optional(),
  }),
});

/** Undefined for a packet's line, and for one that is no document of ours. */
export function knownFlow(line: string): KnownFlow | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { flow, label, detection, packet_model: packetModel } = parsed.data.smartids;
  return { record: flow.first_record, label, detection, packetLabel: packetModel?.label };
}
