// s3 errors: what the embedded bucket answers when it refuses, with the codes and statuses of the S3 API reference ("Error responses").

/** The status that goes with each code we answer. */
const STATUS = {
  AccessDenied: 403,
  AuthorizationHeaderMalformed: 400,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  BadRequest: 400,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IllegalLocationConstraintException: 400,
  IncompleteBody: 400,
  InsufficientStorage: 507,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidDigest: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidPartNumber: 416,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidStorageClass: 400,
  InvalidToken: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedTrailerError: 400,
  MalformedXML: 400,
  MaxMessageLengthExceeded: 400,
  MetadataTooLarge: 400,
  MissingContentLength: 411,
  MissingSecurityHeader: 400,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  XAmzContentSHA256Mismatch: 400,
} as const;

const SQLITE_FULL = 13;

export type S3ErrorCode = keyof typeof STATUS;

/** A refusal that the client is told about: it becomes the XML error document. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly code: S3ErrorCode;
  readonly status: number;
  /** Further elements of the error document, such as `StringToSign` or `ActualObjectSize`. */
  readonly details: Readonly<Record<string, string>>;
  /** Headers that go with the refusal, such as Content-Range beside 416. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: S3ErrorCode,
    message: string,
    details: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.code = code;
    this.status = STATUS[code];
    this.details = details;
    this.headers = headers;
  }
}

/** What was asked for by a name this server does not serve: the answer says the name, so that nobody has to guess. */
export function notImplemented(what: string): S3Error {
  return new S3Error('NotImplemented', `${what} is not implemented by this server.`);
}

/** Turn anything thrown into what the client may read: a full disk is said, the rest stays behind "InternalError". */
export function toS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  const errno = error instanceof Error && 'code' in error ? error.code : undefined;
  const sqlite = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  if (errno === 'ENOSPC' || errno === 'EDQUOT' || sqlite === SQLITE_FULL)
    return new S3Error('InsufficientStorage', 'The disk is full.');
  return new S3Error('InternalError', 'We encountered an internal error. Please try again.');
}
