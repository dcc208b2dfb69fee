import { describe, expect, it } from 'vitest';
import { DNS_QUESTION } from '../../../../lib/model/payload/dns-question.ts';
import { dnsFlags, encodeDnsMessage, recordTypes } from '../../../../local/generate/app/dns-message.ts';
import type { FlowValues } from '../../../support/flow-rows.ts';
import { answers, asks, describePairs, saidFeatures, UDP } from './said-features.ts';

const PORT: FlowValues = { protocol: UDP, destinationPort: 53 };
const message = (name: string, type: number = recordTypes.a, flags: number = dnsFlags.query) =>
  encodeDnsMessage({ id: 7, flags, name, type });
const question = (name: string, type?: number) => asks(message(name, type), PORT);
const address = { type: recordTypes.a, ttlSeconds: 60, data: Uint8Array.of(192, 0, 2, 1) };
const answered = (flags: number, count: number) => ({
  ...question('a.example'),
  ...answers(
    encodeDnsMessage({ id: 7, flags, name: 'a.example', type: recordTypes.a, answers: new Array(count).fill(address) }),
  ),
});
const plain = question('www.shop.example');

describePairs('features of a DNS question', DNS_QUESTION, {
  dnsQuestion: [plain, asks(message('www.shop.example'), { protocol: UDP, destinationPort: 54 })],
  dnsAnsweredFirst: [asks(message('a.example', recordTypes.a, dnsFlags.answer), PORT), plain],
  dnsNameLength: [question('abc.example'), question('a.b'), 11, 3],
  dnsLabels: [question('a.b.c.d'), question('abc'), 4, 1],
  dnsLongestLabel: [question('ab.shopping.example'), question('example'), 8, 0],
  dnsNameEntropy: [question('abab.b'), question('aaaa.b'), 1, 0],
  dnsDigits: [question('a1b2.example'), question('abcd.e12'), 0.5, 0],
  dnsConsonantRun: [question('xkcdqo.net'), question('banana.net'), 5, 1],
  dnsText: [question('a.example', 16), question('a.example', 17)],
  dnsAny: [question('a.example', 255), question('a.example', 254)],
  dnsNull: [question('a.example', 10), question('a.example', 11)],
  dnsTransfer: [question('a.example', 252), question('a.example', 251)],
  dnsUnknownName: [answered(dnsFlags.noSuchName, 0), answered(dnsFlags.answer, 0)],
  dnsAnswers: [answered(dnsFlags.answer, 3), plain, 3],
  dnsDynamicZone: [question('a.ddns.net'), question('shopto.net')],
  dnsRareZone: [question('a.xyz'), question('xyz.example')],
  dnsAddressLookup: [question('api.ipify.org'), question('zipify.com')],
});

describe('a DNS question', () => {
  it('over TCP stands behind its length, in the same packet or in the next', () => {
    const asked = message('a.example', 252);
    const tcp = { protocol: 6, destinationPort: 53 };
    expect(saidFeatures(asks(Uint8Array.of(0, asked.length, ...asked), tcp))['dnsTransfer']).toBe(1);
    const apart = { sourcePayload0: Uint8Array.of(0, asked.length), sourcePayload1: asked, ...tcp };
    expect(saidFeatures(apart)['dnsTransfer']).toBe(1);
    expect(saidFeatures({ ...apart, destinationPort: 54 })['dnsQuestion']).toBe(0);
  });

  it('that is an answer nobody asked for is read at any port', () => {
    const flow = asks(message('a.example', 255, dnsFlags.answer), { protocol: UDP, destinationPort: 40_000 });
    expect(saidFeatures(flow)).toMatchObject({ dnsQuestion: 1, dnsAnsweredFirst: 1, dnsAny: 1 });
  });

  it('whose name runs past the kept bytes is read as far as it is kept', () => {
    const name = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}`;
    expect(saidFeatures(question(name))).toMatchObject({ dnsLabels: 2, dnsNameLength: 121 });
  });
});
