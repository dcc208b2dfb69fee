// generate: one TCP conversation alone: what it says is up to the caller; an elephant says one thing for very long.

import { macFor, parseAddress } from './bytes/address.ts';
import { encodeFrame, type LinkOptions } from './bytes/link.ts';
import type { CaptureRecord } from './file/record.ts';
import type { Host } from './host.ts';
import { createRandom } from './random.ts';
import { defaultStartNs } from './scenario.ts';
import { stacks } from './stack.ts';
import { type Turn, tcpSession } from './tcp-session.ts';
import { milliseconds } from './time.ts';

export interface SingleFlowOptions {
  readonly seed?: number;
  /** 10.0.0.1 and 10.0.0.2 where left out; both IPv4 or both IPv6. */
  readonly client?: string;
  readonly server?: string;
  readonly clientPort?: number;
  readonly serverPort?: number;
  readonly startNs?: bigint;
  readonly lossRate?: number;
  readonly link?: LinkOptions;
}

/** Records of one conversation, handshake included. */
export function* conversationRecords(turns: Iterable<Turn>, options: SingleFlowOptions = {}): Generator<CaptureRecord> {
  const startNs = options.startNs ?? defaultStartNs;
  const plan = {
    client: plainHost(options.client ?? '10.0.0.1'),
    server: plainHost(options.server ?? '10.0.0.2'),
    clientPort: options.clientPort ?? 40_000,
    serverPort: options.serverPort ?? 80,
    startNs: 0,
    lossRate: options.lossRate ?? 0,
    turns,
  };
  for (const packet of tcpSession(plan, createRandom(options.seed ?? 1))) {
    const bytes = encodeFrame(packet, options.link ?? { link: 'ethernet' });
    if (bytes !== undefined) yield { timestampNs: startNs + BigInt(packet.atNs), bytes };
  }
}

/** One download of `bytes` payload bytes, made as it is read. */
export function elephantRecords(bytes: number, options: SingleFlowOptions = {}): Generator<CaptureRecord> {
  return conversationRecords(elephantTurns(bytes, options.seed ?? 1), options);
}

function* elephantTurns(bytes: number, seed: number): Generator<Turn> {
  const block = createRandom(seed)
    .fork('elephant')
    .bytes(256 * 1024);
  for (let left = bytes; left > 0; left -= block.length) {
    yield {
      kind: 'data',
      from: 'server',
      bytes: block.subarray(0, Math.min(left, block.length)),
      waitNs: milliseconds(0.2),
    };
  }
  yield { kind: 'close', from: 'server', how: 'fin', waitNs: milliseconds(1) };
}

function plainHost(text: string): Host {
  const address = parseAddress(text);
  return { address, mac: macFor(address), stack: stacks.linux, hops: 0, roundTripNs: milliseconds(0.4) };
}
