// s3 body: a request's body as it comes in: decoded, measured, and checked against everything its sender said of it.
import { createHash } from 'node:crypto';
import { AwsChunkedDecoder } from './aws-chunked.ts';
import {
  type Checksum,
  type ChecksumAlgorithm,
  checksumHeader,
  checksumMismatch,
  checkValue,
  createSummer,
  type DeclaredChecksum,
  declaredChecksum,
} from './checksum.ts';
import { S3Error } from './errors.ts';
import type { Exchange } from './operation.ts';

export interface ReceivedBody {
  readonly size: number;
  /** In hex. */
  readonly md5: string;
  readonly checksum: Checksum | undefined;
}

export interface ReceiveOptions {
  readonly maxBytes: number;
  /** The sum to take when the client names none. */
  readonly defaultChecksum?: ChecksumAlgorithm;
  /** True if `x-amz-checksum-*` speak of an object and not of this body. */
  readonly sumsAreOfObject?: boolean;
}

const IDLE_MS = 120_000;

/** Hand the body's data to `write` piece by piece; throws, after the last piece, if any promise about it is broken. */
export async function receiveBody(
  exchange: Exchange,
  options: ReceiveOptions,
  write: (bytes: Buffer) => Promise<void> | void,
): Promise<ReceivedBody> {
  const { request, authorization } = exchange;
  const { payload } = authorization;
  const contentMd5 = parseContentMd5(request.headers.get('content-md5'));
  const declared = options.sumsAreOfObject ? undefined : declaredChecksum(request);
  const length = declaredLength(exchange);
  if (length > options.maxBytes) throw tooLarge(length, options.maxBytes);

  const decoder = payload.kind === 'chunked' ? new AwsChunkedDecoder({ ...payload, decodedLength: length }) : undefined;
  const sha256 = payload.kind === 'hashed' ? createHash('sha256') : undefined;
  const md5 = createHash('md5');
  const algorithm = declared?.algorithm ?? options.defaultChecksum;
  const summer = algorithm && createSummer(algorithm);
  let size = 0;
  for await (const bytes of incoming(exchange))
    for (const data of decoder ? decoder.push(bytes) : [bytes]) {
      size += data.length;
      md5.update(data);
      sha256?.update(data);
      summer?.update(data);
      await write(data);
    }
  const trailers = decoder?.finish() ?? new Map<string, string>();

  if (payload.kind === 'hashed' && sha256?.digest('hex') !== payload.sha256)
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  const md5Hex = md5.digest('hex');
  if (contentMd5 !== undefined && contentMd5 !== md5Hex)
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  if (!algorithm || !summer) return { size, md5: md5Hex, checksum: undefined };
  const value = summer.digest().toString('base64');
  if (declared) checkSum(declared, trailers, value);
  return { size, md5: md5Hex, checksum: { algorithm, type: 'FULL_OBJECT', value } };
}

/** Receive a small body whole: the XML of a request. */
export async function receiveText(exchange: Exchange, options: ReceiveOptions): Promise<string> {
  const pieces: Buffer[] = [];
  await receiveBody(exchange, options, (bytes) => {
    pieces.push(bytes);
  });
  return Buffer.concat(pieces).toString('utf8');
}

/** The body's bytes; leaving early keeps the connection, so that the refusal can still be sent. */
async function* incoming(exchange: Exchange): AsyncGenerator<Buffer> {
  const { message } = exchange;
  const { socket } = message;
  const onIdle = () => message.destroy(new Error(`no byte of the body came for ${IDLE_MS} ms`));
  exchange.askForBody();
  socket.setTimeout(IDLE_MS);
  socket.on('timeout', onIdle);
  try {
    yield* message.iterator({ destroyOnReturn: false });
  } finally {
    socket.off('timeout', onIdle);
    socket.setTimeout(0);
  }
}

/** How many bytes of data are coming: a body without a stated length is refused, as S3 refuses it. */
function declaredLength({ request, authorization }: Exchange): number {
  const chunked = authorization.payload.kind === 'chunked';
  const name = chunked ? 'x-amz-decoded-content-length' : 'content-length';
  const text = request.headers.get(name);
  const hasNoBody = !chunked && text === undefined && !request.headers.has('transfer-encoding');
  if (hasNoBody && request.method !== 'PUT') return 0;
  if (text === undefined || !/^\d{1,15}$/.test(text))
    throw new S3Error('MissingContentLength', `You must provide the ${name} HTTP header.`);
  return Number(text);
}

function parseContentMd5(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const bytes = Buffer.from(header, 'base64');
  if (bytes.length !== 16 || bytes.toString('base64') !== header)
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified is not valid.');
  return bytes.toString('hex');
}

function checkSum(declared: DeclaredChecksum, trailers: ReadonlyMap<string, string>, computed: string): void {
  const { algorithm, inTrailer } = declared;
  const header = checksumHeader(algorithm);
  const trailer = trailers.get(header);
  if (inTrailer && trailer === undefined)
    throw new S3Error('MalformedTrailerError', `x-amz-trailer promises ${header}, which did not come.`);
  const expected = declared.value ?? (trailer === undefined ? undefined : checkValue(algorithm, trailer));
  if (expected !== undefined && expected !== computed) throw checksumMismatch(algorithm);
}

function tooLarge(length: number, maxBytes: number): S3Error {
  return new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
    ProposedSize: `${length}`,
    MaxSizeAllowed: `${maxBytes}`,
  });
}
