// api: a time in a request: RFC 3339, a date for its midnight UTC, or a distance from now as OpenSearch's date maths writes it.

import { z } from 'zod';

const RFC3339 = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;
const DISTANCE = /^now([+-]\d{1,6}[smhdwMy]){0,2}(\/[smhdwMy])?$/;

export const timeSchema = z
  .string()
  .max(64)
  .refine(
    (text) => DISTANCE.test(text) || (RFC3339.test(text) && !Number.isNaN(Date.parse(text))),
    'not a time; allowed are RFC 3339 (2026-11-01T06:00:00Z), a date (2026-11-01) and now-15m',
  )
  .meta({ example: '2026-11-01T06:00:00Z' });
