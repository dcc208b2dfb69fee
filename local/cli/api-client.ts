// cli: the product's own API as the commands use it: the same calls that `curl` can make.

import { createReadStream } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DumpView } from '../../functions/api/schema/dump-schema.ts';
import type { ModelChoice } from '../../lib/dump/rescoring.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { ExpireReport } from '../../lib/retention/expire-dumps.ts';

export interface ApiClientConfig {
  readonly url: string;
  readonly apiKey: string;
}

export interface SearchPage {
  readonly total: { readonly value: number };
  readonly hits: readonly Readonly<Record<string, unknown>>[];
  readonly cursor?: string;
  readonly aggregations?: Readonly<Record<string, unknown>>;
}

export interface ApiClient {
  /** Create a dump and send it the file's bytes, streamed. */
  upload(file: { readonly path: string; readonly fileName: string; readonly size: number }): Promise<string>;
  dump(id: string): Promise<DumpView>;
  /** Resolves when the dump is `ready` or in `error`. */
  waitUntilDone(id: string, onProgress: (dump: DumpView) => void, signal: AbortSignal): Promise<DumpView>;
  /** Ask for another scoring; resolves to its number and the models it was understood to mean. */
  rescore(
    id: string,
    body: { readonly model: string },
  ): Promise<{ readonly run: number; readonly models: ModelChoice }>;
  /** Removes what is past its time, or only tells it. */
  retention(options: { readonly dryRun: boolean }): Promise<ExpireReport>;
  search(kind: 'flows' | 'packets' | 'alerts' | 'dumps', body: Readonly<Record<string, unknown>>): Promise<SearchPage>;
}

/** A busy or restarting part answers 5xx for a moment; a dump announced twice is one that nobody fills. */
const ATTEMPTS = 6;
const FIRST_RETRY_MS = 200;
/** A dump is looked at first after this, then less and less often. */
const FIRST_POLL_MS = 30;
const LAST_POLL_MS = 1000;

export function createApiClient(config: ApiClientConfig): ApiClient {
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const reply = await request(method, path, body);
      const text = await reply.text();
      if (reply.ok) return text === '' ? undefined : JSON.parse(text);
      const passing = reply.status >= 500 || reply.status === 429;
      if (!passing || attempt >= ATTEMPTS) {
        const code = passing ? 'service-unavailable' : 'invalid-request';
        const message = `${method} ${path}: ${reply.status}: ${detailOf(text)}`;
        throw new PipelineError(code, message, { permanent: !passing });
      }
      await sleep(FIRST_RETRY_MS * 2 ** (attempt - 1));
    }
  }

  async function request(method: string, path: string, body: unknown): Promise<Response> {
    return await fetch(new URL(path, config.url), {
      method,
      headers: {
        authorization: `Bearer ${config.apiKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  return {
    async upload({ path, fileName, size }) {
      // An empty file's size is left out: the API refuses to expect nothing, the pipeline says what an empty file is.
      const created = (await call('POST', '/api/dumps', { fileName, ...(size > 0 && { size }) })) as {
        dump: { id: string };
        upload: { url: string; method: string; headers: Record<string, string> };
      }; // the API's own reply, as its schema has it
      const { url, method, headers } = created.upload;
      await send(path, url, method, { ...headers, 'content-length': String(size) });
      return created.dump.id;
    },

    async dump(id) {
      return (await call('GET', `/api/dumps/${id}`)) as DumpView;
    },

    async waitUntilDone(id, onProgress, signal) {
      for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 1.3, LAST_POLL_MS)) {
        const dump = (await call('GET', `/api/dumps/${id}`)) as DumpView;
        onProgress(dump);
        if (dump.state === 'ready' || dump.state === 'error') return dump;
        await sleep(pause, undefined, { signal });
      }
    },

    async rescore(id, body) {
      return (await call('POST', `/api/dumps/${id}/rescore`, body)) as { run: number; models: ModelChoice }; // the API's own reply
    },

    async retention({ dryRun }) {
      return (await call(dryRun ? 'GET' : 'POST', '/api/retention')) as ExpireReport; // as above
    },

    async search(kind, body) {
      return (await call('POST', `/api/search/${kind}`, body)) as SearchPage;
    },
  };
}

/** What problem details (RFC 9457) say to a person; any other reply as it is. */
function detailOf(text: string): string {
  try {
    const { title, detail } = JSON.parse(text) as { readonly title?: unknown; readonly detail?: unknown };
    return [title, detail].filter((part) => typeof part === 'string').join(': ') || text;
  } catch {
    return text;
  }
}

async function send(path: string, url: string, method: string, headers: Record<string, string>): Promise<void> {
  const target = new URL(url);
  const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, { method, headers });
  const replied = new Promise<{ status: number; text: string }>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
  });
  const [{ status, text }] = await Promise.all([replied, pipeline(createReadStream(path), request)]);
  if (status !== 200) throw new PipelineError('invalid-request', `PUT ${path}: ${status} ${text}`, { permanent: true });
}
