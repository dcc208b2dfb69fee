// model: the packet model's input is its training's, id for id.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePacket } from '../../../lib/decode/decode-packet.ts';
import { createPacket, type Packet } from '../../../lib/decode/packet.ts';
import { createIntegerTokens } from '../../../lib/model/integer-tokens.ts';
import { createPacketTokens, LINE_READINGS, type LineReading } from '../../../lib/model/packet-tokens.ts';
import { parseVocabulary } from '../../../lib/model/vocabulary.ts';
import { wordPieces } from '../../../lib/model/word-piece.ts';
import { tcpFrame } from '../../../local/generate/frame.ts';
import { type LineValues, naiveTokenizer, packetLine } from '../../support/naive-packet-line.ts';
import { packetVocabularyText } from '../../support/packet-vocabulary.ts';

const ETHERNET = 1;
const TEXT = packetVocabularyText();
const VOCABULARY = parseVocabulary(TEXT);
const naive = naiveTokenizer(TEXT);
/** Lines 2 and 4: a frame in hex, and its line at the rates 0, 4 and 5493 (see field-reference, 5.2). */
const [, GOLDEN_FRAME = '', , GOLDEN_LINE = ''] = readFileSync(
  join(import.meta.dirname, '../../golden/packet-line.txt'),
  'utf8',
).split('\n');
const GOLDEN_RATES = { sourcePacketsPerSecond: 0.3, destinationPacketsPerSecond: 4.9, payloadBytesPerSecond: 5493.99 };

function decoded(frame: Uint8Array): Packet {
  const packet = createPacket();
  decodePacket(frame, 0, frame.length, frame.length, ETHERNET, packet);
  return packet;
}

function encoded(packet: Packet, rates: LineValues['rates'], reading: LineReading): readonly number[] {
  const tokens = createPacketTokens(VOCABULARY, reading);
  const buffer = tokens.createBuffer();
  const [sourcePacketsPerSecond, destinationPacketsPerSecond, payloadBytesPerSecond] = rates;
  const length = tokens.encode(
    packet,
    { sourcePacketsPerSecond, destinationPacketsPerSecond, payloadBytesPerSecond },
    buffer,
  );
  return [...buffer.subarray(0, length)];
}

