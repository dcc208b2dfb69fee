// app: what a TLS conversation says in clear; fingerprints against published ones.
import { describe, expect, it } from 'vitest';
import { ja4Parts } from '../../../lib/app/ja4.ts';
import { dissectTls } from '../../../lib/app/tls.ts';
import { cipherName } from '../../../lib/app/tls-cipher-names.ts';
import { readTlsSide } from '../../../lib/app/tls-side.ts';
import * as tls from './tls-bytes.ts';

const NOTHING = Buffer.of();
const GREASE = 0x7a7a;

/** Chrome's lists as published beside t13d1516h2_8daaf6152771_d8a2da3f94cd and t13d1517h2_8daaf6152771_cb7bf5808d99. */
const CHROME_CIPHERS = [0x002f, 0x0035, 0x009c, 0x009d, 0x1301, 0x1302, 0x1303].concat([
  0xc013, 0xc014, 0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca8, 0xcca9,
]);
const CHROME_SIGNATURES = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];

function chromeHello(others: readonly number[], signatures: readonly number[]) {
  return tls.clientHello({
    ciphers: [GREASE, ...CHROME_CIPHERS.toReversed()],
    extensions: [
      tls.empty(GREASE),
      tls.serverName('WWW.Example.org'),
      tls.protocols('h2', 'http/1.1'),
      tls.versions(GREASE, 0x0304, 0x0303),
      tls.groups(GREASE, 29, 23, 24),
      tls.pointFormats(0),
      tls.signatures(...signatures),
      ...others.map(tls.empty),
    ],
  });
}

const ja4 = (hello: Buffer) => dissectTls(tls.tcp(tls.records(hello), NOTHING))?.tls.client?.ja4;
const ja3 = (hello: Buffer) => dissectTls(tls.tcp(tls.records(hello), NOTHING))?.tls.client?.ja3;

describe('JA4', () => {
  it('is as published for Chrome, in whatever order ciphers and extensions stand', () => {
    const others = [0x0005, 0x0012, 0x0017, 0x001b, 0x0023, 0x002d, 0x0033, 0x44cd, 0xfe0d, 0xff01];
    const hello = chromeHello(others, CHROME_SIGNATURES);
    expect(ja4(hello)).toBe('t13d1516h2_8daaf6152771_d8a2da3f94cd');
    expect(ja4(chromeHello(others.toReversed(), CHROME_SIGNATURES))).toBe(ja4(hello));
  });

  it('leaves GREASE out of the signature algorithms too', () => {
    const others = [0x0005, 0x0012, 0x0017, 0x001b, 0x0023, 0x002d, 0x0033, 0x44cd, 0xca34, 0xfe0d, 0xff01];
    const hello = chromeHello(others, [GREASE, 0x0904, 0x0905, 0x0906, ...CHROME_SIGNATURES]);
    expect(ja4(hello)).toBe('t13d1517h2_8daaf6152771_cb7bf5808d99');
  });

  it('says no name, no protocol and no extensions with letters and zeros', () => {
    expect(ja4(tls.clientHello({ version: 0x0301, ciphers: [5] }))).toMatch(/^t10i010000_[0-9a-f]{12}_000000000000$/);
    expect(ja4(tls.clientHello({ ciphers: [] }))).toBe('t12i000000_000000000000_000000000000');
  });

  it.each([
    ['h', 'hh'],
    ['\xab', 'ab'],
    ['\xab\xcd', 'ad'],
    ['0\xab', '3b'],
    ['01\xab\xcd', '3d'],
  ])('marks the protocol %j as %s', (protocol, mark) => {
    expect(ja4(tls.clientHello({ extensions: [tls.protocols(protocol)] }))?.slice(8, 10)).toBe(mark);
  });

  it('counts to 99 and lists what it hashes', () => {
    const many = Array.from({ length: 120 }, (_, i) => 0x0100 + i);
    const hello = readTlsSide(tls.records(tls.clientHello({ ciphers: many })))?.clientHello;
    if (hello === undefined) throw new Error('no hello');
    const [start, ciphers] = ja4Parts(hello.offered.offer, 'q');
    expect(start).toBe('q12i990000');
    expect(ciphers.split(',')).toHaveLength(120);
  });
});

describe('JA3', () => {
  it('is as published with the method', () => {
    const ciphers = [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4];
    const extensions = [tls.serverName('a'), tls.groups(GREASE, 23, 24, 25), tls.pointFormats(0)];
    const hello = tls.clientHello({ version: 769, ciphers: [GREASE, ...ciphers], extensions });
    expect(ja3(hello)).toBe('ada70206e40642a3e4461f35503241d5');
    const bare = tls.clientHello({ version: 769, ciphers: [4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99] });
    expect(ja3(bare)).toBe('de350869b8c85de67a350c8d186f11e6');
  });

  it('of a server keeps its extensions in their order', () => {
    const hello = tls.serverHello({ version: 769, cipher: 47, extensions: [65281, 0, 11, 35, 5, 16].map(tls.empty) });
    // MD5 of 769,47,65281-0-11-35-5-16
    expect(dissectTls(tls.tcp(NOTHING, tls.records(hello)))?.tls.server?.ja3s).toBe('836ce314215654b5b1f85f97c73e506f');
  });
});

