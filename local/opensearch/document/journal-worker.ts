// local/opensearch/document: the thread that writes texts and journal: compressing, writing and above all syncing hold up nobody else.
import { parentPort, workerData } from 'node:worker_threads';
import { JournalQueue, type JournalWrite } from './journal-queue.ts';
import { type GoneRows, TextFile } from './text-file.ts';

export type JournalRequest =
  | { readonly kind: 'write'; readonly write: JournalWrite }
  | { readonly kind: 'retry' }
  | { readonly kind: 'forget'; readonly number: number; readonly gone: readonly GoneRows[] }
  | { readonly kind: 'drop'; readonly table: number }
  | { readonly kind: 'close' };
/** To the requests, in their order; without an error it was done. */
export interface JournalReply {
  readonly error: string | undefined;
}

const queue = new JournalQueue(new TextFile(workerData as string));

parentPort?.on('message', (request: JournalRequest) => {
  void carryOut(request)
    .then(
      () => reply(undefined),
      (error: unknown) => reply(error instanceof Error ? error.message : String(error)),
    )
    .then(() => {
      if (request.kind === 'close') parentPort?.close();
    });
});

function carryOut(request: JournalRequest): Promise<void> {
  switch (request.kind) {
    case 'write':
      return queue.write(request.write);
    case 'retry':
      return queue.retry();
    case 'forget':
      return queue.forget(request.number, request.gone);
    case 'drop':
      return queue.dropTable(request.table);
    case 'close':
      return queue.close();
  }
}

function reply(error: string | undefined): void {
  parentPort?.postMessage({ error } satisfies JournalReply);
}
