// s3 aws-chunked: the body format in which S3 clients send data of which each chunk, or a trailer, is signed or summed.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
//
//   <hex size>[;chunk-signature=<64 hex>] CRLF <data> CRLF   …   0[;chunk-signature=…] CRLF [<name>:<value> CRLF …] CRLF
import { createHash, type Hash } from 'node:crypto';
import { S3Error } from './errors.ts';
import { type ChunkSigner, sameSignature } from './signature.ts';

export interface AwsChunkedOptions {
  /** Set when every chunk carries a signature. */
  readonly signer: ChunkSigner | undefined;
  /** True when header lines follow the last chunk. */
  readonly trailer: boolean;
  /** `x-amz-decoded-content-length`: what the chunks must add up to. */
  readonly decodedLength: number;
}

const MAX_LINE_LENGTH = 1024;
const MAX_TRAILERS = 16;
const SIGNED_HEADER = /^([0-9a-fA-F]{1,13});chunk-signature=([0-9a-f]{64})$/;
const UNSIGNED_HEADER = /^([0-9a-fA-F]{1,13})$/;
const TRAILER_SIGNATURE = 'x-amz-trailer-signature';

/** Decodes one body, cut anywhere; what it yields are views of what was pushed. */
export class AwsChunkedDecoder {
  readonly #options: AwsChunkedOptions;
  readonly #trailers = new Map<string, string>();
  #state: 'header' | 'data' | 'data-end' | 'end' | 'trailer' | 'done' = 'header';
  #line = '';
  #remaining = 0;
  #decoded = 0;
  #hash: Hash | undefined;
  #expectedSignature = '';
  #trailerLines = '';
  #sawEmptyLine = false;

  constructor(options: AwsChunkedOptions) {
    this.#options = options;
  }

  /** Take the next bytes of the body and yield the data in them. */
  *push(bytes: Buffer): Generator<Buffer> {
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === 'done') throw malformed('there are bytes after the last chunk');
      if (this.#state === 'data') {
        const data = bytes.subarray(at, at + this.#remaining);
        at += data.length;
        this.#takeData(data);
        yield data;
      } else {
        const newline = bytes.indexOf(0x0a, at);
        const end = newline < 0 ? bytes.length : newline + 1;
        if (this.#line.length + end - at > MAX_LINE_LENGTH)
          throw malformed(`a header line is longer than ${MAX_LINE_LENGTH} bytes`);
        this.#line += bytes.toString('latin1', at, end);
        at = end;
        if (newline >= 0) this.#takeLine();
      }
    }
  }

  /** Call at the end of the body; returns the trailer, or refuses a body that stopped early. */
  finish(): ReadonlyMap<string, string> {
    if (this.#state === 'trailer' && this.#line === '') this.#endTrailer();
    if (this.#state !== 'done' || this.#decoded !== this.#options.decodedLength)
      throw new S3Error(
        'IncompleteBody',
        `The body holds ${this.#decoded} bytes; x-amz-decoded-content-length says ${this.#options.decodedLength}.`,
      );
    return this.#trailers;
  }

  #takeData(data: Buffer): void {
    this.#hash?.update(data);
    this.#remaining -= data.length;
    if (this.#remaining > 0) return;
    this.#verifyChunk();
    this.#state = 'data-end';
  }

  #takeLine(): void {
    const line = this.#line;
    this.#line = '';
    if (!line.endsWith('\r\n')) throw malformed('a header line ends without CRLF');
    const text = line.slice(0, -2);
    if (this.#state === 'header') this.#takeHeader(text);
    else if (this.#state === 'trailer') this.#takeTrailer(text);
    else if (text !== '') throw malformed('a chunk is longer than its header says');
    else this.#state = this.#state === 'end' ? 'done' : 'header';
  }

  #takeHeader(text: string): void {
    const { signer, trailer, decodedLength } = this.#options;
    const [, hex, given] = (signer ? SIGNED_HEADER : UNSIGNED_HEADER).exec(text) ?? [];
    if (hex === undefined)
      throw malformed(
        signer ? 'a chunk header is not "<hex>;chunk-signature=<64 hex>"' : 'a chunk header is not "<hex>"',
      );
    this.#remaining = Number.parseInt(hex, 16);
    this.#decoded += this.#remaining;
    if (this.#decoded > decodedLength)
      throw malformed(`the chunks hold more than the ${decodedLength} bytes of x-amz-decoded-content-length`);
    this.#hash = signer ? createHash('sha256') : undefined;
    this.#expectedSignature = given ?? '';
    if (this.#remaining > 0) {
      this.#state = 'data';
      return;
    }
    this.#verifyChunk();
    this.#state = trailer ? 'trailer' : 'end';
  }

  #verifyChunk(): void {
    const { signer } = this.#options;
    if (!signer || !this.#hash) return;
    if (!sameSignature(signer.signChunk(this.#hash.digest('hex')), this.#expectedSignature))
      throw badSignature('chunk');
  }

  #takeTrailer(text: string): void {
    if (text === '') {
      // minio-go puts an empty line before the trailer and none behind it: the body's end then ends the trailer
      if (this.#trailers.size > 0) this.#endTrailer();
      else if (this.#sawEmptyLine) throw malformedTrailer('it begins with two empty lines');
      this.#sawEmptyLine = true;
      return;
    }
    const colon = text.indexOf(':');
    if (colon <= 0 || this.#trailers.size >= MAX_TRAILERS) throw malformedTrailer('a line is not "<name>:<value>"');
    const name = text.slice(0, colon).toLowerCase();
    const value = text.slice(colon + 1).trim();
    if (this.#trailers.has(name)) throw malformedTrailer(`${name} is there twice`);
    this.#trailers.set(name, value);
    if (name !== TRAILER_SIGNATURE) this.#trailerLines += `${name}:${value}\n`;
  }

  #endTrailer(): void {
    this.#state = 'done';
    const { signer } = this.#options;
    if (!signer) return;
    const given = this.#trailers.get(TRAILER_SIGNATURE) ?? '';
    if (!sameSignature(signer.signTrailer(this.#trailerLines), given)) throw badSignature('trailer');
    this.#trailers.delete(TRAILER_SIGNATURE);
  }
}

function badSignature(what: string): S3Error {
  return new S3Error(
    'SignatureDoesNotMatch',
    `The ${what} signature we calculated does not match the one you provided.`,
  );
}

function malformed(what: string): S3Error {
  return new S3Error('InvalidRequest', `The aws-chunked body is malformed: ${what}.`);
}

function malformedTrailer(what: string): S3Error {
  return new S3Error('MalformedTrailerError', `The request contained trailing data that was not well-formed: ${what}.`);
}
