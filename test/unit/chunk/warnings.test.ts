// chunk: what is odd about records and packets that can be used all the same is counted, each kind by its name.
import { expect, test } from 'vitest';
import { pcapOf } from '../../support/captures.ts';
import { pieces, splitAll } from '../../support/split-results.ts';
import { ethernet, ipv4, ipv6, tcp, udp } from '../decode/frames.ts';

const payload = new Uint8Array(100);

function capture(frames: readonly Uint8Array[], seconds: (i: number) => number): Uint8Array {
  return pcapOf(
    frames.map((bytes, i) => ({ timestampNs: BigInt(1_700_000_000 + seconds(i)) * 1_000_000_000n, bytes })),
  );
}

async function warningsOf(frames: readonly Uint8Array[], seconds: (i: number) => number = (i) => i) {
  const { totals } = await splitAll(pieces(capture(frames, seconds)));
  expect(totals.packets).toBe(frames.length);
  return totals.warnings;
}

const plain = ethernet(0x0800, ipv4(tcp(payload)));

test.each([
  ['nothing of a plain packet', plain, {}],
  ['an IPv4 length of 0', ethernet(0x0800, ipv4(tcp(payload), { totalLength: 0 })), { 'ip-length-zero': 1 }],
  ['an IPv6 length of 0', ethernet(0x86dd, ipv6(tcp(payload), { payloadLength: 0 })), { 'ip-length-zero': 1 }],
  [
    'an IPv4 length beyond the record',
    ethernet(0x0800, ipv4(tcp(payload), { totalLength: 4000 })),
    { 'ip-length-beyond-record': 1 },
  ],
  [
    'an IPv6 length beyond the record',
    ethernet(0x86dd, ipv6(tcp(payload), { payloadLength: 4000 })),
    { 'ip-length-beyond-record': 1 },
  ],
  [
    'a packet that no frame holds',
    ethernet(0x0800, ipv4(tcp(new Uint8Array(20_000)))),
    { 'ip-length-beyond-frames': 1 },
  ],
  [
    'a datagram longer than its packet',
    ethernet(0x0800, ipv4(udp(payload, 900), { protocol: 17 })),
    { 'udp-length-beyond-packet': 1 },
  ],
])('of one packet: %s', async (_name, frame, warnings) => {
  expect(await warningsOf([frame])).toEqual(warnings);
});

test('of the order: records earlier than one before them, not those at the same time', async () => {
  const times = [0, 5, 5, 3, 4, 6, 1];
  expect(
    await warningsOf(
      times.map(() => plain),
      (i) => times[i] ?? 0,
    ),
  ).toEqual({ 'timestamp-mis-ordered': 3 });
});

test('of what was odd in the record before, nothing', async () => {
  const odd = ethernet(0x0800, ipv4(tcp(payload), { totalLength: 0 }));
  expect(await warningsOf([odd, plain, plain])).toEqual({ 'ip-length-zero': 1 });
});
