// app, for every input: TLS, QUIC, SSH and HTTP conversations of any bytes, cut anywhere, give a bounded value or none.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dissectHttp } from '../../lib/app/http.ts';
import { dissectQuic } from '../../lib/app/quic.ts';
import { initialKeys, quicVersion } from '../../lib/app/quic-keys.ts';
import { dissectSsh } from '../../lib/app/ssh.ts';
import { dissectTls } from '../../lib/app/tls.ts';
import { decodeCertificate } from '../../lib/app/x509-certificate.ts';
import { encodeCertificate } from '../../local/generate/app/certificate.ts';
import { createRandom } from '../../local/generate/random.ts';
import { crypto, initial, udp } from '../unit/app/quic-bytes.ts';
import * as tls from '../unit/app/tls-bytes.ts';

const CERTIFICATE = encodeCertificate('www.example.org', 'Example CA', createRandom(3));
const HELLO = tls.clientHello({
  sessionId: Buffer.alloc(32, 1),
  ciphers: [0x0a0a, 0x1301, 0xc02f],
  extensions: [
    ...[tls.serverName('www.example.org'), tls.protocols('h2', 'http/1.1'), tls.versions(0x0a0a, 0x0304)],
    ...[tls.groups(29, 23), tls.pointFormats(0), tls.signatures(0x0403, 0x0804)],
  ],
});
const ANSWER = Buffer.concat([
  tls.records(
    Buffer.concat([tls.serverHello({ extensions: [tls.protocols('h2')] }), tls.certificates(CERTIFICATE)]),
    300,
  ),
  tls.changeCipher,
]);
const ID = Buffer.from('8394c8f03e515708', 'hex');
const VERSION = quicVersion(1);
const QUIC_KEYS = VERSION && initialKeys(VERSION, ID, 'client');
const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');
const KEYS = { key: text(QUIC_KEYS?.key), iv: text(QUIC_KEYS?.iv), hp: text(QUIC_KEYS?.headerKey) };
const SSH = Buffer.concat([tls.latin1('SSH-2.0-OpenSSH_9.6 x\r\n\0\0\x01\0\x04\x14'), Buffer.alloc(256)]);
const REQUEST = tls.latin1(
  'POST http://u:p@h:1/a?password=b&c HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\na=b&GET / HTTP/1.1\r\n',
);
const RESPONSE = tls.latin1('HTTP/1.1 100 C\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length: 2\r\n\r\n');

/** One of our heads, some bytes of it changed, cut anywhere; or any bytes at all. */
function mutated(...heads: readonly Uint8Array[]): fc.Arbitrary<Buffer> {
  const changes = fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 4 });
  const ours = fc.tuple(fc.constantFrom(...heads), changes, fc.nat(2000)).map(([head, edits, cut]) => {
    const bytes = Buffer.from(head.subarray(0, Math.max(1, head.length - (cut % (head.length + 1)))));
    for (const [at, value] of edits) bytes[at % bytes.length] = value;
    return bytes;
  });
  return fc.oneof(
    { weight: 4, arbitrary: ours },
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  );
}

function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

function expectBounded(facts: unknown): void {
  for (const one of strings(facts)) {
    expect(one).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    expect(one.length).toBeLessThanOrEqual(1024);
  }
  expect(JSON.stringify(facts ?? null).length).toBeLessThan(65_536);
}

const runs = { numRuns: 2000 };

describe('conversations of any bytes', () => {
  it.each([
    ['TLS', dissectTls, [tls.records(HELLO), tls.records(HELLO, 50)], [ANSWER]],
    ['SSH', dissectSsh, [SSH], [SSH]],
    ['HTTP', dissectHttp, [REQUEST], [RESPONSE]],
  ])('give %s facts that are bounded and printable, or none', (_, dissect, clients, servers) => {
    fc.assert(
      fc.property(mutated(...clients), mutated(...servers), (client, server) => {
        expectBounded(dissect(tls.tcp(client, server, [40_000, 22])));
      }),
      runs,
    );
  });

  it('give QUIC facts, whatever the frames inside', () => {
    const frames = mutated(crypto(0, HELLO), Buffer.concat([Buffer.of(2, 0, 0, 1, 0, 0, 0), crypto(40, HELLO)]));
    fc.assert(
      fc.property(frames, fc.nat(400), fc.boolean(), (inside, cut, isWhole) => {
        const packet = initial(
          { version: 1, destinationId: ID, number: 0, frames: Buffer.concat([inside, Buffer.alloc(20)]) },
          KEYS,
        );
        expectBounded(dissectQuic(udp([isWhole ? packet : packet.subarray(0, packet.length - cut)])));
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(
        mutated(initial({ version: 1, destinationId: ID, number: 0, frames: crypto(0, HELLO) }, KEYS)),
        (any) => {
          expectBounded(dissectQuic(udp([any, any], [any])));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('give certificates', () => {
    fc.assert(
      fc.property(mutated(CERTIFICATE), fc.nat(2000), (bytes, declared) => {
        expectBounded(decodeCertificate(bytes, bytes.length));
        expectBounded(decodeCertificate(bytes, declared));
      }),
      runs,
    );
  });

  it('say less, never something else, the earlier the bytes end', () => {
    const whole = dissectTls(tls.tcp(tls.records(HELLO), ANSWER));
    fc.assert(
      fc.property(fc.nat(ANSWER.length), fc.nat(tls.records(HELLO).length), (answerBytes, helloBytes) => {
        const cut = dissectTls(tls.tcp(tls.records(HELLO).subarray(0, helloBytes), ANSWER.subarray(0, answerBytes)));
        const { server, client } = cut?.tls ?? {};
        for (const [name, value] of Object.entries({ ...server, ...client })) {
          if (typeof value !== 'string') continue;
          expect(value).toBe(
            Object.entries({ ...whole?.tls.server, ...whole?.tls.client }).find(([key]) => key === name)?.[1],
          );
        }
      }),
      runs,
    );
  });
});
