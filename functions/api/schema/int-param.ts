// api: a whole number in a query string: digits only, so that "", "1e3" and " 7" are faults and not numbers.

import { z } from 'zod';

export interface IntBounds {
  readonly min: number;
  readonly max: number;
  readonly description?: string;
}

function digits({ min, max }: IntBounds) {
  return z
    .string()
    .regex(/^\d{1,16}$/, `not a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.int().min(min).max(max));
}

function documented({ min, max, description }: IntBounds) {
  return { type: 'integer', minimum: min, maximum: max, ...(description !== undefined && { description }) } as const;
}

export function intParam(bounds: IntBounds) {
  return digits(bounds).optional().meta(documented(bounds));
}

export function intParamOr(fallback: number, bounds: IntBounds) {
  return digits(bounds)
    .optional()
    .transform((value) => value ?? fallback)
    .meta({ ...documented(bounds), default: fallback });
}
