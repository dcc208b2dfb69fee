// app, for every input: DNS written out of the datagrams is what its slow, obvious twin makes of them.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Conversation } from '../../lib/app/conversation.ts';
import { dissect, writeFacts } from '../../lib/app/dissect.ts';
import { dissectDns } from '../../lib/app/dns.ts';
import { JsonWriter } from '../../lib/app/json-writer.ts';
import { dissectDnsNaively } from '../support/naive-dns.ts';
import { be16, be32, bytesOf } from '../unit/app/plain-conversation.ts';

const label = fc
  .oneof(
    fc.constantFrom('a', 'Example', 'com', 'x'.repeat(63), 'ckaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'),
    fc.uint8Array({ minLength: 1, maxLength: 20 }),
  )
  .map((text) => bytesOf(text));
const labels = fc
  .array(label, { maxLength: 6 })
  .map((parts) => bytesOf(...parts.map((part) => bytesOf([part.length], part))));
/** Names that end, that point to the question, anywhere, or not at all. */
const name = fc.oneof(
  labels.map((parts) => bytesOf(parts, [0])),
  labels.map((parts) => bytesOf(parts, [0xc0, 12])),
  fc.tuple(labels, fc.nat(80)).map(([parts, target]) => bytesOf(parts, [0xc0, target])),
);
const type = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(1, 28, 5, 12, 15, 16, 33, 6, 41, 65, 32, 99, 47) },
  fc.nat(0xffff),
);
const data = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
  name,
  name.map((text) => bytesOf(be16(5), text)),
  fc.uint8Array({ maxLength: 40 }),
);
const question = fc
  .tuple(name, type, fc.constantFrom(1, 255, 0x8001))
  .map(([of, ...codes]) => bytesOf(of, ...codes.map(be16)));
const record = fc
  .tuple(name, type, fc.nat(0xffff), fc.nat(0xffff_ffff), data)
  .map(([of, kind, recordClass, ttl, content]) =>
    bytesOf(of, be16(kind), be16(recordClass), be32(ttl), be16(content.length), content),
  );
const records = fc.oneof(fc.array(record, { maxLength: 4 }), fc.array(record, { minLength: 15, maxLength: 20 }));
/** Ids of which some are equal; counts that are right, or not. */
const message = fc
  .record({
    id: fc.constantFrom(7, 8, 65_535),
    word: fc.oneof(fc.constantFrom(0x0100, 0x8180, 0x8583), fc.nat(0xffff)),
    questions: fc.oneof(fc.array(question, { maxLength: 2 }), fc.array(question, { maxLength: 20 })),
    records,
    lie: fc.oneof(fc.constant(0), fc.nat(3)),
    cut: fc.oneof(fc.constant(0), fc.nat(60)),
  })
  .map(({ id, word, questions, records: all, lie, cut }) => {
    const answers = Math.ceil(all.length / 2);
    const counts = [questions.length + lie, answers, all.length - answers, 0];
    const bytes = bytesOf(be16(id), be16(word), ...counts.map(be16), ...questions, ...all);
    return bytes.subarray(0, Math.max(0, bytes.length - cut));
  });
const port = fc.constantFrom(53, 137, 5353, 5355, 40_000);
const udpSide = fc.record({ port, pieces: fc.array(message, { maxLength: 3 }), isWhole: fc.boolean() });
const tcpSide = fc.tuple(port, fc.array(message, { maxLength: 3 })).map(([of, all]) => ({
  port: of,
  pieces: [bytesOf(...all.flatMap((one) => [be16(one.length), one]))],
  isWhole: true,
}));
const conversation: fc.Arbitrary<Conversation> = fc.oneof(
  fc.record({ transport: fc.constant('udp' as const), client: udpSide, server: udpSide }),
  fc.record({ transport: fc.constant('tcp' as const), client: tcpSide, server: tcpSide }),
);
const runs = { numRuns: 3000 };

it('gives the facts of its twin', () => {
  fc.assert(
    fc.property(conversation, (input) => {
      expect(dissectDns(input)).toStrictEqual(dissectDnsNaively(input));
    }),
    runs,
  );
});

it('writes them as JSON.stringify does, and of what is too long the protocol', () => {
  for (const maxBytes of [300, 16_384]) {
    const json = new JsonWriter(maxBytes);
    fc.assert(
      fc.property(conversation, (input) => {
        const isWritten = writeFacts(input, json);
        const facts = dissectDnsNaively(input) ?? dissect(input);
        expect(isWritten).toBe(facts !== undefined);
        if (facts === undefined) return;
        const whole = JSON.stringify(facts);
        const short = JSON.stringify({ network: { protocol: facts.network.protocol } });
        expect(json.bytes.toString('utf8', 0, json.length)).toBe(Buffer.byteLength(whole) > maxBytes ? short : whole);
      }),
      runs,
    );
  }
});
