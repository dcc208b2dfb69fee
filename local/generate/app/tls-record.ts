// generate: TLS handshakes and records as browsers and servers send them, https://www.rfc-editor.org/rfc/rfc8446.
import { writeUint16 } from '../bytes/ip.ts';
import { joinBytes, textBytes } from '../bytes/text.ts';
import type { Random } from '../random.ts';

export interface ClientHelloOptions {
  /** Programs that connect to a bare address name no server. */
  readonly serverName: string | undefined;
  readonly alpn: readonly string[];
  readonly ciphers: readonly number[];
  /** Browsers mix in values nobody knows (RFC 8701); other programs do not. */
  readonly grease: boolean;
  readonly offersTls13: boolean;
  readonly sessionId: Uint8Array;
}

export const cipherSets = {
  chrome: [
    0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x9c, 0x9d, 0x2f, 0x35,
  ],
  firefox: [
    0x1301, 0x1303, 0x1302, 0xc02b, 0xc02f, 0xcca9, 0xcca8, 0xc02c, 0xc030, 0xc00a, 0xc009, 0xc013, 0xc014, 0x9c, 0x9d,
    0x2f, 0x35,
  ],
  program: [
    0x1302, 0x1303, 0x1301, 0xc02c, 0xc030, 0x9f, 0xcca9, 0xcca8, 0xccaa, 0xc02b, 0xc02f, 0x9e, 0xc024, 0xc028, 0x6b,
    0xff,
  ],
  older: [
    0xc02c, 0xc02b, 0xc030, 0xc02f, 0x9f, 0x9e, 0xc024, 0xc023, 0xc028, 0xc027, 0xc00a, 0xc009, 0xc014, 0xc013, 0x9d,
    0x9c, 0x3d,
  ],
} as const;

export const contents = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23, heartbeat: 24 } as const;
const handshakes = {
  clientHello: 1,
  serverHello: 2,
  certificate: 11,
  serverKeyExchange: 12,
  serverHelloDone: 14,
  clientKeyExchange: 16,
} as const;

export function encodeClientHello(options: ClientHelloOptions, random: Random): Uint8Array {
  const unknown = options.grease ? [0x0a0a + 0x1010 * random.integer(0, 15)] : [];
  const extensions = [
    ...unknown.map((value) => extension(value, new Uint8Array(0))),
    ...(options.serverName === undefined ? [] : [extension(0, serverName(options.serverName))]),
    extension(23, new Uint8Array(0)),
    extension(0xff01, Uint8Array.of(0)),
    extension(10, words16([...unknown, 29, 23, 24])),
    extension(11, Uint8Array.of(1, 0)),
    extension(35, new Uint8Array(0)),
    ...(options.alpn.length === 0 ? [] : [extension(16, protocolList(options.alpn))]),
    extension(5, Uint8Array.of(1, 0, 0, 0, 0)),
    extension(13, words16([0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601])),
    ...(options.offersTls13 ? tls13Extensions(unknown, random) : []),
  ];
  const ciphers = [...unknown, ...options.ciphers].flatMap((cipher) => [cipher >>> 8, cipher & 0xff]);
  const body = joinBytes([
    Uint8Array.of(3, 3),
    random.bytes(32),
    vector8(options.sessionId),
    vector16(Uint8Array.from(ciphers)),
    Uint8Array.of(1, 0),
    vector16(joinBytes(extensions)),
  ]);
  return record(contents.handshake, handshake(handshakes.clientHello, body), 0x0301);
}

function tls13Extensions(unknown: readonly number[], random: Random): Uint8Array[] {
  const share = joinBytes([Uint8Array.of(0, 29), vector16(random.bytes(32))]);
  const versions = [...unknown, 0x0304, 0x0303].flatMap((version) => [version >>> 8, version & 0xff]);
  return [
    extension(51, vector16(share)),
    extension(45, Uint8Array.of(1, 1)),
    extension(43, vector8(Uint8Array.from(versions))),
  ];
}

/** The server's whole first flight in TLS 1.3: its hello in the clear, the rest as application data. */
export function encodeServerFlight13(
  sessionId: Uint8Array,
  cipher: number,
  hiddenBytes: number,
  random: Random,
): Uint8Array {
  const share = joinBytes([Uint8Array.of(0, 29), vector16(random.bytes(32))]);
  const extensions = joinBytes([extension(43, Uint8Array.of(3, 4)), extension(51, share)]);
  return joinBytes([
    serverHello(sessionId, cipher, extensions, random),
    changeCipherSpec(),
    applicationData(hiddenBytes, random),
  ]);
}

