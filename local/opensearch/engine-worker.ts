// local/opensearch: the thread in which the engine lives, so that parsing and packing documents never holds up the pages.
import { parentPort, workerData } from 'node:worker_threads';
import { closeEngine, openEngine } from './engine.ts';
import { createHttpFront } from './http/http-front.ts';
import { route } from './http/routes.ts';
import type { SearchEngineOptions } from './server.ts';

const options = workerData as SearchEngineOptions;
const engine = await openEngine(options);
const server = createHttpFront((request) => route(engine, request));
await new Promise<void>((resolve, reject) => {
  server.once('error', reject);
  server.listen(options.port, options.host, resolve);
});
const address = server.address();
parentPort?.on('message', (message) => {
  if (message === 'close') void close();
});
parentPort?.postMessage({
  kind: 'ready',
  port: typeof address === 'object' && address !== null ? address.port : options.port,
});

async function close(): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const deadline = setTimeout(() => server.closeAllConnections(), 5_000);
  await closed;
  clearTimeout(deadline);
  await closeEngine(engine);
  parentPort?.postMessage({ kind: 'closed' });
  parentPort?.close();
}
