// app: QUIC's Initial packets opened as anyone can; keys and packets against the RFCs' examples.
import { describe, expect, it } from 'vitest';
import { dissectQuic } from '../../../lib/app/quic.ts';
import { initialKeys, quicVersion } from '../../../lib/app/quic-keys.ts';
import { crypto, initial, type Keys, protect, udp } from './quic-bytes.ts';
import { clientHello, hex, protocols, serverHello, serverName, versions } from './tls-bytes.ts';

const ID = hex('8394c8f03e515708');

/** RFC 9001, appendix A.1. */
const CLIENT: Keys = {
  key: '1f369613dd76d5467730efcbe3b1a22d',
  iv: 'fa044b2f42a3fd3b46fb255c',
  hp: '9f50449e04a0e810283a1e9933adedd2',
};
const SERVER: Keys = {
  key: 'cf3a5331653c364c88f0f379b6067e37',
  iv: '0ac1493ca1905853b0bba03e',
  hp: 'c206b8d9b9f0f37644430b490eeaa314',
};
/** RFC 9369, appendix A.1. */
const CLIENT_2: Keys = {
  key: '8b1a0bc121284290a29e0971b5cd045d',
  iv: '91f73e2351d8fa91660e909f',
  hp: '45b95e15235d6f45a6b19cbcb0294ba9',
};

/** RFC 9001, appendix A.2 and A.3: the frames before protection. */
const CLIENT_FRAMES = hex(`
  060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c00000413011302010000c00000
  0010000e00000b6578616d706c652e636f6dff01000100000a00080006001d0017001800100007000504616c706e000500050100000000
  003300260024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e
  0403050306030203080408050806002d00020101001c00024001003900320408ffffffffffffffff05048000ffff07048000ffff080110
  0104800075300901100f088394c8f03e51570806048000ffff`);
const SERVER_FRAMES = hex(`
  02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a045a1200130100002e0033
  0024001d00209d3c940d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00020304`);
const CLIENT_PACKET = protect(
  hex('c300000001088394c8f03e5157080000449e00000002'),
  Buffer.concat([CLIENT_FRAMES, Buffer.alloc(1162 - CLIENT_FRAMES.length)]),
  CLIENT,
);
const SERVER_PACKET = protect(hex('c1000000010008f067a5502a4262b50040750001'), SERVER_FRAMES, SERVER);

function keysOf(version: number, id: Uint8Array, side: 'client' | 'server'): Keys {
  const known = quicVersion(version);
  if (known === undefined) throw new Error('unknown version');
  const { key, iv, headerKey } = initialKeys(known, id, side);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  return { key: text(key), iv: text(iv), hp: text(headerKey) };
}

