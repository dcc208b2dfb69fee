// s3 operation: what one operation of the S3 API is to the router, and what it answers.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authorization } from './authorize.ts';
import type { S3Request } from './request.ts';
import type { Store } from './store.ts';

/** A request whose signature holds, with the body still unread. */
export interface Exchange {
  readonly request: S3Request;
  readonly authorization: Authorization;
  readonly message: IncomingMessage;
  /** Tell a client that waits with its body (`Expect: 100-continue`) to send it. */
  readonly askForBody: () => void;
}

/** An object's bytes on their way out; either `send` or `cancel` is called, once. */
export interface ObjectBody {
  readonly send: (response: ServerResponse) => Promise<void>;
  readonly cancel: () => void;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An XML document, or an object's bytes (whose Content-Length is among the headers). */
  readonly body?: string | ObjectBody;
}

export interface Operation {
  /** As the S3 API reference calls it. */
  readonly name: string;
  readonly method: string;
  readonly on: 'service' | 'bucket' | 'object';
  /** Query parameters that must be there: they tell this operation from others with the same method. */
  readonly selectors: readonly string[];
  /** True if `x-amz-copy-source` must be there; false if it must not. */
  readonly copies?: boolean;
  /** Further query parameters that it understands; any other is refused, never ignored. */
  readonly parameters: readonly string[];
  readonly run: (exchange: Exchange, store: Store) => Promise<Reply> | Reply;
}