describe("the packet model's input", () => {
  it.each(LINE_READINGS)('is that of the published frame (%s)', (reading) => {
    const packet = decoded(Buffer.from(GOLDEN_FRAME, 'hex'));
    const tokens = createPacketTokens(VOCABULARY, reading);
    const buffer = tokens.createBuffer();
    const length = tokens.encode(packet, GOLDEN_RATES, buffer);
    expect(GOLDEN_LINE.split(' ').length).toBe(513);
    expect([...buffer.subarray(0, length)]).toEqual(naive(GOLDEN_LINE));
  });

  it.each(LINE_READINGS)('is the tokenizer’s of the line, for any packet (%s)', (reading) => {
    const names = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg'] as const;
    const rate = fc.oneof(
      fc.double({ min: 0, max: 3000 }),
      fc.double({ min: 0, max: 1e12 }),
      fc.constantFrom(0, 1e21, 1.5e22, Number.POSITIVE_INFINITY, Number.NaN, 65_535.9, 65_536),
    );
    const fields = fc.record({
      rates: fc.tuple(rate, rate, rate),
      ports: fc.tuple(fc.integer({ min: 0, max: 65_535 }), fc.integer({ min: 0, max: 65_535 })),
      ttl: fc.integer({ min: 0, max: 255 }),
      tos: fc.integer({ min: 0, max: 255 }),
      options: fc.integer({ min: 0, max: 10 }),
      flags: fc.uniqueArray(fc.constantFrom(...names)),
      ninth: fc.boolean(),
      payload: fc.uint8Array({ minLength: 1, maxLength: 700, size: 'max' }),
    });
    fc.assert(
      fc.property(fields, ({ rates, ports, ttl, tos, options, flags, ninth, payload }) => {
        const [sourcePort, destinationPort] = ports;
        const tcp = {
          sourcePort,
          destinationPort,
          ttl,
          trafficClass: tos,
          flags,
          options: new Uint8Array(options * 4),
        };
        const frame = tcpFrame({ ...tcp, payload });
        const at = frame.length - payload.length - options * 4 - 20;
        if (ninth) frame[at + 12] = (frame[at + 12] ?? 0) | 1;
        const letters = names.map((name) => (flags.includes(name) ? name.charAt(0).toUpperCase() : '')).join('');
        const line = packetLine(
          {
            ...{ rates, ports, ttl, tos, payload, ipTotalLength: frame.length - 14, tcpDataOffset: 5 + options },
            flags: letters + (ninth ? 'N' : ''),
          },
          reading,
        );
        expect(encoded(decoded(frame), rates, reading)).toEqual(naive(line));
      }),
      { numRuns: 300 },
    );
  });

  it('has 512 tokens for every payload when padded, and a payload of one byte has few when not', () => {
    const packet = decoded(tcpFrame({ payload: 'x' }));
    expect(encoded(packet, [1, 1, 1], 'padded')).toHaveLength(512);
    expect(encoded(packet, [1, 1, 1], 'unpadded').length).toBeLessThan(30);
    const long = decoded(tcpFrame({ payload: new Uint8Array(1400).fill(255) }));
    expect(encoded(long, [1, 1, 1], 'unpadded')).toHaveLength(512);
  });

  it("reads the header's own length where the sender's card was to cut the packet", () => {
    const frame = tcpFrame({ payload: new Uint8Array(600) });
    frame.set([0, 0], 16);
    const line = packetLine(
      {
        rates: [0, 0, 0],
        ports: [40_000, 80],
        ipTotalLength: 0,
        ttl: 64,
        tos: 0,
        tcpDataOffset: 5,
        flags: 'A',
        payload: new Uint8Array(600),
      },
      'padded',
    );
    expect(encoded(decoded(frame), [0, 0, 0], 'padded')).toEqual(naive(line));
  });

  it('takes a flow without rates for one whose rates are 0, whatever flow came before', () => {
    const tokens = createPacketTokens(VOCABULARY, 'unpadded');
    const packet = decoded(tcpFrame({ payload: 'GET /' }));
    const buffer = tokens.createBuffer();
    tokens.encode(packet, GOLDEN_RATES, buffer);
    const length = tokens.encode(packet, undefined, buffer);
    expect([...buffer.subarray(0, length)]).toEqual(encoded(packet, [0, 0, 0], 'unpadded'));
  });
});

describe('the token ids of integers', () => {
  const integers = createIntegerTokens(VOCABULARY);

  it('are those of their texts, from 0 to 65,535 by look-up', () => {
    for (let n = 0; n < 65_536; n += 1) {
      const expected = naive(String(n)).slice(1, -1);
      const row = integers.ids.subarray(n * 5, n * 5 + (integers.counts[n] ?? 0));
      if (row.length !== expected.length || expected.some((id, k) => row[k] !== id))
        expect([n, ...row]).toEqual([n, ...expected]);
    }
  });

  it.each([-1, -65_536, 123_456_789_012, 2 ** 53, 1e21, 1.7e300, -3.99])('are those of %d', (value) => {
    expect(integers.of(value)).toEqual(naive(BigInt(Math.trunc(value)).toString()).slice(1, -1));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0.7])(
    'are those of 0 for %d',
    (value) => {
      expect(integers.of(value)).toEqual(naive('0').slice(1, -1));
    },
  );
});

describe('WordPiece', () => {
  it('takes the longest piece from the left, and knows no word with a part that is no piece', () => {
    const vocabulary = parseVocabulary('[PAD]\n[UNK]\n[CLS]\n[SEP]\n1\n12\n##3\n##34\n##5\n');
    expect(wordPieces(vocabulary, '12345')).toEqual([5, 7, 8]);
    expect(wordPieces(vocabulary, '1239')).toEqual([1]);
    expect(wordPieces(vocabulary, '13'.padEnd(101, '3'))).toEqual([1]);
    expect(wordPieces(vocabulary, '1'.padEnd(100, '3'))).toHaveLength(100);
  });

  it.each(['[CLS]', '[SEP]', '[PAD]', '[UNK]'])('refuses a vocabulary without %s', (token) => {
    const text = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '1'].filter((one) => one !== token).join('\r\n');
    expect(() => parseVocabulary(text)).toThrow(`${token} is not among its 4 lines`);
  });
});
