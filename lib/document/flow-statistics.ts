// document: the part of a flow's row that is kept with its document but not indexed.

import { z } from 'zod';
import { FLOW_FIELDS, type FlowField, type FlowRows } from '../flow/flow-fields.ts';
import { type Side, valueAt } from './flow-side.ts';

/** Lowest, highest, mean and standard deviation. */
const spreadSchema = z.strictObject({ min: z.number(), max: z.number(), mean: z.number(), std: z.number() }).readonly();

/** IP lengths in bytes, and gaps in seconds. */
const sideStatisticsSchema = z.strictObject({ size: spreadSchema, gap: spreadSchema }).readonly();
type SideStatistics = z.infer<typeof sideStatisticsSchema>;

/** What a host did around a detection's flow, six digits each. */
const windowSchema = z.record(z.string(), z.number()).readonly().optional();

export const flowStatisticsSchema = z
  .strictObject({
    size: spreadSchema,
    gap: spreadSchema,
    /** Absent where the side sent nothing. */
    source: sideStatisticsSchema.optional(),
    destination: sideStatisticsSchema.optional(),
    sourceWindow: windowSchema,
    destinationWindow: windowSchema,
  })
  .readonly();
export type FlowStatistics = z.infer<typeof flowStatisticsSchema>;

const WINDOW_DIGITS = 6;

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** The window's columns with their names in the document. */
function windowColumns(prefix: string): readonly (readonly [string, FlowField])[] {
  const names = Object.keys(FLOW_FIELDS).filter((name) => name.startsWith(prefix));
  return names.map((name) => [lowerFirst(name.slice(prefix.length)), name as FlowField]); // names come from FLOW_FIELDS
}

const WINDOWS = { source: windowColumns('sourceWindow'), destination: windowColumns('destinationWindow') } as const;

function sideStatistics({ columns }: FlowRows, i: number, side: Side): SideStatistics | undefined {
  if (valueAt(columns[`${side}Packets`], i) === 0) return undefined;
  return {
    size: {
      min: valueAt(columns[`${side}SizeMin`], i),
      max: valueAt(columns[`${side}SizeMax`], i),
      mean: valueAt(columns[`${side}SizeMean`], i),
      std: valueAt(columns[`${side}SizeStd`], i),
    },
    gap: {
      min: valueAt(columns[`${side}GapMin`], i),
      max: valueAt(columns[`${side}GapMax`], i),
      mean: valueAt(columns[`${side}GapMean`], i),
      std: valueAt(columns[`${side}GapStd`], i),
    },
  };
}

function windowOf({ columns }: FlowRows, i: number, side: Side): Readonly<Record<string, number>> {
  const values: Record<string, number> = {};
  for (const [name, column] of WINDOWS[side]) {
    const numbers = columns[column];
    if (ArrayBuffer.isView(numbers)) values[name] = Number(valueAt(numbers, i).toPrecision(WINDOW_DIGITS));
  }
  return values;
}

export function flowStatistics(rows: FlowRows, i: number, isDetection: boolean): FlowStatistics {
  const { columns } = rows;
  return {
    size: {
      min: valueAt(columns.sizeMin, i),
      max: valueAt(columns.sizeMax, i),
      mean: valueAt(columns.sizeMean, i),
      std: valueAt(columns.sizeStd, i),
    },
    gap: {
      min: valueAt(columns.gapMin, i),
      max: valueAt(columns.gapMax, i),
      mean: valueAt(columns.gapMean, i),
      std: valueAt(columns.gapStd, i),
    },
    source: sideStatistics(rows, i, 'source'),
    destination: sideStatistics(rows, i, 'destination'),
    sourceWindow: isDetection ? windowOf(rows, i, 'source') : undefined,
    destinationWindow: isDetection ? windowOf(rows, i, 'destination') : undefined,
  };
}
