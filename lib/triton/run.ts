// triton: the time one call of the port has, and whatever ends it before: its caller, its deadline, the server's close.

import { PipelineError } from '../errors/pipeline-error.ts';
import type { CallOptions } from '../model/model-server.ts';

export interface Run {
  /** In milliseconds of Date.now(). */
  readonly deadline: number;
  /** Its reason is the PipelineError that the call is to reject with. */
  readonly signal: AbortSignal;
  /** Whether the deadline has passed. */
  readonly isLate: () => boolean;
  stop(error: PipelineError): void;
  /** Takes its timer and listener back. */
  end(): void;
}

export function startRun({ signal: callers, timeoutMs }: CallOptions, deadlineMs: number): Run {
  const allowedMs = Math.max(0, Math.min(deadlineMs, timeoutMs ?? deadlineMs));
  const controller = new AbortController();
  let late = false;
  const onAbort = (): void => {
    const cause = callers?.reason;
    controller.abort(new PipelineError('aborted', 'the call was given up', { permanent: false, cause }));
  };
  const timer = setTimeout(() => {
    late = true;
    const message = `no answer of the model server within ${allowedMs} ms`;
    controller.abort(new PipelineError('model-unavailable', message, { permanent: false }));
  }, allowedMs);
  callers?.addEventListener('abort', onAbort, { once: true });
  if (callers?.aborted === true) onAbort();
  return {
    deadline: Date.now() + allowedMs,
    signal: controller.signal,
    isLate: () => late,
    stop: (error) => controller.abort(error),
    end: () => {
      clearTimeout(timer);
      callers?.removeEventListener('abort', onAbort);
    },
  };
}
