// query: what our own API does with a person's query text before the search index sees it.
import { PipelineError } from '../errors/pipeline-error.ts';
import { suggestFieldName } from './field-name.ts';
import { type LeafNode, leavesOf } from './query-node.ts';
import { parseQueryString } from './query-parser.ts';

export interface QueryFrontOptions {
  /** Every field a query may name; an unknown one is refused by name. */
  readonly knownFields: ReadonlySet<string>;
  readonly defaultOperator?: 'and' | 'or';
  readonly maxLength?: number;
  readonly maxRegexpLength?: number;
  /** Fields whose patterns may begin with a wildcard, although the index then reads every value there is of them. */
  readonly leadingWildcardFields?: ReadonlySet<string>;
}

/** Longest regular expression by default. */
export const DEFAULT_MAX_REGEXP_LENGTH = 256;
/** Most regular expressions, wildcards and fuzzy words in one query. */
export const MAX_PATTERNS = 32;

const CIDR_AFTER_COLON = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]*(?:\\?:[0-9a-fA-F.]*){2,8})\/\d{1,3}(?=$|[\s)\]}"^])/;
const META_FIELDS = new Set(['_id', '_index', '_exists_', '*']);

/**
 * The query text to send on: unquoted CIDR blocks quoted, everything else as written. Throws `invalid-query` where the
 * text does not parse, names an unknown field, or asks for an unbounded pattern; `details` say where and what was expected.
 */
export function prepareQueryString(text: string, options: QueryFrontOptions): string {
  // Parsed as it will be sent, but with nothing moved: errors name positions in what was typed.
  const tree = parseQueryString(replaceCidrBlocks(text, quoteInPlace), {
    ...(options.defaultOperator === undefined ? {} : { defaultOperator: options.defaultOperator }),
    ...(options.maxLength === undefined ? {} : { maxLength: options.maxLength }),
  });
  let patterns = 0;
  for (const leaf of tree === undefined ? [] : leavesOf(tree)) {
    checkField(leaf, options.knownFields);
    if (checkPattern(leaf, options)) patterns += 1;
  }
  if (patterns > MAX_PATTERNS) {
    throw new PipelineError(
      'invalid-query',
      `the query has ${patterns} patterns: at most ${MAX_PATTERNS} are allowed`,
      {
        permanent: true,
        details: { patterns, allowed: MAX_PATTERNS },
      },
    );
  }
  return replaceCidrBlocks(text, (block) => `"${block.replaceAll('\\', '')}"`);
}

/** A phrase of the block's own length: quotes over its first and last character. */
function quoteInPlace(block: string): string {
  return `"${block.slice(1, -1)}"`;
}

/** Replaces `10.0.0.0/8` and `2001:db8::/32` where they stand as a value outside quotes. */
function replaceCidrBlocks(text: string, replacement: (block: string) => string): string {
  let result = '';
  let at = 0;
  let mayStart = true;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '\\') {
      result += text.slice(at, at + 2);
      at += 2;
      mayStart = false;
    } else if (char === '"') {
      const end = closingQuote(text, at);
      result += text.slice(at, end);
      at = end;
      mayStart = false;
    } else {
      const block = mayStart ? CIDR_AFTER_COLON.exec(text.slice(at, at + 64)) : null;
      if (block !== null) {
        result += replacement(block[0]);
        at += block[0].length;
        mayStart = false;
      } else {
        result += char;
        at += 1;
        mayStart = /[\s:(+!-]/.test(char);
      }
    }
  }
  return result;
}

function closingQuote(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === '"') return at + 1;
  }
  return text.length;
}

function checkField(leaf: LeafNode, known: ReadonlySet<string>): void {
  const name = leaf.kind === 'exists' ? leaf.name : leaf.field;
  if (name === undefined || META_FIELDS.has(name) || known.has(name)) return;
  const at = leaf.fieldSpan?.start ?? leaf.span.start;
  if (name.includes('*')) {
    const pattern = new RegExp(`^${name.split('*').map(escapePattern).join('.*')}$`);
    for (const field of known) if (pattern.test(field)) return;
  } else {
    const prefix = `${name}.`;
    if (leaf.kind === 'exists') for (const field of known) if (field.startsWith(prefix)) return;
  }
  const meant = suggestFieldName(name, known);
  throw new PipelineError(
    'invalid-query',
    `there is no field "${name}" (position ${at})${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
    { permanent: true, details: { position: at, field: name, ...(meant === undefined ? {} : { suggestion: meant }) } },
  );
}

/** True if the leaf is a pattern; throws if it is one that costs too much. */
function checkPattern(leaf: LeafNode, options: QueryFrontOptions): boolean {
  if (leaf.kind === 'fuzzy') return true;
  if (leaf.kind === 'regexp') {
    const allowed = options.maxRegexpLength ?? DEFAULT_MAX_REGEXP_LENGTH;
    if (leaf.pattern.length > allowed) {
      throw new PipelineError(
        'invalid-query',
        `the regular expression at position ${leaf.span.start} has ${leaf.pattern.length} characters: at most ${allowed} are allowed`,
        { permanent: true, details: { position: leaf.span.start, length: leaf.pattern.length, allowed } },
      );
    }
    if (/^\.[*+]/.test(leaf.pattern)) refuseLeading(leaf, leaf.pattern, options);
    return true;
  }
  if (leaf.kind !== 'wildcard' && leaf.kind !== 'prefix') return false;
  if (/^[*?]/.test(leaf.pattern)) refuseLeading(leaf, leaf.pattern, options);
  return true;
}

function refuseLeading(
  leaf: Exclude<LeafNode, { readonly kind: 'exists' }>,
  pattern: string,
  options: QueryFrontOptions,
): void {
  if (leaf.field !== undefined && options.leadingWildcardFields?.has(leaf.field) === true) return;
  throw new PipelineError(
    'invalid-query',
    `the pattern ${JSON.stringify(pattern)} at position ${leaf.span.start} begins with a wildcard: put at least one character before it`,
    { permanent: true, details: { position: leaf.span.start, expected: 'a character before the first wildcard' } },
  );
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
