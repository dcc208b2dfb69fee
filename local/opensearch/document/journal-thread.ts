// local/opensearch/document: the writing thread as those who write see it.
import { Worker } from 'node:worker_threads';
import type { JournalWrite, JournalWriter } from './journal-queue.ts';
import type { JournalReply, JournalRequest } from './journal-worker.ts';
import type { GoneRows } from './text-file.ts';

/** Texts lie in shared memory, outside of it. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };

interface Asked {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class JournalThread implements JournalWriter {
  private readonly worker: Worker;
  /** Not answered yet, in their order. */
  private readonly asked: Asked[] = [];
  private isClosing = false;

  constructor(file: string) {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.worker = new Worker(new URL(`./journal-worker.${extension}`, import.meta.url), {
      workerData: file,
      resourceLimits: HEAP,
      execArgv: [],
    });
    this.worker.on('message', ({ error }: JournalReply) => {
      const next = this.asked.shift();
      if (error === undefined) next?.resolve();
      else next?.reject(new Error(error));
    });
    this.worker.once('error', (error: Error) => this.fail(error));
    this.worker.once('exit', () => {
      if (!this.isClosing) this.fail(new Error('it ended'));
    });
  }

  write(write: JournalWrite): Promise<void> {
    return this.ask({ kind: 'write', write });
  }

  retry(): Promise<void> {
    return this.ask({ kind: 'retry' });
  }

  forget(number: number, gone: readonly GoneRows[]): Promise<void> {
    return this.ask({ kind: 'forget', number, gone });
  }

  dropTable(table: number): Promise<void> {
    return this.ask({ kind: 'drop', table });
  }

  async close(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.worker.once('exit', () => resolve()));
    const closed = this.ask({ kind: 'close' });
    this.isClosing = true;
    await closed;
    await ended;
  }

  private ask(request: JournalRequest): Promise<void> {
    if (this.isClosing) return Promise.reject(new Error('the documents are closed'));
    return new Promise((resolve, reject) => {
      this.asked.push({ resolve, reject });
      this.worker.postMessage(request);
    });
  }

  /** What it had not written is lost with it, and was not acknowledged: the engine must end, and begin with what the file has. */
  private fail(cause: Error): void {
    const error = new Error('the thread that writes documents has failed', { cause });
    this.isClosing = true;
    for (const { reject } of this.asked.splice(0)) reject(error);
    setImmediate(() => {
      throw error;
    });
  }
}
