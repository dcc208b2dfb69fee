// payload: the contents of HTTP messages that are chunked or packed, as their receiver read them.

import { contentLength, type HttpMessage, mediaType, readHttpMessage } from '../app/http-message.ts';
import { MAX_HTTP_HEADER_BYTES, MAX_NAME } from '../app/limits.ts';
import { readChunked } from './chunked-content.ts';
import type { Direction } from './conversation.ts';
import { MAX_CONTENTS, MAX_ENCODINGS, MAX_UNPACKED_BYTES } from './limits.ts';
import type { Turn } from './turns.ts';
import { type Unpacked, unpackContent } from './unpack-content.ts';

export interface HttpContent {
  readonly direction: Direction;
  /** Of the message's first byte, and of its content's, from the direction's first byte. */
  readonly offset: number;
  readonly contentOffset: number;
  readonly firstLine: string;
  readonly mediaType: string | undefined;
  readonly isChunked: boolean;
  readonly encodings: readonly string[];
  readonly bytes: Buffer;
  readonly state: Unpacked['state'] | 'unknown-encoding';
}

/** Bytes of one direction without a gap. */
interface Run {
  readonly direction: Direction;
  readonly offset: number;
  readonly bytes: Buffer;
  /** Where a turn begins in it: a message may. */
  readonly starts: readonly number[];
}

interface Located {
  readonly run: Run;
  readonly at: number;
  readonly bodyAt: number;
  readonly message: HttpMessage;
  /** Of a response; undefined of a request. */
  readonly status: number | undefined;
}

const REQUEST_LINE = /^[A-Z][A-Z_-]{1,31} \S+ HTTP\/1\.\d$/;
const STATUS_LINE = /^HTTP\/1\.\d ([1-9]\d\d)(?: |$)/;

/** What stands in the turns, which begin anywhere: a message is looked for where a turn begins, and behind another. */
export async function readHttpContents(turns: readonly Turn[]): Promise<readonly HttpContent[]> {
  const contents: HttpContent[] = [];
  let room = MAX_UNPACKED_BYTES;
  const methods: string[] = [];
  const responses: Located[] = [];
  const found: { readonly located: Located; readonly body: Body }[] = [];
  for (const run of runsOf(turns)) {
    for (const located of messagesOf(run, methods, responses)) found.push(located);
  }
  for (const { located, body } of found) {
    if (contents.length === MAX_CONTENTS || room <= 0) break;
    const { run, at, bodyAt, message } = located;
    const encodings = encodingsOf(message);
    if (body.bytes.length === 0 || (!body.isChunked && encodings.length === 0)) continue;
    const unpacked = await unpackContent(body.bytes, encodings, room);
    const bytes = unpacked?.bytes ?? body.bytes.subarray(0, room);
    room -= bytes.length;
    const state = unpacked === undefined ? 'unknown-encoding' : unpacked.state;
    contents.push({
      direction: run.direction,
      offset: run.offset + at,
      contentOffset: run.offset + bodyAt,
      firstLine: message.line,
      mediaType: mediaType(message.fields),
      isChunked: body.isChunked,
      encodings,
      bytes,
      state: body.isWhole || state !== 'whole' ? state : 'short',
    });
  }
  return contents;
}

interface Body {
  readonly bytes: Buffer;
  readonly isChunked: boolean;
  readonly isWhole: boolean;
  /** Undefined: nothing is known of what follows. */
  readonly end: number | undefined;
}

function* messagesOf(run: Run, methods: string[], responses: Located[]) {
  let next = 0;
  for (let at = run.starts[0]; at !== undefined; ) {
    const located = locate(run, at);
    let end: number | undefined;
    if (located !== undefined) {
      const { message, status } = located;
      if (status === undefined) methods.push(message.line.slice(0, message.line.indexOf(' ')));
      const body = bodyOf(located, status === undefined ? undefined : methods[responses.length]);
      if (status !== undefined && status >= 200) responses.push(located);
      end = body.end;
      yield { located, body };
    }
    const behind = end ?? at + 1;
    while (next < run.starts.length && (run.starts[next] ?? 0) < behind) next += 1;
    at = end !== undefined && end < run.bytes.length ? end : run.starts[next];
  }
}

/** The message that begins there, if one does and its header is whole. */
function locate(run: Run, at: number): Located | undefined {
  const message = readHttpMessage(run.bytes.subarray(at, at + MAX_HTTP_HEADER_BYTES), 0);
  const status = STATUS_LINE.exec(message.line)?.[1];
  if (message.bodyAt === undefined || (status === undefined && !REQUEST_LINE.test(message.line))) return undefined;
  return { run, at, bodyAt: at + message.bodyAt, message, status: status === undefined ? undefined : Number(status) };
}

function bodyOf({ run, bodyAt: at, message, status }: Located, method: string | undefined): Body {
  const { bytes } = run;
  const isEmpty = method === 'HEAD' || (status !== undefined && (status < 200 || status === 204 || status === 304));
  if (isEmpty) return { bytes: bytes.subarray(at, at), isChunked: false, isWhole: true, end: at };
  if (/(?:^|,)\s*chunked\s*$/i.test(message.fields.get('transfer-encoding') ?? '')) {
    const { bytes: content, end } = readChunked(bytes, at);
    return { bytes: content, isChunked: true, isWhole: end !== undefined, end };
  }
  const length = contentLength(message.fields);
  // Without a length a request has no content, a response all until its connection ends.
  const end = length !== undefined ? at + length : status === undefined ? at : bytes.length;
  const isWhole = end <= bytes.length;
  return { bytes: bytes.subarray(at, end), isChunked: false, isWhole, end: isWhole ? end : undefined };
}

function encodingsOf({ fields }: HttpMessage): readonly string[] {
  const text = (fields.get('content-encoding') ?? '').toLowerCase();
  const names = text.split(',', MAX_ENCODINGS + 1);
  // So many on top of each other are nobody's: one name that nobody knows.
  if (names.length > MAX_ENCODINGS) return [text.slice(0, MAX_NAME)];
  return names.map((name) => name.trim().slice(0, MAX_NAME)).filter((name) => name !== '' && name !== 'identity');
}

/** Requests before responses, so that a response's method is known. */
function runsOf(turns: readonly Turn[]): readonly Run[] {
  return ([0, 1] as const).flatMap((direction) => {
    const groups: Turn[][] = [];
    for (const turn of turns) {
      if (turn.direction !== direction) continue;
      if (turn.missingBefore > 0 || groups.length === 0) groups.push([]);
      groups.at(-1)?.push(turn);
    }
    return groups.map((group): Run => {
      const offset = group[0]?.offset ?? 0;
      return {
        direction,
        offset,
        bytes: Buffer.concat(group.map(({ bytes }) => bytes)),
        starts: group.map((turn) => turn.offset - offset),
      };
    });
  });
}
