// local/opensearch/http: action lines of a bulk request that differ from one before in nothing but the id: read by comparing bytes.
import type { WriteOperation } from '../document/write-operation.ts';

const ID = Buffer.from('"_id":"');
const [QUOTE, BACKSLASH, NEWLINE, SPACE, DELETE] = [34, 92, 10, 32, 127];
/** Stands for the id while a line is tried out. */
const PROBE = 'probe-7f3a';

/** What a line means, but for its document. */
export type ActionLine = Omit<WriteOperation, 'body'>;

export interface ActionPattern {
  readonly before: Buffer;
  readonly after: Buffer;
  readonly action: ActionLine;
}

/**
 * The pattern of a line that was read as `action`; undefined where its id is not plain. `read` reads a line: with another
 * plain text between the same bytes the line must mean the same with that id, and so it does with any plain text.
 */
export function patternOf(
  line: Buffer,
  action: ActionLine,
  read: (line: Buffer) => ActionLine,
): ActionPattern | undefined {
  const at = line.indexOf(ID);
  if (at < 0 || action.id === undefined) return undefined;
  const before = Buffer.from(line.subarray(0, at + ID.length));
  const end = plainEnd(line, before.length);
  if (line[end] !== QUOTE || line.toString('latin1', before.length, end) !== action.id) return undefined;
  const after = Buffer.concat([line.subarray(end), Buffer.of(NEWLINE)]);
  try {
    const probed = read(Buffer.concat([before, Buffer.from(PROBE), line.subarray(end)]));
    if (probed.id !== PROBE || probed.kind !== action.kind || probed.index !== action.index) return undefined;
  } catch {
    return undefined;
  }
  return { before, after, action };
}

/** Where the id ends of a line that begins at `from` and is of the pattern; -1 where it is not. */
export function idEnd({ before, after }: ActionPattern, body: Buffer, from: number): number {
  for (let at = 0; at < before.length; at += 1) if (body[from + at] !== before[at]) return -1;
  const end = plainEnd(body, from + before.length);
  for (let at = 0; at < after.length; at += 1) if (body[end + at] !== after[at]) return -1;
  return end;
}

/** The end of a text of ASCII that stands for itself in JSON. */
function plainEnd(bytes: Buffer, from: number): number {
  let at = from;
  for (let byte = bytes[at] ?? 0; byte >= SPACE && byte < DELETE && byte !== QUOTE && byte !== BACKSLASH; ) {
    at += 1;
    byte = bytes[at] ?? 0;
  }
  return at;
}
