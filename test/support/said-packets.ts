// support: payloads that say something, byte by byte, for the tests of what packets say.

export function bytesOf(...parts: readonly (string | number | Uint8Array | readonly number[])[]): Buffer {
  const pieces = parts.map((part) => {
    if (typeof part === 'string') return Buffer.from(part, 'latin1');
    return typeof part === 'number' ? Buffer.alloc(part) : Buffer.from(part);
  });
  return Buffer.concat(pieces);
}

export const le16 = (value: number): readonly number[] => [value & 0xff, value >> 8];
export const le32 = (value: number): readonly number[] => [...le16(value & 0xffff), ...le16(value >>> 16)];
export const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

/** A TLS record of type 24 with a request in clear. */
export function heartbeat(recordBytes: number, payloadBytes: number): Buffer {
  return bytesOf([0x18, 3, 2, recordBytes >> 8, recordBytes & 0xff, 1, payloadBytes >> 8, payloadBytes & 0xff], 40);
}

/** A NetBIOS session message; `length` where another one is declared. */
export function framed(message: Uint8Array, length = message.length): Buffer {
  return bytesOf([0, length >> 16, (length >> 8) & 0xff, length & 0xff], message);
}

export interface Smb1Options {
  readonly isReply?: boolean;
  readonly isUnicode?: boolean;
  readonly status?: number;
  readonly multiplexId?: number;
}

/** Header, words (a whole number of them) and data; the data's offset from the header is 35 + the words' bytes. */
export function smb1(command: number, words: Uint8Array, data: Uint8Array, options: Smb1Options = {}): Buffer {
  const { isReply = false, isUnicode = true, status = 0, multiplexId = 64 } = options;
  const flags2 = isUnicode ? 0x8000 : 0;
  const header = bytesOf(
    ...[[0xff], 'SMB', [command], le32(status), [isReply ? 0x98 : 0x18], le16(flags2)],
    ...[18, le16(multiplexId)],
  );
  return bytesOf(header, [words.length / 2], words, le16(data.length), data);
}

/** TRANSACTION2 or TRANSACTION, with one setup word. */
export function smb1Transaction(command: number, setup: number, data: Uint8Array = new Uint8Array(0)): Buffer {
  const words = bytesOf(18, 4, le16(data.length), le16(35 + 30), [1, 0], le16(setup));
  return smb1(command, words, data);
}

/** A password of one byte, which leaves the path on an even offset, and the service's name behind it. */
export function smb1TreeConnect(path: string, isUnicode = true): Buffer {
  const name = isUnicode ? utf16(`${path}\0`) : bytesOf(`${path}\0`);
  return smb1(0x75, bytesOf([0xff, 0], 4, le16(1)), bytesOf(1, name, '?????\0'), { isUnicode });
}

export function smb1Create(name: string, isUnicode = true): Buffer {
  const text = isUnicode ? utf16(name) : bytesOf(name);
  const words = bytesOf([0xff], 4, le16(text.length), 41);
  return smb1(0xa2, words, isUnicode ? bytesOf(1, text) : text, { isUnicode });
}

export function smb1Write(data: Uint8Array, offset = 0): Buffer {
  const words = bytesOf([0xff], 5, le32(offset), 12, le16(35 + 24), 0);
  return smb1(0x2f, words, data);
}

export function smb2(command: number, body: Uint8Array, isResponse = false): Buffer {
  const header = bytesOf([0xfe], 'SMB', le16(64), 6, le16(command), 2, le32(isResponse ? 1 : 0), 44);
  return bytesOf(header, body);
}

export function smb2TreeConnect(path: string): Buffer {
  const name = utf16(path);
  return smb2(3, bytesOf(le16(9), 2, le16(72), le16(name.length), name));
}

export function smb2Create(name: string): Buffer {
  const text = utf16(name);
  return smb2(5, bytesOf(le16(57), 42, le16(120), le16(text.length), 8, text));
}

export function smb2Write(data: Uint8Array, offset = 0): Buffer {
  return smb2(9, bytesOf(le16(49), le16(112), le32(data.length), le32(offset), 36, data));
}

export function smb2Ioctl(data: Uint8Array): Buffer {
  return smb2(11, bytesOf(le16(57), 22, le32(120), le32(data.length), 24, data));
}

/** A DCE-RPC packet of a type, in little-endian. */
export function rpc(type: number, body: Uint8Array): Buffer {
  return bytesOf([5, 0, type, 3, 0x10, 0, 0, 0], le16(16 + body.length), 6, body);
}

