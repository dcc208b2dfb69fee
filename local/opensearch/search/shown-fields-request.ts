// local/opensearch/search: which single fields of its hits a search wants to see, read and checked: `docvalue_fields`, `fields`, `stored_fields`.
import { tokenOf } from '../request/body-parameters.ts';
import { isJsonObject, type JsonObject } from '../request/json-text.ts';
import { listOf, stringOf } from '../request/request-value.ts';
import { badRequest, parsingError, RequestError } from '../request/response-error.ts';

export interface ShownField {
  /** A name, or a pattern of names. */
  readonly name: string;
  readonly format: string | undefined;
}

export interface ShownFields {
  /** Values as they are compared and sorted: in their order, of texts each once. */
  readonly docValues: readonly ShownField[];
  /** Values in the order of the document. */
  readonly written: readonly ShownField[];
}

export function readShownFields(body: JsonObject): ShownFields | undefined {
  const docValues = fieldsOf(body, 'docvalue_fields', 'docvalues_field');
  const written = fieldsOf(body, 'fields', 'fields');
  return docValues.length + written.length === 0 ? undefined : { docValues, written };
}

function fieldsOf(body: JsonObject, member: string, where: string): readonly ShownField[] {
  const list = body[member];
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw parsingError(`Unknown key for a ${tokenOf(list)} in [${member}].`);
  return list.map((item: unknown) => {
    if (!isJsonObject(item)) return { name: stringOf(item, member), format: undefined };
    const unknown = Object.keys(item).find((key) => key !== 'field' && key !== 'format');
    if (unknown !== undefined)
      throw new RequestError('x_content_parse_exception', `[${where}] unknown field [${unknown}]`);
    if (item['field'] === undefined) throw badRequest(`Required [field] in [${member}]`);
    const format =
      item['format'] === undefined || item['format'] === null ? undefined : stringOf(item['format'], 'format');
    return { name: stringOf(item['field'], 'field'), format: format === 'use_field_mapping' ? undefined : format };
  });
}

export interface StoredFields {
  /** Whether they name the document itself; undefined where no stored fields are named. */
  readonly withSource: boolean | undefined;
  readonly withId: boolean;
}

/** Beside the document itself nothing is stored here: whoever asks for other fields sees none, as in OpenSearch. */
export function readStoredFields(value: unknown): StoredFields {
  if (value === undefined) return { withSource: undefined, withId: true };
  const names = listOf(value).map((name) => stringOf(name, 'stored_fields'));
  if (!names.includes('_none_')) return { withSource: names.includes('_source'), withId: true };
  if (names.length > 1) throw badRequest('cannot combine _none_ with other fields');
  return { withSource: false, withId: false };
}
