// dump: the ledger: every record accounted for, and the sums of what the stages say of their chunks.

import { z } from 'zod';

export const countsSchema = z.record(z.string(), z.number()).readonly();
export type Counts = z.infer<typeof countsSchema>;

/** A byte range (or chunk) that gave no result, and why. */
export const gapSchema = z
  .strictObject({
    /** Offset and length in bytes of the uncompressed stream. */
    offset: z.number(),
    length: z.number(),
    reason: z.string(),
    chunk: z.number().exactOptional(),
  })
  .readonly();
export type Gap = z.infer<typeof gapSchema>;

export const ledgerSchema = z
  .strictObject({
    records: z.number(),
    /** Bytes of the (uncompressed) stream that were read. */
    bytes: z.number(),
    /** Records that were decoded to packets of a flow. */
    packets: z.number(),
    flows: z.number(),
    /** Records in no flow, by reason; `linktype-unsupported` carries the LINKTYPE name: `linktype-unsupported:IEEE802_11`. */
    undecodable: countsSchema,
    /** Oddities that lost nothing (a cut record's kept bytes, captured > original length, flows ended at the table's cap…). */
    warnings: countsSchema,
    /** Flows (flow_net) or packets (bert_packet) scored, by model. */
    scored: countsSchema,
    notScored: z.record(z.string(), countsSchema).readonly(),
    /** Flows with a detection, by label. */
    detections: countsSchema,
    gaps: z.array(gapSchema).readonly(),
    superseded: z.number(),
    secondsByStage: countsSchema,
  })
  .readonly();
export type Ledger = z.infer<typeof ledgerSchema>;

export const EMPTY_LEDGER: Ledger = {
  records: 0,
  bytes: 0,
  packets: 0,
  flows: 0,
  undecodable: {},
  warnings: {},
  scored: {},
  notScored: {},
  detections: {},
  gaps: [],
  superseded: 0,
  secondsByStage: {},
};

/** Warnings that only the alert stage writes. */
export const ALERT_WARNINGS = ['alerts-beyond-limit', 'detections-beyond-group-limit'] as const;

/** Split's part: what no scoring changes. */
export function splitLedger(ledger: Ledger): Ledger {
  const { split } = ledger.secondsByStage;
  return {
    ...ledger,
    warnings: Object.fromEntries(
      Object.entries(ledger.warnings).filter(([name]) => !ALERT_WARNINGS.some((known) => known === name)),
    ),
    scored: {},
    notScored: {},
    detections: {},
    gaps: ledger.gaps.filter(({ chunk }) => chunk === undefined),
    secondsByStage: split === undefined ? {} : { split },
  };
}

/** Key-wise sum. */
export function addCounts(a: Counts, b: Counts): Counts {
  const sum: Record<string, number> = { ...a };
  for (const [key, value] of Object.entries(b)) sum[key] = (sum[key] ?? 0) + value;
  return sum;
}

/** Sum of two ledgers: split's part and the chunks' parts are disjoint, so adding them is the whole. */
export function addLedgers(a: Ledger, b: Ledger): Ledger {
  const notScored: Record<string, Counts> = { ...a.notScored };
  for (const [model, counts] of Object.entries(b.notScored))
    notScored[model] = addCounts(notScored[model] ?? {}, counts);
  return {
    records: a.records + b.records,
    bytes: a.bytes + b.bytes,
    packets: a.packets + b.packets,
    flows: a.flows + b.flows,
    undecodable: addCounts(a.undecodable, b.undecodable),
    warnings: addCounts(a.warnings, b.warnings),
    scored: addCounts(a.scored, b.scored),
    notScored,
    detections: addCounts(a.detections, b.detections),
    gaps: [...a.gaps, ...b.gaps],
    superseded: a.superseded + b.superseded,
    secondsByStage: addCounts(a.secondsByStage, b.secondsByStage),
  };
}
