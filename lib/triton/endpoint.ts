// triton: one server behind one address: its connection, the calls under way, and whether it is put aside.

import { type ChannelCredentials, credentials, type ServiceError } from '@grpc/grpc-js';
import { type CallFailure, callFailure } from './call-failure.ts';
import { type CallName, type Calls, definitionOf, GrpcClient } from './protocol.ts';

export interface EndpointAddress {
  /** `host:port` */
  readonly target: string;
  readonly tls: boolean;
}

export interface TlsFiles {
  /** PEM: who signs servers' certificates, instead of the authorities that Node knows. */
  readonly ca?: Buffer;
  /** PEM, both or none: who we are. */
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

export interface EndpointOptions {
  readonly tls: TlsFiles;
  readonly maxMessageBytes: number;
}

export interface Endpoint {
  readonly target: string;
  readonly inFlight: () => number;
  /** Rejects with a FailedCall. With `signal` the call is cancelled on the server, too. */
  call<N extends CallName>(
    name: N,
    request: Calls[N]['request'],
    options: { readonly deadline: number; readonly words: string; readonly signal?: AbortSignal | undefined },
  ): Promise<Calls[N]['response']>;
  close(): void;
}

/** What a call rejects with; the pool decides what becomes of it. */
export class FailedCall extends Error {
  override readonly name = 'FailedCall';
  readonly failure: CallFailure;

  constructor(failure: CallFailure) {
    super(failure.error.message);
    this.failure = failure;
  }
}

const CHANNEL_OPTIONS = {
  /** Tries are ours: grpc-js' own know nothing of other endpoints. */
  'grpc.enable_retries': 0,
  'grpc.service_config_disable_resolution': 1,
  /** Only who is named in the configuration is talked to. */
  'grpc.enable_http_proxy': 0,
  /**
   * A dead connection is noticed behind a load balancer that swallows it. Not more often: a server that has nothing to
   * say meanwhile takes three pings within five minutes for abuse.
   */
  'grpc.keepalive_time_ms': 120_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.keepalive_permit_without_calls': 0,
  /** A server that comes back is found soon. */
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
} as const;

export function createEndpoint({ target, tls }: EndpointAddress, options: EndpointOptions): Endpoint {
  const client = new GrpcClient(target, tls ? tlsCredentials(options.tls) : credentials.createInsecure(), {
    ...CHANNEL_OPTIONS,
    'grpc.max_receive_message_length': options.maxMessageBytes,
    'grpc.max_send_message_length': options.maxMessageBytes,
  });
  let inFlight = 0;
  return {
    target,
    inFlight: () => inFlight,
    call: (name, request, { deadline, words, signal }) =>
      new Promise((resolve, reject) => {
        const { path, requestSerialize, responseDeserialize } = definitionOf(name);
        const cancel = (): void => call.cancel();
        inFlight += 1;
        const call = client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          request,
          { deadline },
          (error, response) => {
            inFlight -= 1;
            signal?.removeEventListener('abort', cancel);
            if (error !== null) reject(failed(error, `${words} at ${target}`, name === 'ModelInfer'));
            else if (response !== undefined) resolve(response);
          },
        );
        signal?.addEventListener('abort', cancel, { once: true });
      }),
    close: () => client.close(),
  };
}

function failed(error: ServiceError, words: string, isInference: boolean): FailedCall {
  return new FailedCall(callFailure(error, words, isInference));
}

function tlsCredentials({ ca, cert, key }: TlsFiles): ChannelCredentials {
  return credentials.createSsl(ca ?? null, key ?? null, cert ?? null);
}

export function isFailedCall(error: unknown): error is FailedCall {
  return error instanceof FailedCall;
}
