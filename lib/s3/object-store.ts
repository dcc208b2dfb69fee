// s3: what the functions need of a bucket, over the S3 API; one bucket, keys only.

/** One bucket. Errors: PipelineError `object-deleted` (404), `object-replaced` (412), `conflict` (412 on ifNoneMatch), `service-unavailable`. */
export interface ObjectStore {
  readonly bucket: string;
  head(key: string, options?: { readonly ifMatch?: string; readonly signal?: AbortSignal }): Promise<ObjectHead>;
  /** The bytes [offset, offset + length) at once; the caller bounds the length. */
  getRange(
    key: string,
    range: { readonly offset: number; readonly length: number },
    options?: { readonly ifMatch?: string; readonly signal?: AbortSignal },
  ): Promise<Uint8Array>;
  /** A whole small object; refuses one larger than `maxBytes` with `limit-exceeded`. */
  get(
    key: string,
    options: { readonly maxBytes: number; readonly ifMatch?: string; readonly signal?: AbortSignal },
  ): Promise<Uint8Array>;
  /** The object from `offset` on, as successive ranged GETs under one etag, so that a replaced object is noticed. */
  read(
    key: string,
    options: { readonly etag: string; readonly size: number; readonly offset?: number; readonly signal?: AbortSignal },
  ): AsyncIterable<Uint8Array>;
  put(
    key: string,
    body: Uint8Array | string,
    options?: { readonly contentType?: string; readonly ifNoneMatch?: '*'; readonly signal?: AbortSignal },
  ): Promise<{ readonly etag: string }>;
  delete(keys: readonly string[]): Promise<void>;
  list(prefix: string): AsyncIterable<{ readonly key: string; readonly size: number; readonly etag: string }>;
  /** A URL that lets anyone PUT this one key until it expires. */
  presignPut(
    key: string,
    options: { readonly expiresSeconds: number; readonly contentLength?: number },
  ): Promise<string>;
}

export interface ObjectHead {
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly lastModified: Date;
}
