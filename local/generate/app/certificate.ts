// generate: X.509 certificates that parse but prove nothing: key and signature are random, https://www.rfc-editor.org/rfc/rfc5280.
import { joinBytes, textBytes } from '../bytes/text.ts';
import type { Random } from '../random.ts';

const oids = {
  commonName: [0x55, 0x04, 0x03],
  organization: [0x55, 0x04, 0x0a],
  country: [0x55, 0x04, 0x06],
  subjectAlternativeName: [0x55, 0x1d, 0x11],
  rsaEncryption: [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01],
  sha256WithRsa: [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b],
} as const;

const der = {
  integer: 2,
  bits: 3,
  octets: 4,
  nothing: 5,
  oid: 6,
  utf8: 12,
  printable: 19,
  utc: 23,
  sequence: 0x30,
  set: 0x31,
} as const;

export function encodeCertificate(subject: string, issuer: string, random: Random): Uint8Array {
  const algorithm = node(der.sequence, node(der.oid, Uint8Array.from(oids.sha256WithRsa)), node(der.nothing));
  const validity = node(
    der.sequence,
    node(der.utc, textBytes('260101000000Z')),
    node(der.utc, textBytes('280101000000Z')),
  );
  const body = node(
    der.sequence,
    node(0xa0, node(der.integer, Uint8Array.of(2))),
    node(der.integer, joinBytes([Uint8Array.of(0x4a), random.bytes(15)])),
    algorithm,
    encodeName(issuer, 'Example Trust Services'),
    validity,
    encodeName(subject, undefined),
    encodeKey(random),
    encodeExtensions(subject),
  );
  return node(der.sequence, body, algorithm, node(der.bits, Uint8Array.of(0), random.bytes(256)));
}

function encodeName(commonName: string, organization: string | undefined): Uint8Array {
  const attribute = (oid: readonly number[], tag: number, text: string): Uint8Array =>
    node(der.set, node(der.sequence, node(der.oid, Uint8Array.from(oid)), node(tag, textBytes(text))));
  const common = attribute(oids.commonName, der.utf8, commonName);
  if (organization === undefined) return node(der.sequence, common);
  const country = attribute(oids.country, der.printable, 'XX');
  return node(der.sequence, country, attribute(oids.organization, der.utf8, organization), common);
}

function encodeKey(random: Random): Uint8Array {
  const modulus = node(der.integer, Uint8Array.of(0, 0xc1), random.bytes(255));
  const key = node(der.sequence, modulus, node(der.integer, Uint8Array.of(1, 0, 1)));
  const algorithm = node(der.sequence, node(der.oid, Uint8Array.from(oids.rsaEncryption)), node(der.nothing));
  return node(der.sequence, algorithm, node(der.bits, Uint8Array.of(0), key));
}

function encodeExtensions(subject: string): Uint8Array {
  const names = node(der.sequence, node(0x82, textBytes(subject)));
  const extension = node(
    der.sequence,
    node(der.oid, Uint8Array.from(oids.subjectAlternativeName)),
    node(der.octets, names),
  );
  return node(0xa3, node(der.sequence, extension));
}

/** Tag, length in its shortest form, contents. */
function node(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const body = joinBytes(contents);
  const length = body.length;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >>> 8, length & 0xff];
  return joinBytes([Uint8Array.of(tag, ...head), body]);
}
