// local/opensearch/http: the `_bulk` body: pairs of an action line and a document line.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DocumentWriter } from '../document/document-writer.ts';
import { checkId, readConditions, type WriteOperation } from '../document/write-operation.ts';
import { isJsonObject, type JsonObject, parseJson } from '../request/json-text.ts';
import { booleanOf, objectOf, onlyKeys, onlyMember, stringOf } from '../request/request-value.ts';
import { illegalArgument, invalidRequest, ResponseError } from '../request/response-error.ts';

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
  const items = results.map((result, at) => {
    const more = result.error !== undefined ? { error: result.error } : isRefreshed ? { forced_refresh: true } : {};
    return { [operations[at]?.kind ?? 'index']: { ...result.body, status: result.status, ...more } };
  });
  return {
    took: Math.round(performance.now() - started),
    errors: results.some((result) => result.error !== undefined),
    items,
  };
}

async function readOperations(body: Buffer, defaultIndex: string | undefined): Promise<WriteOperation[]> {
  if (body.length === 0) throw new ResponseError(400, 'parse_exception', 'request body is required');
  if (body[body.length - 1] !== NEWLINE)
    throw illegalArgument('The bulk request must be terminated by a newline [\\n]');
  const operations: WriteOperation[] = [];
  const lines = linesOf(body);
  let sliceEnd = performance.now() + SLICE_MS;
  let number = 0;
  for (const line of lines) {
    number += 1;
    const action = line.toString('utf8');
    if (action.trim() === '') continue;
    const [kind, meta] = readAction(action, number);
    let text: Buffer = NOTHING;
    if (kind !== 'delete') {
      const document = lines.next();
      number += 1;
      if (document.done === true)
        throw illegalArgument(`Malformed action/metadata line [${number - 1}], the document line after it is missing`);
      text = document.value;
    }
    operations.push(readOperation(kind, meta, text, defaultIndex));
    if (performance.now() > sliceEnd) {
      await nextTurn();
      sliceEnd = performance.now() + SLICE_MS;
    }
  }
  if (operations.length === 0) throw invalidRequest('no requests added');
  return operations;
}

/** Views of the body. */
function* linesOf(body: Buffer): Generator<Buffer> {
  let from = 0;
  while (from < body.length) {
    const newline = body.indexOf(NEWLINE, from);
    const end = newline < 0 ? body.length : newline;
    const trimmed = end > from && body[end - 1] === 13 ? end - 1 : end;
    yield body.subarray(from, trimmed);
    from = end + 1;
  }
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

function readOperation(
  kind: WriteOperation['kind'],
  meta: JsonObject,
  body: Buffer,
  defaultIndex: string | undefined,
): WriteOperation {
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
    body,
    requireAlias: meta['require_alias'] !== undefined && booleanOf(meta['require_alias'], 'require_alias'),
    conditions: readConditions((name) => meta[name], kind === 'create'),
  };
}
