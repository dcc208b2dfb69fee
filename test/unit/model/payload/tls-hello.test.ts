import { describe, expect, it } from 'vitest';
import { TLS_HELLO } from '../../../../lib/model/payload/tls-hello.ts';
import { type ClientHelloOptions, cipherSets, encodeClientHello } from '../../../../local/generate/app/tls-record.ts';
import { createRandom } from '../../../../local/generate/random.ts';
import { answers, asks, describePairs, saidFeatures } from './said-features.ts';

/** Kept whole in three packets, but only its first is read: few suites, no session. */
function hello(change: Partial<ClientHelloOptions> = {}): Uint8Array {
  const options: ClientHelloOptions = {
    serverName: 'shop.example',
    alpn: [],
    ciphers: [0x1301, 0xc02b, 0xc02f],
    grease: false,
    offersTls13: false,
    sessionId: new Uint8Array(0),
    ...change,
  };
  return encodeClientHello(options, createRandom(1));
}

const named = (serverName: string) => asks(hello({ serverName }));

/** A hello that ends behind its suites and compression, or with these extensions. */
function bare(version: number, extensions: readonly number[] = []): Uint8Array {
  const body = [version >> 8, version & 0xff, ...new Array(32).fill(7), 0, 0, 2, 0, 0x2f, 1, 0, ...extensions];
  return Uint8Array.of(22, 3, 1, 0, body.length + 4, 1, 0, 0, body.length, ...body);
}

/** A ServerHello up to the suite it chose. */
function serverHello(version: number, suite: number): Uint8Array {
  const body = [version >> 8, version & 0xff, ...new Array(32).fill(7), 0, suite >> 8, suite & 0xff, 0];
  return Uint8Array.of(22, 3, 3, 0, body.length + 4, 2, 0, 0, body.length, ...body);
}

describePairs('features of a TLS hello', TLS_HELLO, {
  tlsClientHello: [asks(hello()), asks(serverHello(0x0303, 0x1301))],
  tlsOldClient: [asks(bare(0x0301)), asks(bare(0x0303))],
  tlsCiphers: [asks(hello()), asks(bare(0x0303)), 3, 1],
  tlsGrease: [asks(hello({ grease: true })), asks(hello())],
  tlsServerName: [named('shop.example'), asks(hello({ serverName: undefined }))],
  tlsNoServerName: [asks(bare(0x0303)), named('shop.example')],
  tlsAlpn: [asks(bare(0x0303, [0, 4, 0, 16, 0, 0])), asks(bare(0x0303, [0, 4, 0, 17, 0, 0]))],
  tlsExtensions: [asks(bare(0x0303, [0, 8, 0, 23, 0, 0, 0, 35, 0, 0])), asks(bare(0x0303)), 2],
  tlsServerHello: [answers(serverHello(0x0303, 0x1301)), answers(hello())],
  tlsOldServer: [answers(serverHello(0x0301, 0x2f)), answers(serverHello(0x0303, 0x2f))],
  tlsOldSuite: [answers(serverHello(0x0303, 0x0005)), answers(serverHello(0x0303, 0xc02f))],
  tlsAlert: [answers(Uint8Array.of(21, 3, 3, 0, 2, 2, 40)), answers(Uint8Array.of(21, 2, 3, 0, 2, 2, 40))],
  tlsMidstream: [asks(Uint8Array.of(23, 3, 3, 0, 9)), asks(Uint8Array.of(23, 0, 3, 0, 9))],
  tlsNameEntropy: [named('abab.b'), named('aaaa.b'), 1, 0],
  tlsNameConsonants: [named('xkcdqo.net'), named('banana.net'), 5, 1],
  tlsNameRareZone: [named('a.top'), named('top.example')],
  tlsNameDynamicZone: [named('a.no-ip.org'), named('pinoip.org')],
  tlsNameAddressLookup: [named('ipinfo.io'), named('shipinfo.io')],
});

describe('a TLS hello', () => {
  it('of a browser is longer than what is kept, and says no more than is there', () => {
    const long = hello({ ciphers: cipherSets.chrome, grease: true, sessionId: new Uint8Array(32) });
    expect(saidFeatures(asks(long))).toMatchObject({ tlsClientHello: 1, tlsGrease: 1 });
  });

  it('that is cut before its extensions end is not said to have no name', () => {
    const cut = hello({ serverName: undefined }).subarray(0, 60);
    expect(saidFeatures(asks(cut))).toMatchObject({ tlsServerName: 0, tlsNoServerName: 0 });
  });
});
