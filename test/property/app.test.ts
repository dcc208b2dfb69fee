// app, for every input: any bytes give a value or undefined, and what is given is bounded and printable.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAppFacts } from '../../lib/app/app-facts.ts';
import { decodeDnsMessage } from '../../lib/app/dns.ts';
import { decodeHttpRequest, decodeHttpResponse } from '../../lib/app/http.ts';
import { decodeSshBanner } from '../../lib/app/ssh.ts';
import { decodeClientHello, decodeServerHello } from '../../lib/app/tls.ts';

const HEADS = [
  'GET /',
  'HTTP/1.1 200 ',
  'SSH-2.0-',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  '\x16\x03\x03\0z\x02\0\0v\x03\x03',
];
const DNS_HEAD = '\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00';

/** Bytes that begin like a protocol and go on in any way. */
const bytes = fc
  .tuple(fc.constantFrom('', DNS_HEAD, ...HEADS), fc.uint8Array({ maxLength: 250, size: 'max' }))
  .map(([head, rest]) => Buffer.concat([Buffer.from(head, 'latin1'), rest]));

/** All strings in a value. */
function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

const DECODERS = {
  decodeHttpRequest,
  decodeHttpResponse,
  decodeDnsMessage,
  decodeClientHello,
  decodeServerHello,
  decodeSshBanner,
};

describe('application decoders', () => {
  it.each(Object.entries(DECODERS))('%s gives a bounded, printable value or none for any bytes', (_, decode) => {
    fc.assert(
      fc.property(bytes, (input) => {
        for (const text of strings(decode(input))) {
          expect(text).toMatch(/^[\x20-\x7e]*$/);
          expect(text.length).toBeLessThanOrEqual(4 * input.length);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('give facts for any flow', () => {
    const packets = fc.array(fc.record({ bytes, wireLength: fc.nat(2000) }), { maxLength: 3 });
    const port = fc.oneof(fc.constantFrom(53, 80, 443), fc.nat(65_535));
    const flow = fc.record({
      protocol: fc.constantFrom(6, 17, 1),
      sourcePort: port,
      destinationPort: port,
      source: packets,
      destination: packets,
    });
    fc.assert(
      fc.property(flow, (input) => {
        expect(readAppFacts(input)).toHaveProperty('protocol');
      }),
      { numRuns: 1000 },
    );
  });
});
