// chunk: what split reads of a side's first bytes is what was sent, whatever the size of the segments.
import { expect, test } from 'vitest';
import { tcpFrame } from '../../../local/generate/frame.ts';
import { defaultStartNs } from '../../../local/generate/scenario.ts';
import { pcapOf } from '../../support/captures.ts';
import { ownRows, pieces, splitAll } from '../../support/split-results.ts';

const request = `GET /${'a'.repeat(3000)} HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: curl/8.5.0\r\n\r\n`;

function captureOf(segments: readonly string[]): Uint8Array {
  let sequence = 1;
  const records = segments.map((payload, number) => {
    const bytes = tcpFrame({ flags: ['psh', 'ack'], sourcePort: 50_000, destinationPort: 80, sequence, payload });
    sequence += payload.length;
    return { bytes, timestampNs: defaultStartNs + BigInt(number) * 1_000_000n };
  });
  return pcapOf(records, { linktype: 1 });
}

test.each([
  ['one segment, as offloading makes it', [request]],
  ['three segments', [request.slice(0, 1460), request.slice(1460, 2920), request.slice(2920)]],
])('a request of 3 KiB in %s is read to its last field', async (_name, segments) => {
  const [row] = ownRows(await splitAll(pieces(captureOf(segments))));
  const facts = JSON.parse(Buffer.from((row?.application ?? []) as readonly number[]).toString());
  expect(facts).toMatchObject({ url: { domain: 'www.example.org' }, user_agent: { original: 'curl/8.5.0' } });
});
