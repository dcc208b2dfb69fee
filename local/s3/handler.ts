// s3 handler: one request from its first byte to its answer: read, authorize, route, run, reply; a refusal becomes XML.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { authorize, type Verifier } from './authorize.ts';
import { answerPreflight, corsHeaders } from './cors.ts';
import { type S3Error, toS3Error } from './errors.ts';
import type { Reply } from './operation.ts';
import { parseRequest } from './request.ts';
import { findOperation } from './router.ts';
import type { Store } from './store.ts';
import { element, errorDocument } from './xml.ts';

export interface HandlerOptions {
  readonly store: Store;
  readonly verifier: Verifier;
  /** Told of what is no refusal but a defect or a broken disk. */
  readonly onError: (error: unknown, requestId: string) => void;
}

export type Handler = (message: IncomingMessage, response: ServerResponse, awaitsContinue: boolean) => Promise<void>;

/** What is still coming after a refusal is read so far and thrown away, so that the client gets to see the refusal. */
const MAX_DRAIN_BYTES = 64 * 1024 * 1024;

export function createHandler(options: HandlerOptions): Handler {
  return async (message, response, awaitsContinue) => {
    const id = randomBytes(8).toString('hex').toUpperCase();
    if (answerPreflight(message, response)) return;
    limitDrain(message, response);
    let asked = !awaitsContinue;
    const askForBody = () => {
      if (!asked) response.writeContinue();
      asked = true;
    };
    let reply: Reply;
    try {
      const request = parseRequest(message, id);
      const authorization = authorize(request, options.verifier);
      const operation = findOperation(request);
      reply = await operation.run({ request, authorization, message, askForBody }, options.store);
    } catch (error) {
      const refusal = toS3Error(error);
      if (refusal.code === 'InternalError' && !message.destroyed) options.onError(error, id);
      reply = errorReply(refusal, message, id);
    }
    const headers = { ...corsHeaders(message), 'x-amz-request-id': id, ...reply.headers };
    await send(reply, headers, message, response).catch((error) => {
      if (!response.destroyed && !message.destroyed) options.onError(error, id);
      response.destroy();
    });
  };
}

async function send(
  { status, body }: Reply,
  headers: Readonly<Record<string, string>>,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (response.destroyed) {
    if (typeof body === 'object') body.cancel();
    return;
  }
  if (typeof body === 'object') {
    response.writeHead(status, headers);
    await body.send(response);
    response.end();
    return;
  }
  if (body === undefined) {
    const hasLength = 'content-length' in headers || status === 204 || status === 304;
    response.writeHead(status, hasLength ? headers : { ...headers, 'content-length': '0' });
    response.end();
    return;
  }
  const bytes = Buffer.from(body, 'utf8');
  response.writeHead(status, {
    'content-type': 'application/xml',
    'content-length': `${bytes.length}`,
    ...headers,
  });
  response.end(message.method === 'HEAD' ? undefined : bytes);
}

function errorReply(error: S3Error, message: IncomingMessage, id: string): Reply {
  const { pathname } = splitTarget(message.url ?? '');
  return {
    status: error.status,
    headers: error.headers,
    body: errorDocument([
      element('Code', error.code),
      element('Message', error.message),
      ...Object.entries(error.details).map(([name, value]) => element(name, value)),
      element('Resource', pathname),
      element('RequestId', id),
      element('HostId', id),
    ]),
  };
}

/** Queries hold signatures: they are left out of what is shown. */
function splitTarget(target: string): { readonly pathname: string } {
  return { pathname: target.split('?', 1)[0] ?? '' };
}

function limitDrain(message: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => {
    if (message.complete) return;
    let drained = 0;
    message.on('data', (bytes: Buffer) => {
      drained += bytes.length;
      if (drained > MAX_DRAIN_BYTES) message.destroy();
    });
  });
}
