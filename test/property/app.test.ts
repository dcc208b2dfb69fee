// app, for every input: any conversation gives bounded, printable facts or none.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Conversation } from '../../lib/app/conversation.ts';
import { dissect } from '../../lib/app/dissect.ts';
import { undescribedFacts } from '../support/described-facts.ts';

const HEADS = [
  ...['', 'GET /', 'HTTP/1.1 200 ', 'SSH-2.0-', '220 ', 'USER a\r\n', 'EHLO a\r\n', '\xffSMB', '\0\0\0\x40\xfeSMB'],
  ...['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '\x16\x03\x03\0z\x02\0\0v\x03\x03', '\x03\0\0\x13\x0e\xe0'],
  ...['\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00', '\xc0\0\0\0\x01\x08', '\x10\x20\0\x04MQTT\x04', '\x6a\x40'],
];

/** Bytes that begin like a protocol and go on in any way. */
const bytes = fc
  .tuple(fc.constantFrom(...HEADS), fc.uint8Array({ maxLength: 400, size: 'max' }))
  .map(([head, rest]) => new Uint8Array(Buffer.concat([Buffer.from(head, 'latin1'), rest])));
const port = fc.oneof(fc.constantFrom(21, 25, 53, 80, 88, 110, 443, 445, 502, 3389, 20_000), fc.nat(65_535));

function side(pieces: number) {
  return fc.record({ port, pieces: fc.array(bytes, { maxLength: pieces }), isWhole: fc.boolean() });
}

const conversation: fc.Arbitrary<Conversation> = fc.oneof(
  fc.record({ transport: fc.constant('tcp' as const), client: side(1), server: side(1) }),
  fc.record({ transport: fc.constant('udp' as const), client: side(3), server: side(3) }),
);

/** All strings in a value. */
function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

it('gives bounded facts without control characters, or none, for any conversation', () => {
  fc.assert(
    fc.property(conversation, (input) => {
      const facts = dissect(input);
      if (facts !== undefined) expect(undescribedFacts(facts)).toBeUndefined();
      for (const text of strings(facts)) {
        expect(text).toMatch(/^\P{Cc}*$/u);
        expect(text.length).toBeLessThanOrEqual(1024);
      }
    }),
    { numRuns: 3000 },
  );
});
