// api: the files of the first page and of Swagger UI; a fixed list, so that no path of a request reaches the disk.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, type Router } from 'express';
import { securityHeaders } from './http/security-headers.ts';

const WEB_FOLDER = fileURLToPath(new URL('../../web', import.meta.url));
const SWAGGER_FOLDER = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const SWAGGER_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js'] as const;
/** A new version is seen at the next load; an unchanged file costs a 304. */
const CACHE_CONTROL = 'no-cache';

/** `/api/docs` and its assets. Swagger UI writes markup by itself, so trusted types are off here and only here. */
export function docsPages(): Router {
  const router = express.Router();
  router.use('/api/docs', securityHeaders({ connectOrigins: [], trustedTypes: false }));
  router.get('/api/docs', sendFrom(WEB_FOLDER, 'api-docs.html'));
  for (const name of SWAGGER_FILES) router.get(`/api/docs/${name}`, sendFrom(SWAGGER_FOLDER, name));
  return router;
}

/** The first page: `/` and the folder `web`. */
export function webPages(): RequestHandler {
  return express.static(WEB_FOLDER, {
    dotfiles: 'ignore',
    redirect: false,
    setHeaders: (response) => response.setHeader('Cache-Control', CACHE_CONTROL),
  });
}

function sendFrom(folder: string, name: string): RequestHandler {
  return (_request, response, next) => {
    response.sendFile(join(folder, name), { headers: { 'Cache-Control': CACHE_CONTROL } }, (error?: Error) => {
      if (error !== undefined && !response.headersSent) next(error);
    });
  };
}
