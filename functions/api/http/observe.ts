// api: every request gets an id, a time in the metrics and, where it failed, a line in the log.

import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import { problemOf } from './problem.ts';

type ObserveDeps = Pick<ApiDeps, 'metrics' | 'log' | 'newId'>;

/** The id goes out as X-Request-Id; one that a client sends is not taken over, for it could forge log lines. */
export function observeRequests(deps: ObserveDeps): RequestHandler {
  return (request, response, next) => {
    const began = performance.now();
    const requestId = deps.newId();
    response.setHeader('X-Request-Id', requestId);
    response.locals['requestId'] = requestId;
    response.once('close', () => {
      const route = routeTemplate(request.route);
      const { method } = request;
      const status = response.statusCode;
      const seconds = (performance.now() - began) / 1000;
      deps.metrics.observeRequest({ method, route, status, seconds });
      const fields = { requestId, method, route, status, ms: Math.round(seconds * 1000) };
      if (status >= 500) deps.log.warn(fields, 'request failed');
      else deps.log.debug(fields, 'request');
    });
    next();
  };
}

/** Bounded: a path from the network never becomes a label of a series. */
function routeTemplate(route: unknown): string {
  if (typeof route !== 'object' || route === null || !('path' in route)) return 'other';
  return typeof route.path === 'string' ? route.path : 'other';
}

/** Last in the chain: whatever was thrown becomes problem details. */
export function answerProblems(deps: Pick<ApiDeps, 'log'>): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const requestId = String(response.locals['requestId'] ?? '');
    if (response.headersSent) {
      // Half of the body is out: all that is left is to let the client see that the rest does not come.
      deps.log.warn({ requestId, err: error }, 'reply cut short');
      response.destroy();
      return;
    }
    const { problem, headers } = problemOf(error, request.path, requestId);
    if (problem.status >= 500) deps.log.error({ requestId, err: error }, 'request failed by an error of ours');
    response.status(problem.status).set({ 'Cache-Control': 'no-store', ...headers });
    response.type('application/problem+json').send(JSON.stringify(problem));
  };
}
