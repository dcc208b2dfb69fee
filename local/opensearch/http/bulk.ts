// local/opensearch/http: the `_bulk` body: pairs of an action line and a document line.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DocumentWriter } from '../document/document-writer.ts';
import { checkId, readConditions, type WriteOperation, type WriteResult } from '../document/write-operation.ts';
import { encodeJson, isJsonObject, type JsonObject, parseJson, RawJson } from '../request/json-text.ts';
import { booleanOf, objectOf, onlyKeys, onlyMember, stringOf } from '../request/request-value.ts';
import { illegalArgument, invalidRequest, ResponseError } from '../request/response-error.ts';
import { type ActionLine, type ActionPattern, idEnd, patternOf } from './action-line.ts';

const META_KEYS = [
  '_index',
  '_id',
  'version',
  'version_type',
  'if_seq_no',
  'if_primary_term',
  'require_alias',
  'retry_on_conflict',
];
const SLICE_MS = 15;
/** A request of lines that are all different should not be read twice. */
const MAX_PATTERNS = 16;
const NEWLINE = 10;
const NOTHING = Buffer.alloc(0);

/** Runs a bulk request; the answer has one item per action, in order. */
export async function bulk(
  writer: DocumentWriter,
  body: Buffer,
  defaultIndex: string | undefined,
  isRefreshed: boolean,
): Promise<Readonly<Record<string, unknown>>> {
  const started = performance.now();
  const operations = await readOperations(body, defaultIndex);
  const results = await writer.submit(operations);
  const items = results.map((result, at) => itemText(operations[at]?.kind ?? 'index', result, isRefreshed));
  return {
    took: Math.round(performance.now() - started),
    errors: results.some((result) => result.error !== undefined),
    items: new RawJson(`[${items.join(',')}]`),
  };
}

function itemText(kind: WriteOperation['kind'], result: WriteResult, isRefreshed: boolean): string {
  const { body, status, error } = result;
  if (error !== undefined) return encodeJson({ [kind]: { ...body, status, error } });
  const { failed, successful, total } = body._shards;
  const index = JSON.stringify(body._index);
  const id = JSON.stringify(body._id);
  const shards = `"_shards":{"total":${total},"successful":${successful},"failed":${failed}}`;
  const place = `"_seq_no":${body._seq_no},"_primary_term":${body._primary_term},"status":${status}`;
  const forced = isRefreshed ? ',"forced_refresh":true' : '';
  return `{"${kind}":{"_index":${index},"_id":${id},"_version":${body._version},"result":"${body.result}",${shards},${place}${forced}}}`;
}

async function readOperations(body: Buffer, defaultIndex: string | undefined): Promise<WriteOperation[]> {
  if (body.length === 0) throw new ResponseError(400, 'parse_exception', 'request body is required');
  if (body[body.length - 1] !== NEWLINE)
    throw illegalArgument('The bulk request must be terminated by a newline [\\n]');
  const operations: WriteOperation[] = [];
  let sliceEnd = performance.now() + SLICE_MS;
  let pattern: ActionPattern | undefined;
  let patterns = 0;
  let number = 0;
  for (let from = 0; from < body.length; ) {
    number += 1;
    const idStop = pattern === undefined ? -1 : idEnd(pattern, body, from);
    let action: ActionLine;
    let id: string | undefined;
    if (pattern !== undefined && idStop >= 0) {
      id = body.toString('latin1', from + pattern.before.length, idStop);
      checkId(id);
      action = pattern.action;
      from = idStop + pattern.after.length;
    } else {
      const line = lineAt(body, from);
      from = body.indexOf(NEWLINE, from) + 1;
      if (line.toString('utf8').trim() === '') continue;
      const read = (other: Buffer): ActionLine => readLine(other, number, defaultIndex);
      action = read(line);
      id = action.id;
      patterns += 1;
      if (patterns <= MAX_PATTERNS) pattern = patternOf(line, action, read);
    }
    let text: Buffer = NOTHING;
    if (action.kind !== 'delete') {
      if (from >= body.length)
        throw illegalArgument(`Malformed action/metadata line [${number}], the document line after it is missing`);
      number += 1;
      text = lineAt(body, from);
      from = body.indexOf(NEWLINE, from) + 1;
    }
    const { kind, index, requireAlias, conditions } = action;
    operations.push({ kind, index, id, body: text, requireAlias, conditions });
    if (performance.now() > sliceEnd) {
      await nextTurn();
      sliceEnd = performance.now() + SLICE_MS;
    }
  }
  if (operations.length === 0) throw invalidRequest('no requests added');
  return operations;
}

/** A view of the line that begins at `from`, without its end. */
function lineAt(body: Buffer, from: number): Buffer {
  const end = body.indexOf(NEWLINE, from);
  return body.subarray(from, end > from && body[end - 1] === 13 ? end - 1 : end);
}

function readLine(line: Buffer, number: number, defaultIndex: string | undefined): ActionLine {
  const [kind, meta] = readAction(line.toString('utf8'), number);
  return readOperation(kind, meta, defaultIndex);
}

function readAction(line: string, number: number): readonly [WriteOperation['kind'], JsonObject] {
  let action: unknown;
  try {
    action = parseJson(line);
  } catch (error) {
    const isCut = error instanceof Error && /end of JSON input/.test(error.message);
    const type = isCut ? 'unexpected_end_of_input_exception' : 'illegal_argument_exception';
    throw new ResponseError(400, type, `Malformed action/metadata line [${number}], expected JSON`);
  }
  if (!isJsonObject(action)) throw illegalArgument(`Malformed action/metadata line [${number}], expected START_OBJECT`);
  const [kind, meta] = onlyMember(action, `action line ${number}`);
  if (kind !== 'index' && kind !== 'create' && kind !== 'update' && kind !== 'delete') {
    throw illegalArgument(
      `Malformed action/metadata line [${number}], expected field [create], [delete], [index] or [update] but found [${kind}]`,
    );
  }
  return [kind, objectOf(meta, kind)];
}

function readOperation(kind: WriteOperation['kind'], meta: JsonObject, defaultIndex: string | undefined): ActionLine {
  onlyKeys(meta, META_KEYS, `bulk ${kind}`);
  const index = meta['_index'] === undefined ? defaultIndex : stringOf(meta['_index'], '_index');
  if (index === undefined) throw invalidRequest('index is missing');
  const id = meta['_id'] === undefined || meta['_id'] === null ? undefined : stringOf(meta['_id'], '_id');
  if (id === undefined && (kind === 'update' || kind === 'delete')) throw invalidRequest('id is missing');
  checkId(id);
  return {
    kind: kind === 'index' && id === undefined ? 'create' : kind,
    index,
    id,
    requireAlias: meta['require_alias'] !== undefined && booleanOf(meta['require_alias'], 'require_alias'),
    conditions: readConditions((name) => meta[name], kind === 'create'),
  };
}