/** A bind to interfaces, each with one transfer syntax. */
export function rpcBind(interfaces: readonly string[], type = 11): Buffer {
  const contexts = interfaces.map((text, k) => bytesOf(le16(k), [1, 0], uuid(text), le32(1), 20));
  return rpc(type, bytesOf(8, [interfaces.length, 0, 0, 0], ...contexts));
}

function uuid(text: string): Buffer {
  const [a = '', b = '', c = '', d = '', e = ''] = text.split('-');
  const turned = [a, b, c].map((part) => Buffer.from(part, 'hex').reverse());
  return Buffer.concat([...turned, Buffer.from(d + e, 'hex')]);
}

/** A DNS query over TCP. */
export function dnsQuestion(type: number): Buffer {
  const message = bytesOf([0xab, 0xcd, 0, 0, 0, 1], 6, [7], 'example', [3], 'org', [0, 0, type, 0, 1]);
  return bytesOf([0, message.length], message);
}

/** One of each kind at least. */
export const SAID_PACKETS: readonly Uint8Array[] = [
  heartbeat(3 + 16 + 5, 5),
  heartbeat(3, 0x4000),
  ...[0x25, 0x26, 0x32].map((command) => framed(smb1Transaction(command, 7))),
  framed(smb1Transaction(0x32, 0x0e)),
  smb1Transaction(0x33, 0),
  framed(smb1(0xa0, bytesOf(7, le32(66_000), 27), new Uint8Array(9))),
  framed(smb1(0xa1, bytesOf(36), new Uint8Array(9)), 5000),
  framed(smb1(0x32, bytesOf(0), new Uint8Array(0), { isReply: true, status: 0xc0000002, multiplexId: 0x51 })),
  ...['\\\\10.0.0.2\\IPC$', '\\\\SRV\\admin$', '\\\\SRV\\C$', '\\\\SRV\\docs'].flatMap((path) => [
    framed(smb1TreeConnect(path)),
    smb1TreeConnect(path, false),
    framed(smb2TreeConnect(path)),
  ]),
  ...['a\\run.EXE', '\\svcctl', 'samr', 'report.docx'].flatMap((name) => [
    framed(smb1Create(name)),
    framed(smb1Create(name, false)),
    smb2Create(name),
  ]),
  framed(smb1Write(bytesOf('MZ', 20))),
  framed(smb2Write(bytesOf('MZ', 20))),
  framed(smb2Write(rpcBind(['367abb81-9844-35f1-ad32-98f038001003']))),
  framed(smb2Ioctl(rpcBind(['12345778-1234-abcd-ef00-0123456789ac']))),
  framed(smb1Transaction(0x25, 0x26, rpcBind(['e3514235-4b06-11d1-ab04-00c04fc2dcd2']))),
  rpcBind(['99fcfec4-5260-101b-bbcb-00aa0021347a', 'f309ad18-d86a-11d0-a075-00c04fb68820'], 14),
  rpc(0, new Uint8Array(20)),
  dnsQuestion(252),
  dnsQuestion(251),
  dnsQuestion(1),
  bytesOf('MZ', [0x90, 0, 3, 0], 60, 'This program cannot be run in DOS mode'),
  bytesOf('HTTP/1.1 200 OK\r\nServer: x\r\n\r\nMZ', [0x90, 0]),
  bytesOf(30, Buffer.alloc(20, 0x90), 5),
  ...[
    ...['GET / HTTP/1.1\r\n', 'POST /wsman HTTP/1.1\r\n', 'OPTIONS sip:x SIP/2.0', 'HTTP/1.0 404 Not Found\r\n'],
    ...['HTTP/1.1 401 Unauthorized\r\n', 'PASS secret\r\n', 'AUTH LOGIN\r\n', 'AUTH TLS\r\n', 'a1 LOGIN u p\r\n'],
    ...['530 Login incorrect.\r\n', '-ERR no\r\n', 'a1 NO failed\r\n', '\r\nLogin incorrect\r\n', '530\r\nbody'],
    ...[
      'NICK x\r\n',
      'USER a b c d\r\nNICK x\r\n',
      'PRIVMSG #x :hi',
      'uid=0(root) gid=0(root)',
      'id\nuid=33(www-data)',
    ],
    ...['sh-5.2$ ', 'bash-4.4# ls', 'bash: no job control in this shell\n', '\r\nMicrosoft Windows [Version 10.0.1]'],
  ].map((text) => bytesOf(text)),
];
