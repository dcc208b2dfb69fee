// local/opensearch/search: what of its hits a search, or a bucket's top_hits, wants to see, read and checked.
import { readSourceFilter, type SourceFilter } from '../document/source-filter.ts';
import { type HighlightRequest, readHighlight } from '../highlight/highlight-request.ts';
import type { JsonObject } from '../request/json-text.ts';
import { illegalArgument, ResponseError } from '../request/response-error.ts';
import { readShownFields, readStoredFields, type ShownFields, type StoredFields } from './shown-fields-request.ts';

export interface HitChoice {
  readonly source: SourceFilter;
  readonly withId: boolean;
  readonly withVersion: boolean;
  readonly withSeqNo: boolean;
  readonly shownFields: ShownFields | undefined;
  readonly highlight: HighlightRequest | undefined;
}

/** As OpenSearch's own limit. */
const MAX_DOC_VALUES = 100;

/** `source`: the request's `_source`; `flag` tells whether a member is true. */
export function readHitChoice(body: JsonObject, source: unknown, flag: (name: string) => boolean): HitChoice {
  const stored = readStoredFields(body['stored_fields']);
  return {
    source: readSourceFilter(sourceAsked(source, stored)),
    withId: stored.withId,
    withVersion: flag('version'),
    withSeqNo: flag('seq_no_primary_term'),
    shownFields: readShownFields(body),
    highlight: body['highlight'] === undefined ? undefined : readHighlight(body['highlight']),
  };
}

/** What OpenSearch refuses when it looks at an index, not at the request. */
export function checkHitChoice({ withId, source, shownFields: asked }: HitChoice): void {
  if (!withId && source !== undefined)
    throw new ResponseError(400, 'search_exception', '[stored_fields] cannot be disabled if [_source] is requested');
  const count = asked?.docValues.length ?? 0;
  if (count > MAX_DOC_VALUES)
    throw illegalArgument(
      `Trying to retrieve too many docvalue_fields. Must be less than or equal to: [${MAX_DOC_VALUES}] but was [${count}].`,
    );
}

/** Naming stored fields says that the document is not wanted, or that it is; `_source` says it again. */
function sourceAsked(source: unknown, stored: StoredFields): unknown {
  if (stored.withSource === undefined) return source;
  if (stored.withSource) return source === false ? undefined : source;
  return source ?? false;
}
