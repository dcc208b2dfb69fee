// local/opensearch/http: the requests about composable index templates.

import type { Template } from '../catalog/index-catalog.ts';
import { checkTemplate, patternsOf, priorityOf, readSettings } from '../catalog/new-index.ts';
import type { Engine } from '../engine.ts';
import { readMapping } from '../mapping/mapping.ts';
import { isJsonObject, type JsonObject } from '../request/json-text.ts';
import { namePattern, patternsMeet } from '../request/name-pattern.ts';
import { objectOf } from '../request/request-value.ts';
import { illegalArgument, ResponseError } from '../request/response-error.ts';
import { type EngineAnswer, type EngineRequest, jsonBody } from './http-front.ts';
import { ACKNOWLEDGED, ok, shownSettings } from './index-routes.ts';

export async function putTemplate(engine: Engine, name: string, request: EngineRequest): Promise<EngineAnswer> {
  const body = jsonBody(request);
  checkTemplate(body);
  checkMappings(name, body);
  if (request.parameters.get('create') === 'true' && engine.catalog.templates.has(name)) {
    throw illegalArgument(`index template [${name}] already exists`);
  }
  checkPriority(name, body, [...engine.catalog.templates.values()]);
  await engine.database.write((connection) => engine.catalog.putTemplate(connection, name, body));
  return ok(ACKNOWLEDGED);
}

function checkMappings(name: string, body: JsonObject): void {
  const template = body['template'];
  const mappings = isJsonObject(template) ? template['mappings'] : undefined;
  if (mappings === undefined) return;
  try {
    readMapping(objectOf(mappings, 'mappings'), [], Number.MAX_SAFE_INTEGER);
  } catch (error) {
    if (!(error instanceof ResponseError)) throw error;
    throw illegalArgument(`composable template [${name}] is invalid: ${error.message}`);
  }
}

/** Of two templates for one name and of one priority nobody could say which one counts. */
function checkPriority(name: string, body: JsonObject, others: readonly Template[]): void {
  const patterns = patternsOf(body);
  const rival = others.find(
    (other) =>
      other.name !== name &&
      priorityOf(other.json) === priorityOf(body) &&
      patternsOf(other.json).some((pattern) => patterns.some((own) => patternsMeet(own, pattern))),
  );
  if (rival === undefined) return;
  throw illegalArgument(
    `index template [${name}] has index patterns [${patterns.join(', ')}] matching patterns from existing templates [${rival.name}] with the same priority [${priorityOf(body)}], multiple index templates may not match during index creation, please use a different priority`,
  );
}

export function getTemplates(engine: Engine, name: string, isHead: boolean): EngineAnswer {
  const matches = namePattern(name);
  const found = [...engine.catalog.templates.values()].filter((template) => matches(template.name));
  if (found.length === 0 && !name.includes('*')) {
    if (isHead) return { status: 404, body: undefined };
    throw new ResponseError(404, 'resource_not_found_exception', `index template matching [${name}] not found`);
  }
  if (isHead) return { status: 200, body: undefined };
  return ok({
    index_templates: found.map((template) => ({ name: template.name, index_template: shown(template.json) })),
  });
}

function shown(json: JsonObject): JsonObject {
  const { template } = json;
  const patterns = { index_patterns: patternsOf(json) };
  if (!isJsonObject(template)) return { ...json, ...patterns };
  const { settings } = template;
  const own = isJsonObject(settings) ? { settings: shownSettings(readSettings(settings)) } : {};
  return { composed_of: [], ...json, ...patterns, template: { ...template, ...own } };
}

export async function deleteTemplate(engine: Engine, name: string): Promise<EngineAnswer> {
  const matches = namePattern(name);
  const found = [...engine.catalog.templates.keys()].filter(matches);
  if (found.length === 0 && !name.includes('*')) {
    throw new ResponseError(404, 'index_template_missing_exception', `index_template [${name}] missing`);
  }
  await engine.database.write(async (connection) => {
    for (const template of found) await engine.catalog.deleteTemplate(connection, template);
  });
  return ok(ACKNOWLEDGED);
}
