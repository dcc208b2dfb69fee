import { describe, expect, it } from 'vitest';
import { ABUSED_DATAGRAMS } from '../../../../lib/model/payload/abused-datagrams.ts';
import { dnsFlags, encodeDnsMessage } from '../../../../local/generate/app/dns-message.ts';
import { answers, asks, describePairs, type Said, saidFeatures, UDP } from './said-features.ts';

const datagram = (said: Said, destinationPort = 40_000) => asks(said, { protocol: UDP, destinationPort });
const text = { type: 16, ttlSeconds: 60, data: new Uint8Array(100) };
const dnsAnswer = encodeDnsMessage({ id: 1, flags: dnsFlags.answer, name: 'a.example', type: 255, answers: [text] });
const discovery = 'HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nST: upnp:rootdevice\r\n\r\n';
const control = [0x16, 0x82, 0, 1, 6, 0x18, 0, 0, 0, 0, 0, 5, ...Buffer.from('a=b,c')];
const value = 'VALUE a 0 9\r\n';

describePairs('features of abused datagrams', ABUSED_DATAGRAMS, {
  sipScanner: [
    datagram('OPTIONS sip:100@192.0.2.1 SIP/2.0\r\nUser-Agent: friendly-scanner\r\n\r\n', 5060),
    datagram('OPTIONS sip:100@192.0.2.1 SIP/2.0\r\nUser-Agent: Linphone\r\n\r\n', 5060),
  ],
  reflectedAnswer: [datagram(dnsAnswer), { ...datagram(dnsAnswer), ...answers(dnsAnswer) }],
  amplifyingRequest: [
    datagram(Uint8Array.of(0x17, 0, 3, 0x2a, 0, 0, 0, 0), 123),
    datagram(new Uint8Array(48).fill(0x1b, 0, 1), 123),
  ],
  sqlResolutionOverflow: [
    datagram(new Uint8Array(376).fill(1).fill(4, 0, 1), 1434),
    datagram(Uint8Array.of(4, ...Buffer.from('INSTANCE')), 1434),
  ],
});

describe('an answer that nobody asked for', () => {
  it.each([
    ['of DNS', dnsAnswer],
    ['of NTP to monlist, with more to come', Uint8Array.of(0xd7, 0, 3, 0x2a, 0, 6, 0, 0x48)],
    ['of NTP to monlist, the last', Uint8Array.of(0x97, 0, 3, 0x2a, 0, 6, 0, 0x48)],
    ['of NTP to a control message', Uint8Array.from(control)],
    ['of a device that was searched for', discovery],
    ['of memcached', Uint8Array.of(0, 1, 0, 0, 0, 1, 0, 0, ...Buffer.from(value))],
    ['of a directory over UDP', Uint8Array.of(0x30, 0x84, 0, 0, 0, 20, 2, 1, 7, 0x64, 0x84, 0, 0, 0, 9, 4, 0)],
  ])('%s is seen', (_, said) => {
    expect(saidFeatures(datagram(said))['reflectedAnswer']).toBe(1);
  });

  it.each([
    ['a question of DNS', encodeDnsMessage({ id: 0x1e81, flags: dnsFlags.query, name: 'a.example', type: 1 })],
    ['a request of NTP for control', Uint8Array.from(control).fill(0x02, 1, 2)],
    ['the time', new Uint8Array(48).fill(0x24, 0, 1)],
    ['a search for devices', 'M-SEARCH * HTTP/1.1\r\nST: upnp:rootdevice\r\n\r\n'],
    ['a stream of media', Uint8Array.from({ length: 172 }, (_, k) => (k === 0 ? 0x80 : (k * 37) & 0xff))],
  ])('is not %s', (_, said) => {
    expect(saidFeatures(datagram(said))['reflectedAnswer']).toBe(0);
  });
});

describe('a question with a large answer', () => {
  it.each([
    ['memcached’s statistics', Uint8Array.of(0, 1, 0, 0, 0, 1, 0, 0, ...Buffer.from('stats\r\n')), 1],
    ['every device', 'M-SEARCH * HTTP/1.1\r\nST: ssdp:all\r\n\r\n', 1],
    ['one kind of device', 'M-SEARCH * HTTP/1.1\r\nST: upnp:rootdevice\r\n\r\n', 0],
  ])('is one for %s', (_, said, expected) => {
    expect(saidFeatures(datagram(said))['amplifyingRequest']).toBe(expected);
  });
});
