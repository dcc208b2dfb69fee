// local/opensearch/request: errors in the shape in which OpenSearch answers them.

/** An answer other than success; `type` is OpenSearch's exception name in snake case. */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';
  readonly status: number;
  readonly type: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, type: string, reason: string, details: Readonly<Record<string, unknown>> = {}) {
    super(reason);
    this.status = status;
    this.type = type;
    this.details = details;
  }
}

/** Wrong in itself, whatever index it is asked of: no shard is. */
export class RequestError extends ResponseError {
  constructor(type: string, reason: string, details: Readonly<Record<string, unknown>> = {}) {
    super(400, type, reason, details);
  }
}

/** What a shard says itself, not the making of a query. */
export class ShardRefusal extends ResponseError {
  constructor(reason: string) {
    super(400, 'illegal_argument_exception', reason);
  }
}

/** The error object alone, as it stands in a bulk item. */
export function errorCause(error: ResponseError): Readonly<Record<string, unknown>> {
  return { type: error.type, reason: error.message, ...error.details };
}

export function errorBody(error: ResponseError): Readonly<Record<string, unknown>> {
  const cause = errorCause(error);
  return { error: { root_cause: [cause], ...cause }, status: error.status };
}

/** A request that is wrong in itself, or asks for what this engine does not know. */
export function illegalArgument(reason: string): ResponseError {
  return new ResponseError(400, 'illegal_argument_exception', reason);
}

export function parsingError(reason: string): ResponseError {
  return new RequestError('parsing_exception', reason);
}

/** What OpenSearch finds wrong with a request before it does anything. */
export function invalidRequest(...problems: readonly string[]): ResponseError {
  const list = problems.map((problem, at) => `${at + 1}: ${problem};`).join('');
  return new RequestError('action_request_validation_exception', `Validation Failed: ${list}`);
}

/** A value that no request may have. */
export function badRequest(reason: string): ResponseError {
  return new RequestError('illegal_argument_exception', reason);
}

/** Names what is not known: this engine never ignores. */
export function unsupported(what: string): ResponseError {
  return new ResponseError(400, 'illegal_argument_exception', `${what} is not supported by the embedded search engine`);
}

export function indexNotFound(name: string): ResponseError {
  return new ResponseError(404, 'index_not_found_exception', `no such index [${name}]`, {
    index: name,
    'resource.id': name,
    'resource.type': 'index_or_alias',
    index_uuid: '_na_',
  });
}

/** A query that one index could not make sense of, wrapped as a search answers it. */
export function queryShardError(reason: string, index: string): ResponseError {
  return new ResponseError(400, 'query_shard_exception', reason, { index });
}

/** A query that this type of field has no answer to. */
export function queryRefusal(reason: string): ResponseError {
  return new ResponseError(400, 'query_shard_exception', reason);
}

/** What the database says of an expression that is well formed but too large for it. */
const REFUSED_PATTERN =
  /^Invalid Input Error: (?:pattern|invalid repetition|bad repetition|invalid (?:perl|escape|character))/i;

/** Any thrown value as an answer; what is not ours is a 500 that keeps its words. */
export function responseErrorOf(error: unknown): ResponseError {
  if (error instanceof ResponseError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  if (REFUSED_PATTERN.test(reason)) return illegalArgument(`the regular expression is refused: ${reason}`);
  return new ResponseError(500, 'exception', reason);
}
