// chunk: what fragments and tunnels become on the way from a capture's bytes to flow rows and documents.
import { describe, expect, test } from 'vitest';
import { FLOW_METADATA } from '../../../lib/chunk/column-metadata.ts';
import { decodeColumns } from '../../../lib/chunk/columns.ts';
import { flowDocument } from '../../../lib/document/flow-document.ts';
import { FLOW_FIELDS } from '../../../lib/flow/flow-fields.ts';
import { pcapOf } from '../../support/captures.ts';
import { ownRows, pieces, splitAll } from '../../support/split-results.ts';
import { bytesOf, ethernet, ipv4, join, tcp, udp } from '../decode/frames.ts';
import { greIp, vxlan } from '../decode/tunnel-frames.ts';

const CONTEXT = {
  dumpId: '6f9f0000-0000-8000-8000-0000000000c1',
  etag: '0'.repeat(32),
  attempt: '1b4e28ba-2fa1-41d2-883f-0016d3cca427',
  run: 1,
  dumpName: 'test',
  ingested: '2026-11-28T00:00:00Z',
} as const;

function capture(frames: readonly Uint8Array[]): Uint8Array {
  return pcapOf(
    frames.map((bytes, i) => ({
      timestampNs: BigInt(1_700_000_000 + i) * 1_000_000_000n,
      bytes,
      originalLength: bytes.length,
    })),
  );
}

/** A frame's IP packet in fragments whose data begin at 0 and at each cut. */
function fragments(frame: Uint8Array, protocol: number, ...cuts: readonly number[]): readonly Uint8Array[] {
  const data = frame.slice(34);
  const starts = [0, ...cuts];
  return starts.map((start, k) => {
    const end = starts[k + 1] ?? data.length;
    const more = end < data.length ? 0x2000 : 0;
    return ethernet(0x0800, ipv4(data.slice(start, end), { protocol, fragment: more | (start >> 3) }));
  });
}

/** An answer of twenty TXT records of 120 characters: 2,700 bytes from port 53 to 49152. */
function longAnswer(): Uint8Array {
  const question = bytesOf('03777777 07657861 6d706c65 03636f6d 00 0010 0001');
  const answer = join(bytesOf('c00c 0010 0001 0000003c 0079 78'), Buffer.alloc(120, 'a'));
  const message = join(bytesOf('1234 8180 0001 0014 0000 0000'), question, ...Array.from({ length: 20 }, () => answer));
  const datagram = udp(message);
  datagram.set(bytesOf('0035c000'));
  return ethernet(0x0800, ipv4(datagram, { protocol: 17 }));
}

async function flowsOf(frames: readonly Uint8Array[]) {
  const results = await splitAll(pieces(capture(frames)));
  const object = results.outputs.find((output) => output.kind === 'row-object');
  const rows = object && (await decodeColumns(FLOW_FIELDS, object.bytes, FLOW_METADATA));
  const documents = Array.from(
    { length: rows?.count ?? 0 },
    (_, i) => rows && flowDocument(rows, i, CONTEXT, undefined),
  );
  const facts = ownRows(results).map(({ application }) => {
    const text = Buffer.from(application as readonly number[]).toString();
    return text === '' ? undefined : JSON.parse(text);
  });
  return { totals: results.totals, facts, documents };
}

describe('a fragmented packet', () => {
  const answer = longAnswer();

  test('is read as a whole by the application layer, in whatever order its fragments come', async () => {
    const whole = await flowsOf([answer]);
    expect(whole.facts[0]).toMatchObject({
      network: { protocol: 'dns' },
      dns: { question: { name: 'www.example.com' } },
    });
    const [first, second, third] = fragments(answer, 17, 1480, 2000) as [Uint8Array, Uint8Array, Uint8Array];
    for (const order of [
      [first, second, third],
      [first, third, second],
      [first, second, second, first, third],
    ]) {
      const { facts, documents } = await flowsOf(order);
      expect(facts).toEqual(whole.facts);
      expect(documents[0]?.network).toMatchObject({ protocol: 'dns', packets: order.length });
    }
  });

  test('that lacks its end is not read twice, and the ledger says that it was given up or is cut', async () => {
    const [first, second] = fragments(answer, 17, 1480) as [Uint8Array, Uint8Array];
    const lost = await flowsOf([first]);
    expect(lost.totals.packets).toBe(1);
    const cut = await splitAll(
      pieces(
        pcapOf([
          {
            timestampNs: 1_700_000_000_000_000_000n,
            bytes: first.slice(0, 200),
            originalLength: first.length,
          },
          {
            timestampNs: 1_700_000_001_000_000_000n,
            bytes: second.slice(0, 200),
            originalLength: second.length,
          },
        ]),
      ),
    );
    expect(cut.totals.warnings).toMatchObject({ 'fragment-cut': 2 });
    const facts = Buffer.from(ownRows(cut)[0]?.application as readonly number[]).toString();
    expect(JSON.parse(facts)).toMatchObject({ dns: { question: { name: 'www.example.com' } } });
  });
});

describe('a tunnel', () => {
  const segment = ethernet(0x0800, ipv4(tcp(Buffer.from('GET /a HTTP/1.1\r\nHost: inside.example\r\n\r\n'))));

  test('leaves its inner flow, with the outer addresses, its type and its id beside it', async () => {
    const { documents } = await flowsOf([vxlan(segment)]);
    expect(documents).toHaveLength(1);
    expect(documents[0]).toMatchObject({
      network: { transport: 'tcp', protocol: 'http' },
      url: { domain: 'inside.example' },
      smartids: {
        flow: {
          tunnel: {
            type: 'vxlan',
            id: 0xabcd,
            depth: 1,
            source: { ip: '192.168.0.1' },
            destination: { ip: '200.100.50.25' },
          },
        },
      },
    });
  });

  test('in a tunnel is counted by depth; a flow in none has no tunnel', async () => {
    const { documents } = await flowsOf([greIp(vxlan(segment)), segment]);
    expect(documents.map((document) => document?.smartids.flow.tunnel?.depth)).toEqual([2, undefined]);
  });

  test('over fragments is followed once the last of them is there', async () => {
    const { documents, totals } = await flowsOf(fragments(vxlan(segment), 17, 48));
    expect(documents.map((document) => document?.network.transport)).toEqual(['udp', 'tcp']);
    expect(documents[1]).toMatchObject({ url: { domain: 'inside.example' }, source: { bytes: expect.any(Number) } });
    expect(totals.packets).toBe(2);
  });

  test('whose inside cannot be read is a packet of its own, and a warning', async () => {
    const { documents, totals } = await flowsOf([greIp(segment).slice(0, 14 + 20 + 4 + 10)]);
    expect(documents).toHaveLength(1);
    expect(totals.warnings).toEqual({
      'ip-length-beyond-record': 1,
      'tunnel-not-followed:ipv4-truncated': 1,
    });
  });
});
