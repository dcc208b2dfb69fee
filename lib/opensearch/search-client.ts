// opensearch: requests to the index through its own client: embedded, OpenSearch and OpenSearch Service alike.

import { Client } from '@opensearch-project/opensearch';
import { PipelineError } from '../errors/pipeline-error.ts';
import { toSearchError } from './search-error.ts';

export interface SearchClientConfig {
  readonly node: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly requestTimeoutMs?: number;
}

export interface SearchRequestOptions {
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  /** A JSON body. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** A body of JSON lines, instead of `body`. */
  readonly lines?: string;
  /** Statuses that are answers, not errors. */
  readonly accept?: readonly number[];
  /** Sent again after a lost connection or a 502–504; 0 where a repeat could see its own first try. */
  readonly retries?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface SearchReply {
  readonly status: number;
  readonly body: unknown;
}

export interface SearchClient {
  /** `path` is encoded already. Errors: PipelineError, see search-error.ts. */
  request(
    method: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD',
    path: string,
    options?: SearchRequestOptions,
  ): Promise<SearchReply>;
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_RETRIES = 3;

export function createSearchClient(config: SearchClientConfig): SearchClient {
  const { node, username, password, requestTimeoutMs = DEFAULT_TIMEOUT_MS } = config;
  const client = new Client({
    node,
    requestTimeout: requestTimeoutMs,
    maxRetries: DEFAULT_RETRIES,
    ...(username !== undefined && password !== undefined && { auth: { username, password } }),
  });
  return {
    async request(method, path, options = {}) {
      const { query = {}, body, lines, accept = [], retries = DEFAULT_RETRIES, signal } = options;
      const what = `${method} ${path}`;
      if (signal?.aborted === true) throw new PipelineError('aborted', `${what}: not begun`, { permanent: false });
      const sent = client.transport.request(
        {
          method,
          path,
          querystring: { ...query },
          ...(body !== undefined && { body }),
          ...(lines !== undefined && { bulkBody: lines }),
        },
        { ignore: [...accept], maxRetries: retries },
      );
      const abort = () => sent.abort();
      signal?.addEventListener('abort', abort, { once: true });
      try {
        const reply = await sent;
        return { status: reply.statusCode ?? 0, body: reply.body };
      } catch (cause) {
        throw toSearchError(what, cause);
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    close: () => client.close(),
  };
}
