// hunt: what is looked for: text, bytes in hex, or a regular expression over bytes that takes linear time (RE2).

import { z } from 'zod';
import { PipelineError } from '../errors/pipeline-error.ts';
import { MAX_PATTERN_CHARACTERS, MAX_PROGRAM_SIZE } from './limits.ts';

const HEX = /^(?:[0-9a-fA-F]{2}[\s:]*)+$/;
/** How the text is written in packets: Windows writes UTF-16. */
export const TEXT_ENCODINGS = ['utf-8', 'utf-16le'] as const;
const text = z.string().min(1).max(MAX_PATTERN_CHARACTERS);

export const patternSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('text'),
    value: text,
    ignoreCase: z.boolean().default(false),
    encoding: z.enum(TEXT_ENCODINGS).default('utf-8'),
  }),
  z.strictObject({ kind: z.literal('hex'), value: text.regex(HEX, 'not bytes in hex, as "de ad be ef"') }),
  z.strictObject({ kind: z.literal('regexp'), value: text, ignoreCase: z.boolean().default(false) }),
]);
export type Pattern = z.infer<typeof patternSchema>;

/** Bytes that stand as they are; `isFolded`: letters of ASCII in either case, `bytes` has the small ones. */
export interface Literal {
  readonly kind: 'literal';
  readonly bytes: Buffer;
  readonly isFolded: boolean;
}

export interface Expression {
  readonly kind: 'expression';
  /** Whether it is in there at all: many times faster than where. Each byte is a character of the same number. */
  readonly test: (characters: string) => boolean;
  readonly places: (characters: string, max: number) => readonly (readonly [start: number, end: number])[];
}

export type Finder = Literal | Expression;

/** @throws PipelineError `invalid-request`, permanent, with words where an expression cannot be used. */
export async function createFinder(pattern: Pattern): Promise<Finder> {
  if (pattern.kind === 'hex') {
    return { kind: 'literal', bytes: Buffer.from(pattern.value.replaceAll(/[\s:]/g, ''), 'hex'), isFolded: false };
  }
  if (pattern.kind === 'regexp') return createExpression(pattern);
  const bytes = Buffer.from(pattern.value, pattern.encoding);
  return { kind: 'literal', bytes: pattern.ignoreCase ? foldBytes(bytes) : bytes, isFolded: pattern.ignoreCase };
}

async function createExpression({ value, ignoreCase }: Extract<Pattern, { kind: 'regexp' }>): Promise<Expression> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  if (!/^[\x00-\x7f]*$/.test(value)) throw refused('it is over bytes: write others than ASCII as \\xd0\\x9f');
  // Only hunts by expression need it.
  const { RE2JS } = await import('re2js');
  const flags = RE2JS.DOTALL | RE2JS.DISABLE_UNICODE_GROUPS | (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  let compiled: InstanceType<typeof RE2JS>;
  try {
    compiled = RE2JS.compile(value, flags);
  } catch (error) {
    throw refused(error instanceof Error ? error.message : 'no regular expression', error);
  }
  const size = compiled.programSize();
  if (size > MAX_PROGRAM_SIZE) throw refused(`it takes ${size} instructions, ${MAX_PROGRAM_SIZE} are allowed`);
  if (compiled.test('')) throw refused('it matches nothing at all, too, so every packet has it');
  return {
    kind: 'expression',
    test: (characters) => compiled.test(characters),
    places(characters, max) {
      const matcher = compiled.matcher(characters);
      const found: [number, number][] = [];
      while (found.length < max && matcher.find()) found.push([matcher.start(), matcher.end()]);
      return found;
    },
  };
}

function refused(what: string, cause?: unknown): PipelineError {
  return new PipelineError('invalid-request', `pattern: ${what}`, { permanent: true, cause });
}

const SMALL = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte));

/** ASCII's capital letters as small ones, all else as it is; into `into` where it is given, which is long enough. */
export function foldBytes(bytes: Uint8Array, into?: Buffer): Buffer {
  const folded = into ?? Buffer.allocUnsafe(bytes.length);
  for (let at = 0; at < bytes.length; at += 1) folded[at] = SMALL[bytes[at] ?? 0] ?? 0;
  return folded.length === bytes.length ? folded : folded.subarray(0, bytes.length);
}
