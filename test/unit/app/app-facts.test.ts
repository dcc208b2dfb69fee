// app: facts from first payload bytes, one protocol after the other.
import { describe, expect, it } from 'vitest';
import { type FlowPayload, readAppFacts } from '../../../lib/app/app-facts.ts';
import { decodeDnsMessage } from '../../../lib/app/dns.ts';
import { decodeHttpRequest, decodeHttpResponse } from '../../../lib/app/http.ts';
import { decodeSshBanner } from '../../../lib/app/ssh.ts';
import { decodeClientHello, decodeServerHello } from '../../../lib/app/tls.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const number16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const packet = (content: Uint8Array, wireLength = content.length) => ({ bytes: content, wireLength });

function extension(type: number, body: Uint8Array): Buffer {
  return Buffer.concat([number16(type), number16(body.length), body]);
}

/** A handshake record around a hello's body. */
function hello(type: number, body: Uint8Array): Buffer {
  const header = Buffer.from([22, 3, 1, 0, body.length + 4, type, 0, 0, body.length]);
  return Buffer.concat([header, body]);
}

const NAME = bytes('WWW.example.org');
const SERVER_NAME = extension(0, Buffer.concat([number16(NAME.length + 3), Buffer.of(0), number16(NAME.length), NAME]));
const ALPN = extension(16, Buffer.from([0, 3, 2, 0x68, 0x32]));
const GREASE = 0x7a7a;
const OFFERED = extension(43, Buffer.concat([Buffer.of(6), number16(GREASE), number16(0x0304), number16(0x0303)]));

function clientHello(extensions: readonly Buffer[]): Buffer {
  const all = Buffer.concat(extensions);
  const fixed = Buffer.concat([number16(0x0303), Buffer.alloc(32), Buffer.of(0, 0, 2, 0x13, 0x01, 1, 0)]);
  return hello(1, Buffer.concat([fixed, number16(all.length), all]));
}

function serverHello(extensions: readonly Buffer[]): Buffer {
  const all = Buffer.concat(extensions);
  const fixed = Buffer.concat([number16(0x0303), Buffer.alloc(32), Buffer.of(0, 0x13, 0x02, 0)]);
  return hello(2, Buffer.concat([fixed, number16(all.length), all]));
}

function dnsMessage(flags: number, name: readonly string[], type: number): Buffer {
  const header = [0x1234, flags, 1, 2, 0, 0].map(number16);
  const labels = name.map((label) => Buffer.concat([Buffer.of(label.length), bytes(label)]));
  return Buffer.concat([...header, ...labels, Buffer.of(0), number16(type), number16(1)]);
}

function flow(values: Partial<FlowPayload>): FlowPayload {
  return { protocol: 6, sourcePort: 40_000, destinationPort: 9999, source: [], destination: [], ...values };
}

describe('HTTP', () => {
  it('reads a request’s line, host and agent', () => {
    expect(decodeHttpRequest(bytes('POST /a?b HTTP/1.0\r\nhOsT: h\r\nUser-Agent:  x y \r\n\r\nbody'))).toEqual({
      ...{ method: 'POST', target: '/a?b', version: '1.0', host: 'h', userAgent: 'x y' },
    });
  });

  it('keeps a target that the kept bytes cut, and no header that they cut', () => {
    expect(decodeHttpRequest(bytes('GET /very-lo'))).toMatchObject({ target: '/very-lo', version: undefined });
    expect(decodeHttpRequest(bytes('GET / HTTP/1.1\r\nHost: www.exam'))?.host).toBeUndefined();
  });

  it('takes no header from the body', () => {
    expect(decodeHttpRequest(bytes('POST / HTTP/1.1\r\n\r\nHost: evil\r\n\r\n'))?.host).toBeUndefined();
  });

  it('reads a response’s status and media type', () => {
    expect(decodeHttpResponse(bytes('HTTP/1.1 503 \r\nContent-Type: Text/HTML; charset=x\r\n\r\n'))).toEqual({
      ...{ version: '1.1', status: 503, mimeType: 'text/html' },
    });
    expect(decodeHttpResponse(bytes('HTTP/1.1 999 x\r\n'))).toBeUndefined();
  });

  it.each(['', 'GETX / HTTP/1.1\r\n', 'get / HTTP/1.1\r\n', 'USER anonymous\r\n'])('is not %j', (text) => {
    expect(decodeHttpRequest(bytes(text))).toBeUndefined();
  });
});

