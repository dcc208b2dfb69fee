// bench: the seed's way with a packet, rebuilt from its description: text, a tokenizer made anew, 512 tokens always, fp32, one HTTP request.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { naiveTokenizer } from '../../support/naive-packet-line.ts';

const TOKENS = 512;

interface Reply {
  readonly outputs: readonly { readonly data: readonly number[] }[];
}

export interface Rival {
  /** Logits of one packet's line of text. */
  score(line: string): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** KServe v2 over HTTP with JSON, both cores for each inference, as onnxruntime takes them unasked. */
export async function startRival(modelFile: string, vocabularyFile: string, threads: number): Promise<Rival> {
  const session = await InferenceSession.create(modelFile, { intraOpNumThreads: threads, logSeverityLevel: 3 });
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { inputs } = JSON.parse(Buffer.concat(pieces).toString()) as {
      readonly inputs: readonly { readonly name: string; readonly shape: number[]; readonly data: readonly number[] }[];
    };
    const feeds = inputs.map(({ name, shape, data }) => [
      name,
      new Tensor(
        'int64',
        BigInt64Array.from(data, (value) => BigInt(value)),
        shape,
      ),
    ]);
    const { logits } = await session.run(Object.fromEntries(feeds));
    const data = [...((logits?.data as Float32Array | undefined) ?? [])];
    response.end(JSON.stringify({ outputs: [{ name: 'logits', datatype: 'FP32', shape: [1, data.length], data }] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/models/bert_packet/infer`;
  return {
    score: async (line) => {
      const ids = naiveTokenizer(readFileSync(vocabularyFile, 'utf8'))(line);
      const filled = [...ids, ...new Array<number>(TOKENS - ids.length).fill(0)];
      const mask = filled.map((_, k) => (k < ids.length ? 1 : 0));
      const tensor = { shape: [1, TOKENS], datatype: 'INT64' };
      const inputs = [
        { name: 'input_ids', ...tensor, data: filled },
        { name: 'attention_mask', ...tensor, data: mask },
      ];
      const reply = await fetch(url, { method: 'POST', body: JSON.stringify({ inputs }) });
      const { outputs } = (await reply.json()) as Reply;
      return outputs[0]?.data ?? [];
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await session.release();
    },
  };
}
