// api: the OpenAPI 3.1 document (spec.openapis.org/oas/v3.1), made of the very schemas that check the requests.

import { STATUS_CODES } from 'node:http';
import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { type Reply, type Route, TAGS } from './http/route.ts';
import { problemSchema } from './schema/problem-schema.ts';

const BEARER = 'bearer';
const COMMON_PROBLEMS = [400, 405, 500];
const VERSION = '0.1.0';

export function openApiDocument(routes: readonly Route[], publicUrl: string) {
  const registry = new OpenAPIRegistry();
  const security = registry.registerComponent('securitySchemes', BEARER, {
    type: 'http',
    scheme: 'bearer',
    description: 'The API key that `npm start` prints.',
  });
  for (const route of routes) registry.registerPath(pathOf(route, security.name));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Smart IDS',
      version: VERSION,
      description:
        'Drop a packet capture, find out what attacked whom: dumps, searches, and the way back to the packets.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    // Relative first: it holds under whatever name the page was reached, and the page may send nowhere else.
    servers: [{ url: '/' }, { url: publicUrl }],
    tags: TAGS.map((name) => ({ name })),
  });
}

function pathOf(route: Route, scheme: string): RouteConfig {
  const { method, path, tag, summary, description, params, query, body, reply, otherReplies } = route;
  const problems = [...COMMON_PROBLEMS, ...(route.open === true ? [] : [401]), ...route.problems];
  return {
    method,
    path,
    operationId: operationId(route),
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security: route.open === true ? [] : [{ [scheme]: [] }],
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(body && { body: { required: true, content: { 'application/json': { schema: body } } } }),
    },
    responses: {
      [reply.status]: responseOf(reply),
      ...Object.fromEntries(problems.toSorted().map((status) => [status, problemResponse(status)])),
      ...Object.fromEntries(Object.entries(otherReplies ?? {}).map(([status, other]) => [status, responseOf(other)])),
    },
  };
}

function responseOf({ description, schema, contentType, textType, streamTypes }: Omit<Reply, 'status'>) {
  if (streamTypes !== undefined) {
    const bytes = { schema: { type: 'string', format: 'binary' } } as const;
    return { description, content: Object.fromEntries(streamTypes.map((type) => [type, bytes])) };
  }
  if (schema === undefined) return { description };
  const text = textType === undefined ? {} : { [textType]: { schema: { type: 'string' } as const } };
  return { description, content: { [contentType ?? 'application/json']: { schema }, ...text } };
}

function problemResponse(status: number) {
  return {
    description: STATUS_CODES[status] ?? 'Problem',
    content: { 'application/problem+json': { schema: problemSchema } },
  };
}

/** `get /api/dumps/{id}/packets` → `getDumpsIdPackets`: stable names for generated clients. */
function operationId({ method, path }: Route): string {
  const words = path.replace(/^\/api\//, '/').match(/[A-Za-z]+/g) ?? [];
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
