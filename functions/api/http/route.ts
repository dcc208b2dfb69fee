// api: a route as data: its schemas serve the check of the request, the OpenAPI document and the tests.

import type { Express, Request, Response } from 'express';
import type { z } from 'zod';
import { refuseDeepJson } from './json-depth.ts';
import { invalidRequest, ProblemError } from './problem.ts';
import { sendStream } from './send-stream.ts';

export type Method = 'get' | 'post' | 'delete';
export const TAGS = ['Dumps', 'Search', 'Packets', 'Service'] as const;

export interface Reply {
  readonly status: number;
  readonly description: string;
  /** Absent: no body. */
  readonly schema?: z.ZodType;
  /** Of a body that is text and not JSON. */
  readonly contentType?: string;
  /** Of a body that is text where the request asks for it, and JSON else. */
  readonly textType?: string;
  /** Of a body that is bytes, sent as they come; which one it is the handler says. */
  readonly streamTypes?: readonly string[];
}

/** What the document says of a route; `path` has its parameters in braces. */
export interface RouteDescription {
  readonly method: Method;
  readonly path: string;
  readonly tag: (typeof TAGS)[number];
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  readonly reply: Reply;
  /** Replies of other statuses that are no problem details. */
  readonly otherReplies?: Readonly<Record<number, Omit<Reply, 'status'>>>;
  /** Needs no key. */
  readonly open?: boolean;
  /** Problem statuses beyond 400, 401, 405 and 500, which every route can give. */
  readonly problems: readonly number[];
}

export interface Handled {
  /** The reply's own status unless said otherwise. */
  readonly status?: number;
  readonly body?: unknown;
  /** Instead of a body: text of the reply's `textType`. */
  readonly text?: string;
  /** Instead of a body: its first block is awaited before the status is sent. */
  readonly stream?: AsyncIterable<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route extends RouteDescription {
  readonly handle: (request: RawInput) => Promise<Handled>;
}

interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly signal: AbortSignal;
}

type Parsed<S> = S extends z.ZodType ? z.infer<S> : undefined;

export interface RouteInput<D extends RouteDescription> {
  readonly params: Parsed<D['params']>;
  readonly query: Parsed<D['query']>;
  readonly body: Parsed<D['body']>;
  /** Fires when the client is gone or the request has taken too long. */
  readonly signal: AbortSignal;
}

/** Tie a description to its handler; the handler sees only what passed the schemas. */
export function defineRoute<const D extends RouteDescription>(
  description: D,
  handle: (input: RouteInput<D>) => Promise<Handled>,
): Route {
  return {
    ...description,
    handle: (raw) =>
      handle({
        params: parsePart('path', description.params, raw.params),
        query: parsePart('query', description.query, raw.query),
        body: parsePart('body', description.body, raw.body),
        signal: raw.signal,
      } as RouteInput<D>), // each part was parsed by the schema that its type is inferred from
  };
}

function parsePart(place: 'path' | 'query' | 'body', schema: z.ZodObject | undefined, value: unknown): unknown {
  if (schema === undefined) {
    refuseUnasked(place, value);
    return undefined;
  }
  refuseDeepJson(value, place);
  const result = schema.safeParse(value ?? {});
  if (!result.success) throw invalidRequest(place, result.error, Object.keys(schema.shape));
  return result.data;
}

/** A query or a body where none is read is a misunderstanding: say so. */
function refuseUnasked(place: 'path' | 'query' | 'body', value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const [key] = Object.keys(value);
  if (key === undefined) return;
  throw new ProblemError('invalid-request', `This takes no ${place} parameters.`, {
    errors: [{ path: place, message: 'nothing is allowed here' }],
  });
}

/** Longest a request may take: under API Gateway's 30 s, so that the client gets our words and not the gateway's. */
const REQUEST_DEADLINE_MS = 28_000;

/** `/api/dumps/{id}` → `/api/dumps/:id`. */
export function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** Mount the routes; a known path with another method answers 405 with the methods it has. */
export function mountRoutes(app: Express, routes: readonly Route[]): void {
  const methods = Map.groupBy(routes, (route) => route.path);
  for (const [path, group] of methods) {
    const mounted = app.route(expressPath(path));
    for (const route of group) mounted[route.method]((request, response) => answer(route, request, response));
    const allow = group.flatMap((route) => (route.method === 'get' ? ['GET', 'HEAD'] : [route.method.toUpperCase()]));
    mounted.all((request) => {
      throw new ProblemError('method-not-allowed', `${request.method} is not allowed here.`, {
        headers: { Allow: allow.join(', ') },
      });
    });
  }
}

async function answer(route: Route, request: Request, response: Response): Promise<void> {
  requireJson(request);
  const ended = new AbortController();
  response.once('close', () => ended.abort());
  const deadline = setTimeout(() => ended.abort(new DOMException('too slow', 'TimeoutError')), REQUEST_DEADLINE_MS);
  const { params, query, body } = request;
  try {
    const input = { params: { ...params }, query: { ...query }, body, signal: ended.signal };
    const handled = await route.handle(input);
    const { status = route.reply.status, headers } = handled;
    const head = () => response.status(status).set({ 'Cache-Control': 'no-store', ...headers });
    // From its first block on a stream has the time it takes, as long as somebody reads it.
    if (handled.stream !== undefined) await sendStream(handled.stream, response, head, () => clearTimeout(deadline));
    else sendBody(route, handled, head());
  } finally {
    clearTimeout(deadline);
  }
}

function sendBody({ reply }: Route, { body, text }: Handled, response: Response): void {
  if (text !== undefined) response.type(reply.textType ?? 'text/plain').send(text);
  else if (body === undefined) response.end();
  else if (reply.contentType === undefined) response.json(body);
  else response.type(reply.contentType).send(String(body));
}

/** A body of another type would be ignored silently by the JSON parser. */
function requireJson(request: Request): void {
  const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0;
  if (hasBody && request.is('application/json') !== 'application/json') {
    throw new ProblemError('unsupported-media-type', 'Bodies are read as application/json only.');
  }
}
