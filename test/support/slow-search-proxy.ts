// support: stands before an index and makes its bulk requests slow, turned away, half taken or cut off, one after the other.
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Trouble = 'none' | '429' | '503' | 'cut' | 'cut after it was written' | 'every other item 429';

export interface SlowSearchProxy {
  /** Begins to listen; resolves to its URL. */
  start(endpoint: string): Promise<string>;
  readonly seen: { requests: number; atOnce: number; largestBytes: number; troubles: Map<Trouble, number> };
  close(): Promise<void>;
}

/** Every bulk request waits `delayMs`, then meets the next trouble in turn. */
export function createSlowSearchProxy(delayMs: number, troubles: readonly Trouble[]): SlowSearchProxy {
  const seen = { requests: 0, atOnce: 0, largestBytes: 0, troubles: new Map<Trouble, number>() };
  let server: Server | undefined;
  let underWay = 0;

  async function bulk(
    target: string,
    incoming: IncomingMessage,
    body: Buffer,
    outgoing: ServerResponse,
  ): Promise<void> {
    const trouble = troubles[seen.requests % troubles.length] ?? 'none';
    seen.requests += 1;
    seen.largestBytes = Math.max(seen.largestBytes, body.length);
    seen.troubles.set(trouble, (seen.troubles.get(trouble) ?? 0) + 1);
    underWay += 1;
    seen.atOnce = Math.max(seen.atOnce, underWay);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    underWay -= 1;
    if (trouble === '429' || trouble === '503') {
      answer(outgoing, Number(trouble), {
        error: { type: 'rejected_execution_exception', reason: 'busy' },
        status: Number(trouble),
      });
    } else if (trouble === 'cut') {
      outgoing.socket?.destroy();
    } else if (trouble === 'cut after it was written') {
      await forward(target, incoming, body);
      outgoing.socket?.destroy();
    } else if (trouble === 'every other item 429') {
      const lines = body.toString('utf8').trimEnd().split('\n');
      const pairs = Array.from({ length: lines.length / 2 }, (_, at) => `${lines[at * 2]}\n${lines[at * 2 + 1]}\n`);
      const taken = pairs.filter((_, at) => at % 2 === 0);
      const reply = JSON.parse((await forward(target, incoming, Buffer.from(taken.join('')))).text) as {
        items: unknown[];
      };
      const refused = { index: { status: 429, error: { type: 'rejected_execution_exception', reason: 'busy' } } };
      const items = pairs.map((_, at) => (at % 2 === 0 ? reply.items[at / 2] : refused));
      answer(outgoing, 200, { ...reply, errors: true, items });
    } else {
      const { status, text } = await forward(target, incoming, body);
      answer(outgoing, status, text);
    }
  }

  return {
    seen,
    start: async (endpoint) => {
      server = createServer((incoming, outgoing) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => {
          const body = Buffer.concat(chunks);
          const work =
            incoming.url?.startsWith('/_bulk') === true
              ? bulk(endpoint, incoming, body, outgoing)
              : forward(endpoint, incoming, body).then(({ status, text }) => answer(outgoing, status, text));
          work.catch(() => outgoing.destroy());
        });
      });
      await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    close: async () => {
      server?.closeAllConnections();
      await new Promise((resolve) => server?.close(resolve));
    },
  };
}

function answer(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' });
  outgoing.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function forward(
  target: string,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const { 'content-length': _, 'transfer-encoding': __, ...rest } = headers;
    const sent = request(
      new URL(url ?? '/', target),
      { method, headers: { ...rest, 'content-length': body.length } },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('end', () =>
          resolve({ status: reply.statusCode ?? 502, text: Buffer.concat(chunks).toString('utf8') }),
        );
        reply.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
