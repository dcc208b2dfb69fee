// real: what the tests of the packet model on Triton share: a capture, the model's programs, and questions to the stack.
import { setTimeout as sleep } from 'node:timers/promises';
import type { DumpView } from '../../functions/api/schema/dump-schema.ts';
import { deriveDumpId } from '../../lib/dump/dump-id.ts';
import { createApiClient } from '../../local/cli/api-client.ts';
import { waitForRun } from '../../local/cli/rescore.ts';
import { buildCapture } from '../../local/generate/write-capture.ts';
import { TEST_BUCKET } from '../support/embedded-stack.ts';
import type { StackProcess } from './stack-process.ts';
import { ONNX_PROGRAM } from './triton-server.ts';

const WAIT_MS = 100_000;

/** Some hundred flows; another seed is other packets to the last, since rates and ports are among a packet's tokens. */
export function officeCapture(seed: number, size = 1): Uint8Array {
  const benign = { http: 60 * size, tls: 20 * size, ssh: 6 * size, dns: 30 * size, ftp: 6 * size };
  const attacks = [{ kind: 'ssh-guessing', attempts: 40 * size, startSeconds: 10 }] as const;
  return buildCapture({ seed, durationSeconds: 120, benign, attacks }, { kind: 'pcap' }).bytes;
}

/** The model, with `line` before each request's inference. */
export function programWith(line: string): string {
  const call = 'self.session.run(names, feed)';
  if (!ONNX_PROGRAM.includes(call)) throw new Error('onnx-model.py has changed');
  const program = ONNX_PROGRAM.replace(call, 'self.run(names, feed)');
  return `import time\n${program}\n    def run(self, names, feed):\n        ${line}\n        return self.session.run(names, feed)\n`;
}

export function sum(counts: Readonly<Record<string, number>> | undefined): number {
  return Object.values(counts ?? {}).reduce((a, b) => a + b, 0);
}

/** A document's id without the dump's, its label and score, and all that the packet model says. */
export interface FlowFindings {
  readonly label: string;
  readonly run: number;
  readonly packets: {
    readonly label?: string;
    readonly score?: number;
    readonly packets_scored?: number;
    readonly not_scored?: readonly string[];
  };
}

type FlowFields = Omit<FlowFindings, 'packets'> & { readonly packet_model: FlowFindings['packets'] };

export function asksOf(stack: StackProcess) {
  const api = createApiClient({ url: stack.apiUrl, apiKey: stack.apiKey });
  const idOf = (name: string): string => deriveDumpId(TEST_BUCKET, `dumps/${name}`);

  async function until(name: string, condition: (dump: DumpView) => boolean): Promise<DumpView> {
    let seen: DumpView | undefined;
    for (const end = performance.now() + WAIT_MS; performance.now() < end; await sleep(50)) {
      const reply = await stack.request(`/api/dumps/${idOf(name)}`);
      if (!reply.ok) continue;
      seen = (await reply.json()) as DumpView; // as the API's document says
      if (condition(seen)) return seen;
    }
    throw new Error(`${name} did not become what was waited for: ${JSON.stringify(seen)}`);
  }

  return {
    until,
    done: (name: string) => until(name, ({ state }) => state === 'ready' || state === 'error'),
    health: async () => (await (await stack.request('/health/ready')).json()) as Readonly<Record<string, unknown>>,
    /** By id; there are no more of them than one page has. */
    async flows(name: string): Promise<ReadonlyMap<string, FlowFindings>> {
      const fields = ['smartids.label', 'smartids.run', 'smartids.packet_model'];
      const { hits, total } = await api.search('flows', { q: `smartids.dump.id:"${idOf(name)}"`, size: 1000, fields });
      const found = new Map<string, FlowFindings>();
      for (const hit of hits) {
        const { label, run, packet_model: packets } = hit['smartids'] as FlowFields; // as they were asked for
        found.set(String(hit['id']).replace(/^.*\./, ''), { label, run, packets });
      }
      if (found.size !== total.value) throw new Error(`${total.value} flows, of which ${found.size} came`);
      return found;
    },
    async rescored(name: string, model: string): Promise<DumpView> {
      const reply = await stack.request(`/api/dumps/${idOf(name)}/rescore`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model }),
      });
      if (reply.status !== 202) throw new Error(await reply.text());
      const { run } = (await reply.json()) as { readonly run: number };
      return await waitForRun(
        api,
        idOf(name),
        run,
        () => {},
        () => sleep(100),
      );
    },
    /** Of infer about one dump, errors and warnings. */
    logged: (name: string, level: string) =>
      stack
        .log()
        .filter((line) => line.service === 'infer' && line.dumpId === idOf(name) && line.level === level)
        .map(({ err, msg }) => `${msg}: ${err?.message}`),
  };
}

/** The ledger but for the time it took. */
export function ledgerOf({ ledger }: DumpView): Omit<DumpView['ledger'], 'secondsByStage'> {
  const { secondsByStage, ...others } = ledger;
  void secondsByStage;
  return others;
}