/** The server's whole first flight in TLS 1.2, certificates in the clear. */
export function encodeServerFlight12(
  cipher: number,
  alpn: string | undefined,
  certificates: readonly Uint8Array[],
  random: Random,
): Uint8Array {
  const extensions = joinBytes([
    extension(0xff01, Uint8Array.of(0)),
    ...(alpn === undefined ? [] : [extension(16, protocolList([alpn]))]),
  ]);
  const chain = vector24(joinBytes(certificates.map(vector24)));
  const keyExchange = joinBytes([
    Uint8Array.of(3, 0, 29),
    vector8(random.bytes(32)),
    Uint8Array.of(8, 4),
    vector16(random.bytes(256)),
  ]);
  return joinBytes([
    serverHello(random.bytes(32), cipher, extensions, random),
    record(contents.handshake, handshake(handshakes.certificate, chain)),
    record(contents.handshake, handshake(handshakes.serverKeyExchange, keyExchange)),
    record(contents.handshake, handshake(handshakes.serverHelloDone, new Uint8Array(0))),
  ]);
}

/** The client's key exchange of TLS 1.2, its change of cipher and its finished message. */
export function encodeClientFlight12(random: Random): Uint8Array {
  const exchange = handshake(handshakes.clientKeyExchange, vector8(random.bytes(32)));
  return joinBytes([record(contents.handshake, exchange), encodeFinished(random)]);
}

/** Change of cipher and an encrypted finished message. */
export function encodeFinished(random: Random): Uint8Array {
  return joinBytes([changeCipherSpec(), record(contents.handshake, random.bytes(40))]);
}

export function changeCipherSpec(): Uint8Array {
  return record(contents.changeCipherSpec, Uint8Array.of(1));
}

/** Encrypted data in records of at most 16 KiB. */
export function applicationData(length: number, random: Random): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let left = length; left > 0; left -= 16_384) {
    parts.push(record(contents.applicationData, random.bytes(Math.min(left, 16_384))));
  }
  return joinBytes(parts);
}

export function encryptedAlert(random: Random, version13: boolean): Uint8Array {
  return record(version13 ? contents.applicationData : contents.alert, random.bytes(version13 ? 19 : 26));
}

function serverHello(sessionId: Uint8Array, cipher: number, extensions: Uint8Array, random: Random): Uint8Array {
  const body = joinBytes([
    Uint8Array.of(3, 3),
    random.bytes(32),
    vector8(sessionId),
    Uint8Array.of(cipher >>> 8, cipher & 0xff, 0),
    vector16(extensions),
  ]);
  return record(contents.handshake, handshake(handshakes.serverHello, body));
}

export function record(type: number, body: Uint8Array, version = 0x0303): Uint8Array {
  return joinBytes([Uint8Array.of(type, version >>> 8, version & 0xff), vector16(body)]);
}

function handshake(type: number, body: Uint8Array): Uint8Array {
  return joinBytes([Uint8Array.of(type), vector24(body)]);
}

function extension(type: number, body: Uint8Array): Uint8Array {
  return joinBytes([Uint8Array.of(type >>> 8, type & 0xff), vector16(body)]);
}

function serverName(name: string): Uint8Array {
  return vector16(joinBytes([Uint8Array.of(0), vector16(textBytes(name))]));
}

function protocolList(names: readonly string[]): Uint8Array {
  return vector16(joinBytes(names.map((name) => vector8(textBytes(name)))));
}

function words16(values: readonly number[]): Uint8Array {
  return vector16(Uint8Array.from(values.flatMap((value) => [value >>> 8, value & 0xff])));
}

function vector8(bytes: Uint8Array): Uint8Array {
  return joinBytes([Uint8Array.of(bytes.length), bytes]);
}

function vector16(bytes: Uint8Array): Uint8Array {
  const length = new Uint8Array(2);
  writeUint16(length, 0, bytes.length);
  return joinBytes([length, bytes]);
}

function vector24(bytes: Uint8Array): Uint8Array {
  return joinBytes([Uint8Array.of(bytes.length >>> 16, (bytes.length >>> 8) & 0xff, bytes.length & 0xff), bytes]);
}
