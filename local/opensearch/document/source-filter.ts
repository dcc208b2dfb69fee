// local/opensearch/document: `_source` in requests: all, nothing, or the members that patterns name.
import { encodeJson, isJsonObject, type JsonObject, parseJson, RawJson } from '../request/json-text.ts';
import { namePattern } from '../request/name-pattern.ts';
import { listOf, objectOf, onlyMembers, stringOf } from '../request/request-value.ts';
import { badRequest } from '../request/response-error.ts';

/** Turns a stored document into what a hit shows; undefined: hits show none. */
export type SourceFilter = ((source: string) => RawJson) | undefined;

export function readSourceFilter(value: unknown): SourceFilter {
  if (value === undefined || value === true || value === 'true') return (source) => new RawJson(source);
  if (value === false || value === 'false') return undefined;
  if (typeof value === 'string' || Array.isArray(value)) return filterBy(patternsOf(value), []);
  const body = objectOf(value, '_source');
  onlyMembers(body, ['includes', 'include', 'excludes', 'exclude'], '_source');
  return filterBy(
    patternsOf(body['includes'] ?? body['include'] ?? []),
    patternsOf(body['excludes'] ?? body['exclude'] ?? []),
  );
}

function patternsOf(value: unknown): readonly string[] {
  return listOf(value).flatMap((item) => stringOf(item, '_source').split(','));
}

function filterBy(includes: readonly string[], excludes: readonly string[]): SourceFilter {
  const both = includes.find((pattern) => excludes.includes(pattern));
  if (both !== undefined) throw badRequest(`[_source] has [${both}] both included and excluded`);
  if (includes.length === 0 && excludes.length === 0) return (source) => new RawJson(source);
  // a pattern means the member itself and everything below it
  const match = (patterns: readonly string[]): ((path: string) => boolean) => {
    const tests = patterns.flatMap((pattern) => [namePattern(pattern), namePattern(`${pattern}.*`)]);
    return (path) => tests.some((fits) => fits(path));
  };
  const isIncluded = includes.length === 0 ? () => true : match(includes);
  const isExcluded = match(excludes);
  return (source) => {
    const document = parseJson(source);
    return new RawJson(encodeJson(isJsonObject(document) ? filterMembers(document, '', isIncluded, isExcluded) : {}));
  };
}

/** An object that is wanted itself stays, even where nothing in it is. */
function filterMembers(
  value: JsonObject,
  path: string,
  isIncluded: (path: string) => boolean,
  isExcluded: (path: string) => boolean,
): JsonObject {
  const kept: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    const full = path === '' ? name : `${path}.${name}`;
    if (isExcluded(full)) continue;
    const filtered = filterValue(item, full, isIncluded, isExcluded);
    if (filtered !== undefined) kept[name] = filtered;
  }
  return kept;
}

function filterValue(
  item: unknown,
  path: string,
  isIncluded: (path: string) => boolean,
  isExcluded: (path: string) => boolean,
): unknown {
  const isWanted = isIncluded(path);
  if (isJsonObject(item)) {
    const inner = filterMembers(item, path, isIncluded, isExcluded);
    return isWanted || Object.keys(inner).length > 0 ? inner : undefined;
  }
  if (!Array.isArray(item)) return isWanted ? item : undefined;
  const list: unknown[] = [];
  for (const one of item) {
    if (isJsonObject(one)) {
      const inner = filterMembers(one, path, isIncluded, isExcluded);
      if (Object.keys(inner).length > 0) list.push(inner);
    } else if (isWanted) {
      list.push(one);
    }
  }
  return isWanted || list.length > 0 ? list : undefined;
}
