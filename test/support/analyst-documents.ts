// support: what an analyst has before the first question: two dumps through the whole product, every protocol we have a panel for in them.

import { statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { TWINS } from '../../local/generate/benign/twins.ts';
import { demoScenario } from '../../local/generate/demo.ts';
import { conversationRecords } from '../../local/generate/single-flow.ts';
import type { Turn } from '../../local/generate/tcp-session.ts';
import { writeCapture } from '../../local/generate/write-capture.ts';
import { be32, bytesOf, der } from '../unit/app/plain-conversation.ts';
import { pcapOf } from './captures.ts';
import { startTestStack, type TestStack } from './embedded-stack.ts';

/** A service ticket asked for and given, encrypted as who wants to crack it would have it. */
function ticketTurns(): readonly Turn[] {
  const text = (value: string) => der(0x1b, value);
  const principal = (...names: readonly string[]) =>
    der(0x30, der(0xa0, der(2, [2])), der(0xa1, der(0x30, ...names.map(text))));
  const service = principal('MSSQLSvc', 'db.example.org');
  const encrypted = der(0x30, der(0xa0, der(2, [23])), der(0xa2, der(4, [1, 2, 3, 4])));
  const request = der(
    0x6c,
    der(
      0x30,
      ...[der(0xa1, der(2, [5])), der(0xa2, der(2, [12]))],
      der(
        0xa4,
        der(
          0x30,
          ...[der(0xa0, der(3, [0, 0, 0, 0, 0])), der(0xa2, text('EXAMPLE')), der(0xa3, service)],
          der(0xa8, der(0x30, der(2, [23]))),
        ),
      ),
    ),
  );
  const ticket = der(
    0x61,
    der(0x30, der(0xa0, der(2, [5])), der(0xa1, text('EXAMPLE')), der(0xa2, service), der(0xa3, encrypted)),
  );
  const answer = der(
    0x6d,
    der(
      0x30,
      ...[der(0xa0, der(2, [5])), der(0xa1, der(2, [13])), der(0xa3, text('EXAMPLE')), der(0xa4, principal('ann'))],
      ...[der(0xa5, ticket), der(0xa6, encrypted)],
    ),
  );
  const framed = (message: Buffer) => bytesOf(be32(message.length), message);
  return [
    { kind: 'data', from: 'client', bytes: framed(request), waitNs: 1e6 },
    { kind: 'data', from: 'server', bytes: framed(answer), waitNs: 1e6 },
    { kind: 'close', from: 'client', how: 'fin', waitNs: 1e6 },
  ];
}

export interface AnalystStack extends TestStack {
  /** Around every packet of the dumps. */
  readonly range: { readonly from: string; readonly to: string };
}

/** Resolves when both dumps are ready. */
export async function startAnalystStack(): Promise<AnalystStack> {
  const stack = await startTestStack();
  const office = join(stack.dataDir, 'office.pcap');
  const scenario = demoScenario(7);
  const { benign } = scenario;
  const attacks = [...scenario.attacks, { kind: 'smb-worm' as const, startSeconds: 20 }];
  await writeCapture(
    office,
    { ...scenario, durationSeconds: 300, benign: { ...benign, twins: TWINS }, attacks },
    { kind: 'pcap' },
  );
  const tickets = join(stack.dataDir, 'tickets.pcap');
  writeFileSync(tickets, pcapOf(conversationRecords(ticketTurns(), { serverPort: 88 })));
  for (const path of [office, tickets]) {
    const id = await stack.api.upload({ path, fileName: basename(path), size: statSync(path).size });
    await stack.api.waitUntilDone(id, () => {}, AbortSignal.timeout(120_000));
  }
  return { ...stack, range: { from: '2026-03-01T00:00:00.000Z', to: '2026-03-04T00:00:00.000Z' } };
}
