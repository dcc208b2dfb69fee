// runtime: what passes between the poller and a function's worker thread.

/** One event for the function. */
export interface Invoke {
  readonly kind: 'invoke';
  readonly requestId: string;
  readonly event: unknown;
  /** Milliseconds since 1970 at which the function must be done. */
  readonly deadline: number;
  readonly maxReceiveCount: number;
}

/** The runtime wants the invocation to end early. */
export interface Abort {
  readonly kind: 'abort';
  readonly requestId: string;
}

export type ToWorker = Invoke | Abort;

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly requestId: string; readonly value: unknown }
  | { readonly kind: 'failure'; readonly requestId: string; readonly message: string };

export interface WorkerSetup {
  /** URL of the module that exports `handler(event, context)`. */
  readonly module: string;
  /** Folder of compiled code that the process keeps, if it does: a thread has to be told of its own. */
  readonly compileCache: string | undefined;
}
