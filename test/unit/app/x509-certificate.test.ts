// app: certificates by a walk over their DER, whole and cut, against Node's own parser.
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dissectTls } from '../../../lib/app/tls.ts';
import { decodeCertificate } from '../../../lib/app/x509-certificate.ts';
import { encodeCertificate } from '../../../local/generate/app/certificate.ts';
import { createRandom } from '../../../local/generate/random.ts';
import { certificates, clientHello, hex, latin1, records, serverHello, tcp } from './tls-bytes.ts';

const WHOLE = Buffer.from(encodeCertificate('www.example.org', 'Example CA', createRandom(7)));

function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const length = body.length < 0x80 ? Buffer.of(body.length) : Buffer.of(0x82, body.length >> 8, body.length & 0xff);
  return Buffer.concat([Buffer.of(tag), length, body]);
}

const attribute = (oid: string, tag: number, value: Uint8Array) =>
  der(0x31, der(0x30, der(6, hex(oid)), der(tag, value)));

interface Parts {
  readonly serial?: Buffer;
  readonly issuer?: Buffer;
  readonly validity?: Buffer;
  readonly names?: readonly Buffer[];
}

/** A certificate with these parts and as little else as can be. */
function certificate({ serial = Buffer.of(1), issuer = Buffer.of(), validity = Buffer.of(), names }: Parts): Buffer {
  const algorithm = der(0x30, der(6, hex('2a864886f70d01010b')));
  const alternative = der(0x30, der(6, hex('551d11')), der(1, Buffer.of(0)), der(4, der(0x30, ...(names ?? []))));
  const extensions = names === undefined ? [] : [der(0xa3, der(0x30, der(0x30, der(6, hex('551d0f'))), alternative))];
  const body = [der(2, serial), algorithm, der(0x30, issuer), der(0x30, validity), der(0x30), der(0x30), ...extensions];
  return der(0x30, der(0x30, der(0xa0, der(2, Buffer.of(2))), ...body), algorithm, der(3, Buffer.of(0)));
}

const decode = (parts: Parts) => {
  const bytes = certificate(parts);
  return decodeCertificate(bytes, bytes.length);
};

describe('certificates', () => {
  it('read like Node reads them', () => {
    const node = new X509Certificate(WHOLE);
    const ours = decodeCertificate(WHOLE, WHOLE.length);
    expect(ours?.x509.serial_number).toBe(node.serialNumber);
    expect(ours?.hash).toEqual({
      sha1: node.fingerprint.replaceAll(':', ''),
      sha256: node.fingerprint256.replaceAll(':', ''),
    });
    expect(ours?.subject).toBe(node.subject.split('\n').reverse().join(','));
    expect(ours?.issuer).toBe(node.issuer.split('\n').reverse().join(','));
    expect(ours?.not_before).toBe(new Date(node.validFrom).toISOString());
    expect(ours?.not_after).toBe(new Date(node.validTo).toISOString());
    expect(ours?.x509.alternative_names).toEqual(
      node.subjectAltName?.split(', ').map((name) => name.replace('DNS:', '')),
    );
    expect(ours?.x509.subject?.common_name).toEqual(['www.example.org']);
  });

  it('give what is whole of one that is cut, and no hash', () => {
    const whole = decodeCertificate(WHOLE, WHOLE.length);
    const cut = decodeCertificate(WHOLE.subarray(0, 200), WHOLE.length);
    expect(cut).toMatchObject({ issuer: whole?.issuer, not_after: whole?.not_after });
    expect(cut?.hash).toBeUndefined();
    expect(cut?.x509.alternative_names).toBeUndefined();
  });

  it('stand under their side, found over several records', () => {
    const answer = records(Buffer.concat([serverHello({}), certificates(WHOLE)]), 100);
    const facts = dissectTls(tcp(records(clientHello({})), answer));
    expect(facts?.tls.server?.subject).toBe('CN=www.example.org');
    expect(facts?.tls.client?.subject).toBeUndefined();
  });

  it('write names backwards, with their odd characters escaped or replaced', () => {
    const parts = [
      attribute('550406', 19, latin1('XX')),
      attribute('55040a', 12, Buffer.from('Größe, "A+B"')),
      attribute('55040b', 30, Buffer.from('00410416', 'hex')),
      attribute('550403', 12, Buffer.from('a\u202eb\n')),
      attribute('2a0304', 19, latin1('x')),
    ];
    expect(decode({ issuer: Buffer.concat(parts) })?.issuer).toBe(
      'OID.2a0304=x,CN=a\ufffdb\ufffd,OU=A\u0416,O=Größe\\, \\"A\\+B\\",C=XX',
    );
  });

  it.each([
    [0x17, '491231235959Z', '2049-12-31T23:59:59.000Z'],
    [0x17, '500101000000Z', '1950-01-01T00:00:00.000Z'],
    [0x18, '99991231235959Z', '9999-12-31T23:59:59.000Z'],
    [0x17, '250230000000Z', undefined],
    [0x17, '2502300000', undefined],
    [0x17, '251301000000Z', undefined],
  ])('read the time %i %s as %s', (tag, text, time) => {
    expect(decode({ validity: der(tag, latin1(text)) })?.not_before).toBe(time);
  });

  it('read other names, and no more of them than there is room for', () => {
    const some = [
      der(0x87, Buffer.of(10, 0, 0, 1)),
      der(0x87, Buffer.alloc(16, 1)),
      der(0x82, latin1('*.a')),
      der(0xa0),
    ];
    expect(decode({ names: some })?.x509.alternative_names).toEqual([
      '10.0.0.1',
      '101:101:101:101:101:101:101:101',
      '*.a',
    ]);
    const many = Array.from({ length: 100 }, (_, i) => der(0x82, latin1(`n${i}`)));
    expect(decode({ names: many })?.x509.alternative_names).toHaveLength(16);
    expect(decode({ serial: Buffer.alloc(3000, 0x11) })?.x509.serial_number).toHaveLength(80);
  });

  it('believe no length that reaches beyond what holds it', () => {
    const lying = Buffer.concat([Buffer.of(0x82, 9), latin1('a')]);
    expect(decode({ names: [der(0x82, latin1('x')), lying] })?.x509.alternative_names).toEqual(['x']);
  });

  it.each(['', '30', '3080', '308400ffffff', '0400', '3003020101'])('are not %s', (text) => {
    expect(decodeCertificate(hex(text), text.length / 2)).toBeUndefined();
  });
});
