// app, for every input: any bytes, cut anywhere, give bounded printable facts or none.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../lib/app/conversation.ts';
import { guessProtocol } from '../../lib/app/guess.ts';
import { MAX_TEXT } from '../../lib/app/limits.ts';
import { dissectPlain, PLAIN_DISSECTORS } from '../../lib/app/plain-dissectors.ts';
import { undescribedFacts } from '../support/described-facts.ts';

/** How the protocols begin; what follows is chance. */
const BEGINNINGS = [
  ...[
    '220 ftp\r\n',
    'USER a\r\nPASS ',
    'EHLO a\r\nMAIL FROM:<',
    '+OK \r\n',
    '* OK \r\n',
    '\0\0\0\x40\xffSMBr\0\0\0\0\0\0',
  ],
  ...[
    '\0\0\0\xa0\xfeSMB\x40\0',
    '\0\0\0\xa0\xffSMB\x73\0\0\0\0\x08\x01\x80',
    '\x6a\x81\x90\x30\x81\x80\xa1\x03\x02\x01\x05',
  ],
  ...['\x03\0\0\x30\x2b\xe0\0\0\0\0\0Cookie: mstshash=', '\x03\0\0\x21\x02\xf0\x80\x32\x01\0\0\0\0\0\x08\0\0'],
  ...[
    '\x10\x40\0\x04MQTT\x04\xc2\0\0',
    '\0\x01\0\0\0\x06\x01\x03',
    '\x05\x64\x12\xc4',
    '\x24\x03\0',
    '\x30\x40\x02\x01\x01',
  ],
  ...[
    '\x30\x29\x02\x01\x01\x60\x24\x02\x01\x03\x04',
    'INVITE sip:a SIP/2.0\r\nFrom: ',
    '\0\x01a\0octet\0',
    'NICK a\r\n',
  ],
  ...['\xff\xfb\x01', 'RFB 003.008\n', '\0\0\0\x40\0\x03\0\0user\0', '\x4a\0\0\0\x0a5.5.5\0', '*2\r\n$4\r\n', ''],
  ...['\x12\x34\x81\x80\0\x01\0\x02\0\0\0\0\x01a\0\0\x01\0\x01\xc0\x0c', 'NTLMSSP\0\x03\0\0\0'],
] as const;

const piece = fc
  .tuple(fc.constantFrom(...BEGINNINGS), fc.uint8Array({ maxLength: 300, size: 'max' }), fc.nat(400))
  .map(([start, rest, cut]) => Buffer.concat([Buffer.from(start, 'latin1'), rest]).subarray(0, cut));
const port = fc.oneof(fc.constantFrom(21, 23, 25, 53, 102, 123, 137, 502, 3306, 3389, 20_000), fc.nat(65_535));
const side = fc.record({ port, pieces: fc.array(piece, { maxLength: 3 }), isWhole: fc.boolean() });
const conversation: fc.Arbitrary<Conversation> = fc.record({
  transport: fc.constantFrom('tcp' as const, 'udp' as const),
  client: side,
  server: side,
});

function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

describe('dissectors', () => {
  it.each(PLAIN_DISSECTORS)('%o gives bounded, printable facts that survive JSON, or none', (dissect) => {
    fc.assert(
      fc.property(conversation, (input) => {
        const facts = dissect(input);
        if (facts === undefined) return;
        expect(JSON.parse(JSON.stringify(facts))).toStrictEqual(facts);
        expect(undescribedFacts(facts)).toBeUndefined();
        expect(JSON.stringify(facts).length).toBeLessThan(64 * 1024);
        for (const text of strings(facts)) {
          expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
          expect(text.length).toBeLessThanOrEqual(2 * MAX_TEXT);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('together give a name for any conversation, or none', () => {
    fc.assert(
      fc.property(conversation, (input) => {
        expect(['string', 'undefined']).toContain(
          typeof (dissectPlain(input)?.network.protocol ?? guessProtocol(input)),
        );
      }),
      { numRuns: 1000 },
    );
  });
});
