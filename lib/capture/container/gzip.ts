// capture: gzip (RFC 1952): members one after another, each with its header, its deflate stream and its checksum.
import { crc32 } from 'node:zlib';
import { PipelineError } from '../../errors/pipeline-error.ts';
import type { ByteCursor, StreamEnd } from '../byte-cursor.ts';
import type { CaptureNotes } from '../capture-notes.ts';
import { MAX_GZIP_MEMBERS } from '../limits.ts';
import { inflate } from './deflate.ts';
import { endAfterTrailer } from './trailing-bytes.ts';

const HEADER_LENGTH = 10;
const TRAILER_LENGTH = 8;
const METHOD_DEFLATE = 8;
const FLAG_HEADER_CRC = 0x02;
const FLAG_EXTRA = 0x04;
const FLAG_NAME = 0x08;
const FLAG_COMMENT = 0x10;
const FLAGS_RESERVED = 0xe0;
const TEXT_PIECE_BYTES = 4096;

export async function* decodeGzip(input: ByteCursor, notes: CaptureNotes): AsyncGenerator<Uint8Array, StreamEnd> {
  for (let members = 0; ; members += 1) {
    if (members > 0 && !isMagic(await input.peek(2))) return endAfterTrailer(input, notes);
    if (members >= MAX_GZIP_MEMBERS) throw tooManyMembers(input.position);
    const header = await skipHeader(input);
    if (header !== 'whole') return header;
    let crc = 0;
    let length = 0;
    const pieces = inflate(input);
    let step = await pieces.next();
    for (; !step.done; step = await pieces.next()) {
      crc = crc32(step.value, crc);
      length += step.value.length;
      yield step.value;
    }
    if (step.value !== 'whole') return step.value;
    const trailer = await input.take(TRAILER_LENGTH);
    if (trailer.length < TRAILER_LENGTH) return 'compressed-cut-short';
    const view = new DataView(trailer.buffer, trailer.byteOffset);
    const isSound = view.getUint32(0, true) === crc && view.getUint32(4, true) === length % 2 ** 32;
    if (!isSound) notes.warn('compressed-checksum-wrong');
  }
}

function isMagic([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b;
}

/** Passes over a member's header, its name and comment however long they are. */
async function skipHeader(input: ByteCursor): Promise<StreamEnd> {
  const header = await input.take(HEADER_LENGTH);
  if (header.length < HEADER_LENGTH) return 'compressed-cut-short';
  const flags = header[3] ?? 0;
  if (header[2] !== METHOD_DEFLATE || (flags & FLAGS_RESERVED) !== 0) return 'compressed-unsupported';
  let isWhole = true;
  if ((flags & FLAG_EXTRA) !== 0) {
    const [low = 0, high = 0] = await input.take(2);
    const length = low + high * 256;
    isWhole = (await input.skip(length)) === length;
  }
  if ((flags & FLAG_NAME) !== 0) isWhole = (await skipText(input)) && isWhole;
  if ((flags & FLAG_COMMENT) !== 0) isWhole = (await skipText(input)) && isWhole;
  if ((flags & FLAG_HEADER_CRC) !== 0) isWhole = (await input.skip(2)) === 2 && isWhole;
  return isWhole ? 'whole' : 'compressed-cut-short';
}

/** Up to and with the byte 0. */
async function skipText(input: ByteCursor): Promise<boolean> {
  for (;;) {
    const piece = await input.peek(TEXT_PIECE_BYTES);
    if (piece.length === 0) return false;
    const end = piece.indexOf(0);
    await input.skip(end === -1 ? piece.length : end + 1);
    if (end !== -1) return true;
  }
}

function tooManyMembers(offset: number): PipelineError {
  const message = `gzip with more than ${MAX_GZIP_MEMBERS} members, at offset ${offset}; allowed: ${MAX_GZIP_MEMBERS}`;
  return new PipelineError('limit-exceeded', message, {
    permanent: true,
    details: { offset, allowed: MAX_GZIP_MEMBERS },
  });
}
