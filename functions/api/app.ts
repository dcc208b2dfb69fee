// api: the Express app: headers, the open routes, the key, the routes behind it, and a problem for everything else.

import express, { type Express } from 'express';
import type { ApiDeps } from './api-deps.ts';
import { requireBearer } from './http/bearer.ts';
import { answerProblems, observeRequests } from './http/observe.ts';
import { ProblemError } from './http/problem.ts';
import { mountRoutes, type Route } from './http/route.ts';
import { securityHeaders } from './http/security-headers.ts';
import { openApiDocument } from './openapi.ts';
import { docsPages, webPages } from './pages.ts';
import { carveRoutes } from './routes/carve-routes.ts';
import { dumpContentRoutes } from './routes/dump-content-routes.ts';
import { dumpRoutes } from './routes/dump-routes.ts';
import { huntRoutes } from './routes/hunt-routes.ts';
import { rescoreRoutes } from './routes/rescore-routes.ts';
import { retentionRoutes } from './routes/retention-routes.ts';
import { schemaRoutes } from './routes/schema-routes.ts';
import { searchRoutes } from './routes/search-routes.ts';
import { healthRoutes, metricsRoutes, statsRoutes } from './routes/service-routes.ts';

const MAX_BODY = '256kb';

/** Every route there is, open ones among them: what the app mounts and the document describes. */
export function apiRoutes(deps: ApiDeps): readonly Route[] {
  const routes: readonly Route[] = [
    ...dumpRoutes(deps),
    ...rescoreRoutes(deps),
    ...retentionRoutes(deps),
    ...dumpContentRoutes(deps),
    ...searchRoutes(deps),
    ...carveRoutes(deps),
    ...huntRoutes(deps),
    ...statsRoutes(deps),
    ...schemaRoutes(() => openApiDocument(routes, deps.config.publicUrl)),
    ...healthRoutes(deps),
    ...metricsRoutes(deps),
  ];
  return routes;
}

export function createApp(deps: ApiDeps): Express {
  const app = express();
  app.disable('etag');
  app.use(observeRequests(deps));
  app.use(securityHeaders({ connectOrigins: [new URL(deps.config.s3PublicEndpoint).origin], trustedTypes: true }));

  const routes = apiRoutes(deps);
  mountRoutes(
    app,
    routes.filter((route) => route.open === true),
  );
  app.use(docsPages());

  app.use(['/api', '/metrics'], requireBearer(deps.config.apiKey));
  app.use('/api', express.json({ limit: MAX_BODY }));
  mountRoutes(
    app,
    routes.filter((route) => route.open !== true),
  );

  app.use(webPages());
  app.use(() => {
    throw new ProblemError('not-found', 'There is nothing at this address; GET /api/schema lists what there is.');
  });
  app.use(answerProblems(deps));
  return app;
}
