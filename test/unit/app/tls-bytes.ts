// test support: TLS messages and records out of their parts.

export const number8 = (value: number) => Buffer.of(value);
export const number16 = (value: number) => Buffer.of(value >> 8, value & 0xff);
export const number24 = (value: number) => Buffer.of(value >> 16, (value >> 8) & 0xff, value & 0xff);
export const vector8 = (body: Uint8Array) => Buffer.concat([number8(body.length), body]);
export const vector16 = (body: Uint8Array) => Buffer.concat([number16(body.length), body]);
export const vector24 = (body: Uint8Array) => Buffer.concat([number24(body.length), body]);
export const codes16 = (codes: readonly number[]) => Buffer.concat(codes.map(number16));
export const latin1 = (text: string) => Buffer.from(text, 'latin1');
export const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

export type Extension = readonly [type: number, body: Uint8Array];

export const serverName = (name: string): Extension => [
  0,
  vector16(Buffer.concat([number8(0), vector16(latin1(name))])),
];
export const protocols = (...names: readonly string[]): Extension => [
  16,
  vector16(Buffer.concat(names.map((name) => vector8(latin1(name))))),
];
export const versions = (...list: readonly number[]): Extension => [43, vector8(codes16(list))];
export const groups = (...list: readonly number[]): Extension => [10, vector16(codes16(list))];
export const pointFormats = (...list: readonly number[]): Extension => [11, vector8(Buffer.from(list))];
export const signatures = (...list: readonly number[]): Extension => [13, vector16(codes16(list))];
export const empty = (type: number): Extension => [type, Buffer.of()];

function extensionList(extensions: readonly Extension[]): Buffer {
  return vector16(Buffer.concat(extensions.flatMap(([type, body]) => [number16(type), vector16(body)])));
}

export interface HelloParts {
  readonly version?: number;
  readonly sessionId?: Uint8Array;
  readonly ciphers?: readonly number[];
  readonly extensions?: readonly Extension[];
}

export function clientHello({ version = 0x0303, sessionId = Buffer.of(), ciphers = [0x1301], extensions }: HelloParts) {
  const lists = [vector8(sessionId), vector16(codes16(ciphers)), Buffer.of(1, 0)];
  const tail = extensions === undefined ? [] : [extensionList(extensions)];
  return message(1, Buffer.concat([number16(version), Buffer.alloc(32, 7), ...lists, ...tail]));
}

export interface ServerHelloParts extends Omit<HelloParts, 'ciphers'> {
  readonly cipher?: number;
  readonly random?: Uint8Array;
}

export function serverHello(parts: ServerHelloParts) {
  const { version = 0x0303, sessionId = Buffer.of(), cipher = 0xc02f, random = Buffer.alloc(32, 9) } = parts;
  const start = [number16(version), random, vector8(sessionId), number16(cipher), number8(0)];
  return message(
    2,
    Buffer.concat([...start, ...(parts.extensions === undefined ? [] : [extensionList(parts.extensions)])]),
  );
}

export function certificates(...chain: readonly Uint8Array[]): Buffer {
  return message(11, vector24(Buffer.concat(chain.map(vector24))));
}

export function message(type: number, body: Uint8Array): Buffer {
  return Buffer.concat([number8(type), vector24(body)]);
}

export function record(type: number, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(type, 3, 3), vector16(body)]);
}

/** Handshake bytes in records of at most `size` bytes. */
export function records(handshake: Uint8Array, size = 16_384): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < handshake.length; at += size) parts.push(record(22, handshake.subarray(at, at + size)));
  return Buffer.concat(parts);
}

export const changeCipher = record(20, Buffer.of(1));

export function tcp(client: Uint8Array, server: Uint8Array, ports: readonly [number, number] = [40_000, 443]) {
  const side = (port: number, bytes: Uint8Array) => ({
    port,
    pieces: bytes.length === 0 ? [] : [bytes],
    isWhole: true,
  });
  return { transport: 'tcp', client: side(ports[0], client), server: side(ports[1], server) } as const;
}