describe('DNS', () => {
  it('reads a question', () => {
    expect(decodeDnsMessage(dnsMessage(0x0100, ['WWW', 'example', 'org'], 28))).toMatchObject({
      ...{ id: 0x1234, response: false, opCode: 'QUERY', headerFlags: ['RD'], answers: 2 },
      question: { name: 'www.example.org', type: 'AAAA' },
    });
  });

  it('reads what was answered', () => {
    const message = decodeDnsMessage(dnsMessage(0x8583, [], 4711));
    expect(message).toMatchObject({ response: true, responseCode: 'NXDOMAIN', headerFlags: ['AA', 'RD', 'RA'] });
    expect(message?.question).toEqual({ name: '.', type: 'TYPE4711' });
  });

  it('writes odd bytes of a name so that they cannot pass for others', () => {
    expect(decodeDnsMessage(dnsMessage(0, ['a.b', '\0\xff'], 1))?.question.name).toBe('a\\046b.\\000\\255');
  });

  it('refuses names that are cut, too long or point somewhere', () => {
    const whole = dnsMessage(0, ['example', 'org'], 1);
    expect(decodeDnsMessage(whole.subarray(0, whole.length - 1))).toBeUndefined();
    expect(decodeDnsMessage(dnsMessage(0, new Array(5).fill('x'.repeat(63)), 1))).toBeUndefined();
    expect(decodeDnsMessage(Buffer.concat([whole.subarray(0, 12), Buffer.of(0xc0, 12, 0, 1, 0, 1)]))).toBeUndefined();
  });
});

describe('TLS', () => {
  it('reads a ClientHello: name, highest version known, first protocol', () => {
    expect(decodeClientHello(clientHello([SERVER_NAME, ALPN, OFFERED]))).toEqual({
      ...{ version: '1.3', serverName: 'www.example.org', nextProtocol: 'h2' },
    });
    expect(decodeClientHello(clientHello([]))).toEqual({ version: '1.2' });
  });

  it('reads what was kept of a long one', () => {
    const long = clientHello([SERVER_NAME, extension(21, Buffer.alloc(100))]);
    expect(decodeClientHello(long.subarray(0, 120))?.serverName).toBe('www.example.org');
    expect(decodeClientHello(long.subarray(0, 70))?.serverName).toBeUndefined();
  });

  it('reads a ServerHello: version and cipher chosen', () => {
    expect(decodeServerHello(serverHello([extension(43, number16(0x0304))]))).toMatchObject({
      ...{ version: '1.3', cipher: '0x1302' },
    });
  });

  it('is not a record of another kind', () => {
    expect(decodeClientHello(serverHello([]))).toBeUndefined();
    expect(decodeServerHello(clientHello([]))).toBeUndefined();
    expect(decodeClientHello(Buffer.of(23, 3, 3, 0, 1, 1))).toBeUndefined();
  });
});

describe('SSH', () => {
  it('reads the identification line', () => {
    expect(decodeSshBanner(bytes('SSH-2.0-OpenSSH_9.6 Debian\r\n'))).toEqual({
      ...{ protocolVersion: '2.0', software: 'OpenSSH_9.6' },
    });
    expect(decodeSshBanner(bytes('SSH-'))).toBeUndefined();
  });
});

describe('facts of a flow', () => {
  it('join packets that were kept whole, and no others', () => {
    const [first, second] = [bytes('GET / HTTP/1.1\r\nHo'), bytes('st: a.example\r\n\r\n')];
    const whole = flow({ source: [packet(first), packet(second)] });
    expect(readAppFacts(whole).httpRequest?.host).toBe('a.example');
    const cut = flow({ source: [packet(first, 1000), packet(second)] });
    expect(readAppFacts(cut).httpRequest?.host).toBeUndefined();
  });

  it('find the client on either side of a flow seen from its middle on', () => {
    const facts = readAppFacts(flow({ source: [packet(bytes('SSH-2.0-s\r\n'))], destination: [] }));
    expect(facts).toMatchObject({ protocol: 'ssh' });
    const swapped = readAppFacts(flow({ destination: [packet(clientHello([SERVER_NAME]))] }));
    expect(swapped.clientHello?.serverName).toBe('www.example.org');
  });

  it('read DNS on its ports, over UDP and TCP', () => {
    const message = dnsMessage(0, ['a'], 1);
    const udp = flow({ protocol: 17, destinationPort: 53, source: [packet(message)] });
    expect(readAppFacts(udp)).toMatchObject({ protocol: 'dns', dnsQuery: { question: { name: 'a' } } });
    const tcp = flow({ destinationPort: 53, source: [packet(Buffer.concat([number16(message.length), message]))] });
    expect(readAppFacts(tcp)).toMatchObject({ protocol: 'dns', dnsQuery: { question: { name: 'a' } } });
    expect(readAppFacts({ ...udp, destinationPort: 9999 }).dnsQuery).toBeUndefined();
  });

  it('fall back on the port only where there was payload', () => {
    expect(readAppFacts(flow({ destinationPort: 22 })).protocol).toBeUndefined();
    expect(readAppFacts(flow({ destinationPort: 22, source: [packet(Buffer.of(0))] })).protocol).toBe('ssh');
    expect(readAppFacts(flow({ protocol: 1, source: [packet(Buffer.of(0))] })).protocol).toBeUndefined();
  });
});
