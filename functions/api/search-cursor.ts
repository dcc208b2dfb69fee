// api: the opaque cursor of a paged list: where to go on, bound to the request it came from.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ProblemError } from './http/problem.ts';

const VERSION = 1;
const value = z.union([z.string().max(1024), z.number(), z.boolean(), z.null()]);
const cursorSchema = z.strictObject({
  v: z.literal(VERSION),
  /** Digest of what the list is: a cursor of another query would skip or repeat hits. */
  of: z.string().length(16),
  after: z.array(value).min(1).max(8),
});

export type CursorValue = z.infer<typeof value>;

function digest(identity: unknown): string {
  return createHash('sha256').update(JSON.stringify(identity)).digest('base64url').slice(0, 16);
}

/** `identity` is everything that decides the list's content and order. */
export function encodeCursor(identity: unknown, after: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify({ v: VERSION, of: digest(identity), after })).toString('base64url');
}

/** @throws ProblemError `invalid-request` for anything that encodeCursor did not write for this very list. */
export function decodeCursor(text: string, identity: unknown): readonly CursorValue[] {
  const parsed = cursorSchema.safeParse(readJson(Buffer.from(text, 'base64url').toString('utf8')));
  if (!parsed.success) throw badCursor('is not one that this API gave');
  if (parsed.data.of !== digest(identity))
    throw badCursor('belongs to another request: keep q, times, sort and filters');
  return parsed.data.after;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function badCursor(what: string): ProblemError {
  const message = `the cursor ${what}`;
  return new ProblemError('invalid-request', message, { errors: [{ path: 'cursor', message }] });
}