describe('QUIC', () => {
  it('derives the keys of RFC 9001 and RFC 9369', () => {
    expect(keysOf(1, ID, 'client')).toEqual(CLIENT);
    expect(keysOf(1, ID, 'server')).toEqual(SERVER);
    expect(keysOf(0x6b3343cf, ID, 'client')).toEqual(CLIENT_2);
  });

  it('opens the packets of RFC 9001', () => {
    expect(CLIENT_PACKET.toString('hex', 0, 38)).toBe(
      'c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9b',
    );
    expect(CLIENT_PACKET.toString('hex', CLIENT_PACKET.length - 16)).toBe('e221af44860018ab0856972e194cd934');
    expect(SERVER_PACKET.toString('hex', 0, 20)).toBe('cf000000010008f067a5502a4262b5004075c0d9');
    const facts = dissectQuic(udp([CLIENT_PACKET], [SERVER_PACKET]));
    expect(facts).toMatchObject({
      network: { protocol: 'quic' },
      tls: { version: '1.3', cipher: 'TLS_AES_128_GCM_SHA256', curve: 'x25519', next_protocol: 'alpn' },
      smartids: { quic: { version: '1' } },
    });
    expect(facts?.tls?.client?.server_name).toBe('example.com');
    expect(facts?.tls?.client?.ja4).toMatch(/^q13d0211an_[0-9a-f]{12}_[0-9a-f]{12}$/);
    expect(dissectQuic(udp([SERVER_PACKET], [CLIENT_PACKET]))).toEqual(facts);
  });

  it('gives the name of a datagram that was cut, without its tag', () => {
    const facts = dissectQuic(udp([CLIENT_PACKET.subarray(0, 200)]));
    expect(facts?.tls?.client?.server_name).toBe('example.com');
    expect(facts?.tls?.client?.ja4).toBeUndefined();
  });

  it('refuses a packet whose tag is not its own', () => {
    const forged = Buffer.from(CLIENT_PACKET);
    forged[600] = (forged[600] ?? 0) ^ 1;
    expect(dissectQuic(udp([forged]))).toBeUndefined();
  });

  const hello = clientHello({
    extensions: [serverName('spread.example'), protocols('h3'), versions(0x0304), [0x1234, Buffer.alloc(1500)]],
  });
  const [start, middle, end] = [hello.subarray(0, 300), hello.subarray(300, 900), hello.subarray(900)];

  it.each([
    [0x00000001, 0, '1'],
    [0x6b3343cf, 1, '2'],
    [0xff00001d, 0, 'draft-29'],
  ])('joins a hello out of order over datagrams and packets, version %i', (version, type, name) => {
    const keys = keysOf(version, ID, 'client');
    const parts = { version, type, destinationId: ID };
    const ping = Buffer.of(1, 0, 0);
    const one = initial(
      { ...parts, number: 0, frames: Buffer.concat([crypto(900, end), ping, crypto(0, start)]) },
      keys,
    );
    const two = initial({ ...parts, number: 1, frames: crypto(300, middle) }, keys);
    for (const datagrams of [[one, two], [two, one], [Buffer.concat([one, two])]]) {
      const facts = dissectQuic(udp(datagrams));
      expect(facts?.smartids.quic.version).toBe(name);
      expect(facts?.tls?.client).toMatchObject({
        server_name: 'spread.example',
        ja4: expect.stringMatching(/^q13d0104h3_/),
      });
    }
    expect(dissectQuic(udp([two]))?.tls).toBeUndefined();
  });

  it('follows a Retry to the keys of the new connection id', () => {
    const again = hex('0102030405060708090a');
    const before = initial({ version: 1, destinationId: ID, number: 0, frames: crypto(0, hello) }, CLIENT);
    const [token, frames] = [Buffer.alloc(70, 1), crypto(0, hello)];
    const after = initial({ version: 1, destinationId: again, token, number: 1, frames }, keysOf(1, again, 'client'));
    const answer = crypto(0, serverHello({ cipher: 0x1303, extensions: [[43, hex('0304')]] }));
    const server = initial(
      { version: 1, destinationId: Buffer.of(), number: 0, frames: answer },
      keysOf(1, again, 'server'),
    );
    const facts = dissectQuic(udp([before, after], [server]));
    expect(facts?.tls).toMatchObject({
      cipher: 'TLS_CHACHA20_POLY1305_SHA256',
      client: { server_name: 'spread.example' },
    });
  });

  it('mixes nothing from before a Retry into what comes after it', () => {
    const again = hex('0102030405060708090a');
    const before = initial({ version: 1, destinationId: ID, number: 0, frames: crypto(0, start) }, CLIENT);
    const rest = crypto(300, hello.subarray(300));
    const after = initial({ version: 1, destinationId: again, number: 1, frames: rest }, keysOf(1, again, 'client'));
    const facts = dissectQuic(udp([before, after]));
    expect(facts).toMatchObject({ network: { protocol: 'quic' } });
    expect(facts?.tls).toBeUndefined();
  });

  it.each(['', 'c0', '4000000001', 'c0000000ff08', 'c000000001ff'])('is not %s', (start) => {
    expect(dissectQuic(udp([Buffer.concat([hex(start), Buffer.alloc(100)])]))).toBeUndefined();
  });
});
