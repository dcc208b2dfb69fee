// local/opensearch/http: HTTP in and out: reads requests within bounds, finds the route, writes JSON answers.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { encodeJson, isJsonObject, type JsonObject, parseJson } from '../request/json-text.ts';
import { errorBody, illegalArgument, parsingError, ResponseError, responseErrorOf } from '../request/response-error.ts';
import { giveBack } from './given-back.ts';

/** Largest request body, as OpenSearch's http.max_content_length has it. */
export const MAX_BODY_BYTES = 100 * 1024 * 1024;

const inflate = promisify(gunzip);

export interface EngineRequest {
  readonly method: string;
  /** Decoded parts of the path. */
  readonly path: readonly string[];
  readonly parameters: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export interface EngineAnswer {
  readonly status: number;
  /** An object for JSON, a text for text/plain, undefined for no body. */
  readonly body: unknown;
}

export function createHttpFront(handle: (request: EngineRequest) => Promise<EngineAnswer>): Server {
  const server = createServer((request, response) => {
    void answer(request, response, handle);
  });
  server.keepAliveTimeout = 30_000;
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (request: EngineRequest) => Promise<EngineAnswer>,
): Promise<void> {
  let result: EngineAnswer;
  try {
    result = await handle(await readRequest(request));
  } catch (thrown) {
    const error = responseErrorOf(thrown);
    result = { status: error.status, body: errorBody(error) };
  }
  if (response.destroyed) return;
  const isText = typeof result.body === 'string';
  const text = isText ? String(result.body) : result.body === undefined ? '' : encodeJson(result.body);
  response.writeHead(result.status, {
    'content-type': isText ? 'text/plain; charset=UTF-8' : 'application/json; charset=UTF-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

async function readRequest(request: IncomingMessage): Promise<EngineRequest> {
  const [path = '', query = ''] = splitOnce(request.url ?? '/', '?');
  const parameters = new Map(new URLSearchParams(query));
  let parts: string[];
  try {
    parts = path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    throw illegalArgument(`the path [${path}] is not well formed`);
  }
  return { method: request.method ?? 'GET', path: parts, parameters, body: await readBody(request) };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > MAX_BODY_BYTES)
      throw new ResponseError(
        413,
        'illegal_argument_exception',
        `the request body is longer than ${MAX_BODY_BYTES} bytes`,
      );
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks, length);
  for (const chunk of chunks) giveBack(chunk);
  if (request.headers['content-encoding'] !== 'gzip') return body;
  try {
    return await inflate(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    throw illegalArgument(`the gzip body cannot be read: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}

/** A request's body as an object; an empty one is {}. */
export function jsonBody(request: EngineRequest): JsonObject {
  if (request.body.length === 0) return {};
  let value: unknown;
  try {
    value = parseJson(request.body.toString('utf8'));
  } catch (error) {
    throw new ResponseError(
      400,
      'parse_exception',
      `Failed to parse content to map: ${error instanceof Error ? error.message : 'not JSON'}`,
    );
  }
  if (!isJsonObject(value)) throw parsingError('the request body must be an object');
  return value;
}

function splitOnce(text: string, by: string): readonly string[] {
  const at = text.indexOf(by);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
