// local/opensearch: starts and stops the embedded search engine, which the usual client reaches over HTTP.
import { Worker } from 'node:worker_threads';
import { fileInUse } from './file-in-use.ts';

export interface SearchEngineOptions {
  /** The database's file, or `:memory:`. */
  readonly file: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly memoryLimitMiB: number;
  readonly threads: number;
}

export interface SearchEngine {
  readonly endpoint: string;
  readonly port: number;
  /** Resolves, with the reason, only if the engine ends without being asked to: nothing answers at the endpoint then. */
  readonly died: Promise<Error>;
  /** Ends the requests under way, writes everything into the file and lets it go. */
  close(): Promise<void>;
}

interface WorkerMessage {
  readonly kind: 'ready' | 'closed';
  readonly port?: number;
}

/**
 * Its own heap holds replies and what is known of indexes, some 20 MiB; the data is DuckDB's, bodies are buffers, both outside.
 * V8 collects all of it the more often the smaller the limit, whenever some buffers came and went: of 256 MiB once a bulk body
 * (80 µs of CPU a flow, 18,000 a second), of 2 GiB once in four (65 µs, 21,000), and the process is 60 MiB larger.
 */
const ENGINE_HEAP = { maxOldGenerationSizeMb: 2_048, maxYoungGenerationSizeMb: 24 };

/** Resolves when requests are answered; rejects where the file or the port cannot be had. */
export async function startSearchEngine(options: SearchEngineOptions): Promise<SearchEngine> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./engine-worker.${extension}`, import.meta.url), {
    workerData: options,
    resourceLimits: ENGINE_HEAP,
    // flags of our own process, such as --input-type, mean nothing to the thread
    execArgv: [],
  });
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('error', (error) => reject(fileInUse(options.file, error)));
    worker.once('exit', (code) => reject(new Error(`the search engine ended with code ${code} before it was ready`)));
    worker.once('message', (message: WorkerMessage) => resolve(message.port ?? options.port));
  });
  worker.removeAllListeners('error');
  worker.removeAllListeners('exit');
  let failure: Error | undefined;
  let closing: Promise<void> | undefined;
  const died = new Promise<Error>((resolve) => {
    worker.on('error', (error) => {
      failure = error instanceof Error ? error : new Error(String(error));
    });
    worker.once('exit', (code) => {
      if (closing !== undefined) return;
      failure ??= new Error(`the search engine ended with code ${code}`);
      resolve(failure);
    });
  });
  return {
    endpoint: `http://${options.host}:${port}`,
    port,
    died,
    close: () => {
      closing ??= new Promise<void>((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure);
          return;
        }
        worker.once('exit', () => resolve());
        worker.once('error', reject);
        worker.postMessage('close');
      });
      return closing;
    },
  };
}
