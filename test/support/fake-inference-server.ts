// support: a KServe v2 server in the process, of one model that gives back what it takes, and of any failure a test wants.

import {
  type Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type StatusObject,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import {
  type Calls,
  HEALTH_SERVICE,
  INFERENCE_SERVICE,
  type WireInferRequest,
  type WireInferResponse,
  type WireMetadata,
  type WireModelState,
} from '../../lib/triton/protocol.ts';

/** What is done with a request: answered, failed with a status, or left without an answer. */
export type FakeAnswer = Partial<WireInferResponse> | { readonly code: status; readonly details: string } | 'hang';

export interface FakeInferenceServer {
  readonly address: { readonly target: string; readonly tls: false };
  readonly port: number;
  /** For each request for inference, by its number from 0; undefined: the values that came. */
  answer: (request: number, values: Float32Array) => FakeAnswer | undefined;
  metadata: Partial<WireMetadata>;
  /** Undefined: there is no such call, as outside Triton. */
  maxBatch: number | undefined;
  /** The repository's index; undefined: there is no such call. */
  index: readonly WireModelState[] | undefined;
  readonly seen: {
    infers: number;
    metadata: number;
    checks: number;
    cancelled: number;
    atOnce: number;
    mostAtOnce: number;
    deadlines: number[];
  };
  /** As a crash: connections are cut. */
  kill(): void;
}

type Handler<N extends keyof Calls> = (
  call: ServerUnaryCall<Calls[N]['request'], Calls[N]['response']>,
  reply: sendUnaryData<Calls[N]['response']>,
) => void;

/** Model `same`: `values` FP32[-1] comes back as `result`. */
export async function startFakeInferenceServer(port = 0): Promise<FakeInferenceServer> {
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  const seen = { infers: 0, metadata: 0, checks: 0, cancelled: 0, atOnce: 0, mostAtOnce: 0, deadlines: [] as number[] };
  const fake = {
    answer: () => undefined,
    metadata: {},
    maxBatch: undefined,
    index: undefined,
    seen,
    kill: () => server.forceShutdown(),
  } as Omit<FakeInferenceServer, 'address' | 'port'>; // the members that tests set are of their declared types

  const infer: Handler<'ModelInfer'> = (call, reply) => {
    const number = seen.infers;
    seen.infers += 1;
    seen.atOnce += 1;
    seen.mostAtOnce = Math.max(seen.mostAtOnce, seen.atOnce);
    seen.deadlines.push(Number(call.getDeadline()) - Date.now());
    let isOver = false;
    const over = () => {
      if (!isOver) seen.atOnce -= 1;
      isOver = true;
    };
    // grpc-js says it of every stream that ends.
    call.on('cancelled', () => {
      if (!isOver) seen.cancelled += 1;
      over();
    });
    const answer = fake.answer(number, valuesOf(call.request));
    if (answer === 'hang') return;
    // A turn later: requests that come together are at work together.
    setTimeout(() => {
      over();
      if (answer !== undefined && 'code' in answer) reply(failure(answer));
      else reply(null, { ...sameValues(call.request), ...answer });
    }, 2);
  };
  const metadata: Handler<'ModelMetadata'> = (call, reply) => {
    seen.metadata += 1;
    if (call.request.name !== 'same') {
      reply(failure({ code: status.NOT_FOUND, details: `unknown model ${call.request.name}` }));
      return;
    }
    const tensor = { datatype: 'FP32', shape: [-1] };
    const inputs = [{ name: 'values', ...tensor }];
    const outputs = [{ name: 'result', ...tensor }];
    reply(null, { name: 'same', versions: ['1'], inputs, outputs, ...fake.metadata });
  };
  const config: Handler<'ModelConfig'> = (_call, reply) => {
    const { maxBatch } = fake;
    if (maxBatch === undefined) reply(failure({ code: status.UNIMPLEMENTED, details: 'no such call' }));
    else reply(null, { config: { maxBatchSize: maxBatch } });
  };
  const index: Handler<'RepositoryIndex'> = (_call, reply) => {
    const { index: models } = fake;
    if (models === undefined) reply(failure({ code: status.UNIMPLEMENTED, details: 'no such call' }));
    else reply(null, { models });
  };
  const ready: Handler<'ModelReady'> = (call, reply) => reply(null, { ready: call.request.name === 'same' });
  server.addService(INFERENCE_SERVICE, {
    ModelInfer: infer,
    ModelMetadata: metadata,
    ModelConfig: config,
    ModelReady: ready,
    RepositoryIndex: index,
  });
  const check: Handler<'Check'> = (_call, reply) => {
    seen.checks += 1;
    reply(null, { status: 'SERVING' });
  };
  server.addService(HEALTH_SERVICE, { Check: check });

  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, taken) =>
      error === null ? resolve(taken) : reject(error),
    );
  });
  return Object.assign(fake, { port: bound, address: { target: `127.0.0.1:${bound}`, tls: false as const } });
}

export function floatBytes(...values: readonly number[]): Buffer<ArrayBuffer> {
  return Buffer.from(Float32Array.from(values).buffer);
}

function valuesOf({ rawInputContents: [bytes = new Uint8Array(0)] }: WireInferRequest): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

function sameValues(request: WireInferRequest): WireInferResponse {
  const { modelName, modelVersion, inputs, rawInputContents } = request;
  return {
    modelName,
    modelVersion,
    outputs: inputs.map(({ datatype, shape }) => ({ name: 'result', datatype, shape })),
    rawOutputContents: rawInputContents as WireInferResponse['rawOutputContents'], // grpc-js gives buffers
  };
}

function failure({
  code,
  details,
}: {
  readonly code: status;
  readonly details: string;
}): Partial<StatusObject> & Error {
  return Object.assign(new Error(details), { code, details }) as Error & {
    code: status;
    details: string;
    metadata?: Metadata;
  };
}