describe('TLS', () => {
  const client = chromeHello([0x0033], CHROME_SIGNATURES);

  it('tells what was agreed on in TLS 1.3', () => {
    const sharing: tls.Extension = [51, Buffer.concat([tls.number16(29), tls.vector16(Buffer.alloc(32))])];
    const hello = tls.serverHello({ cipher: 0x1302, extensions: [[43, tls.number16(0x0304)], sharing, [41, NOTHING]] });
    const server = Buffer.concat([tls.records(hello), tls.changeCipher, tls.record(23, Buffer.alloc(900))]);
    const answer = Buffer.concat([tls.records(client), tls.changeCipher, tls.record(23, Buffer.alloc(53))]);
    const facts = dissectTls(tls.tcp(answer, server));
    expect(facts?.tls).toMatchObject({
      ...{ version: '1.3', version_protocol: 'tls', cipher: 'TLS_AES_256_GCM_SHA384', curve: 'x25519' },
      ...{ next_protocol: 'h2', established: true, resumed: true, client: { server_name: 'www.example.org' } },
    });
    const refused = Buffer.concat([tls.records(client), tls.record(23, Buffer.alloc(19))]);
    expect(dissectTls(tls.tcp(refused, server))?.tls.established).toBeUndefined();
  });

  it('reads messages that are spread over many records, and knows the client whichever side came first', () => {
    const [whole, spread] = [tls.records(client), tls.records(client, 7)];
    const server = tls.records(tls.serverHello({ extensions: [tls.protocols('http/1.1')] }), 11);
    const facts = dissectTls(tls.tcp(whole, server));
    expect(facts?.tls.next_protocol).toBe('http/1.1');
    expect(dissectTls(tls.tcp(spread, server))).toBeDefined();
    expect(dissectTls(tls.tcp(server, whole))).toEqual(facts);
  });

  it('gives a cut hello its name but no fingerprint', () => {
    const whole = tls.records(client);
    const facts = dissectTls(tls.tcp(whole.subarray(0, whole.length - 1), NOTHING));
    expect(facts?.tls.client).toMatchObject({ server_name: 'www.example.org' });
    expect(facts?.tls.client?.ja3).toBeUndefined();
    expect(facts?.tls.client?.ja4).toBeUndefined();
  });

  it('sees a session taken up again, a change of cipher on both sides, and a refusal', () => {
    const sessionId = Buffer.alloc(32, 3);
    const hello = tls.records(tls.clientHello({ sessionId, extensions: [tls.protocols('h2')] }));
    const finished = Buffer.concat([tls.changeCipher, tls.record(22, Buffer.alloc(40, 0xe1))]);
    const answer = Buffer.concat([tls.records(tls.serverHello({ sessionId })), finished]);
    const facts = dissectTls(tls.tcp(Buffer.concat([hello, finished]), answer));
    expect(facts?.tls).toMatchObject({ version: '1.2', established: true, resumed: true });
    expect(facts?.tls.next_protocol).toBeUndefined();
    const other = tls.records(tls.serverHello({ sessionId: Buffer.alloc(32, 4) }));
    expect(dissectTls(tls.tcp(hello, other))?.tls.resumed).toBe(false);
    const alert = dissectTls(tls.tcp(hello, tls.record(21, Buffer.of(2, 40))));
    expect(alert).toMatchObject({ tls: { established: false }, smartids: { tls: { alert: 'handshake_failure' } } });
  });

  it('takes the hello behind a HelloRetryRequest for the server’s', () => {
    const random = tls.hex('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c');
    const version: tls.Extension = [43, tls.number16(0x0304)];
    const retry = tls.serverHello({ random, cipher: 0x1301, extensions: [version] });
    const asked = Buffer.concat([tls.records(retry), tls.changeCipher]);
    expect(dissectTls(tls.tcp(tls.records(client), asked))?.tls.server?.ja3s).toBeUndefined();
    const hello = tls.serverHello({ cipher: 0x1301, extensions: [version, tls.empty(51)] });
    const both = dissectTls(tls.tcp(tls.records(client), Buffer.concat([asked, tls.records(hello)])));
    expect(both?.tls.server?.ja3s).toMatch(/^[0-9a-f]{32}$/);
  });

  it('reads the ServerHello of TLS 1.3’s early drafts, which was shorter', () => {
    const body = Buffer.concat([tls.number16(0x7f12), Buffer.alloc(32, 5), tls.number16(0x1302), tls.number16(0)]);
    const facts = dissectTls(tls.tcp(tls.records(client), tls.records(tls.message(2, body))));
    expect(facts?.tls).toMatchObject({ version: '1.3', cipher: 'TLS_AES_256_GCM_SHA384' });
  });

  it('knows SSL 2.0’s hello, and its own limits', () => {
    const parts = [tls.number16(3), tls.number16(0), tls.number16(16), Buffer.of(1, 0, 128), Buffer.alloc(16)];
    const body = Buffer.concat([Buffer.of(1, 0, 2), ...parts]);
    const hello = Buffer.concat([tls.number16(0x8000 | body.length), body]);
    expect(dissectTls(tls.tcp(hello, NOTHING))?.tls).toMatchObject({ version: '2.0', version_protocol: 'ssl' });
    expect(dissectTls(tls.tcp(tls.latin1('GET / HTTP/1.1\r\n'), NOTHING))).toBeUndefined();
    expect(dissectTls({ ...tls.tcp(tls.records(client), NOTHING), transport: 'udp' })).toBeUndefined();
  });

  it('names ciphers, and writes the code of one without a name', () => {
    expect(cipherName(0xc02b)).toBe('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
    expect(cipherName(0x00c6)).toBe('TLS_SM4_GCM_SM3');
    expect(cipherName(0x00ff)).toBe('TLS_EMPTY_RENEGOTIATION_INFO_SCSV');
    expect(cipherName(0x1a2b)).toBe('0x1A2B');
  });
});
