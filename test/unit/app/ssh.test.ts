// app: what an SSH conversation says before it encrypts; HASSH against a published one.
import { describe, expect, it } from 'vitest';
import { dissectSsh } from '../../../lib/app/ssh.ts';
import { latin1, tcp } from './tls-bytes.ts';

/** A key exchange message with these eight lists, then two empty ones. */
function keyExchange(...lists: readonly string[]): Buffer {
  const names = [...lists, '', ''].map((list) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(list.length);
    return Buffer.concat([length, latin1(list)]);
  });
  const payload = Buffer.concat([Buffer.of(20), Buffer.alloc(16, 1), ...names, Buffer.alloc(5)]);
  const header = Buffer.alloc(5);
  header.writeUInt32BE(payload.length + 1 + 4);
  header[4] = 4;
  return Buffer.concat([header, payload, Buffer.alloc(4)]);
}

/** Cyberduck 6.7.1's lists, published with its HASSH. */
const CYBERDUCK = {
  kex: [
    'curve25519-sha256@libssh.org,diffie-hellman-group-exchange-sha256,ecdh-sha2-nistp521,ecdh-sha2-nistp384',
    'ecdh-sha2-nistp256,diffie-hellman-group-exchange-sha1,diffie-hellman-group1-sha1,diffie-hellman-group14-sha1',
    'diffie-hellman-group14-sha256,diffie-hellman-group15-sha512,diffie-hellman-group16-sha512',
    'diffie-hellman-group17-sha512,diffie-hellman-group18-sha512,diffie-hellman-group14-sha256@ssh.com',
    'diffie-hellman-group15-sha256,diffie-hellman-group15-sha256@ssh.com,diffie-hellman-group15-sha384@ssh.com',
    'diffie-hellman-group16-sha256,diffie-hellman-group16-sha384@ssh.com,diffie-hellman-group16-sha512@ssh.com',
    'diffie-hellman-group18-sha512@ssh.com',
  ].join(','),
  encryption: [
    'aes128-cbc,aes128-ctr,aes192-cbc,aes192-ctr,aes256-cbc,aes256-ctr,blowfish-cbc,blowfish-ctr,cast128-cbc',
    'cast128-ctr,idea-cbc,idea-ctr,serpent128-cbc,serpent128-ctr,serpent192-cbc,serpent192-ctr,serpent256-cbc',
    'serpent256-ctr,3des-cbc,3des-ctr,twofish128-cbc,twofish128-ctr,twofish192-cbc,twofish192-ctr,twofish256-cbc',
    'twofish256-ctr,twofish-cbc,arcfour,arcfour128,arcfour256',
  ].join(','),
  mac: 'hmac-sha1,hmac-sha1-96,hmac-md5,hmac-md5-96,hmac-sha2-256,hmac-sha2-512',
  compression: 'zlib@openssh.com,zlib,none',
};
const { kex, encryption, mac, compression } = CYBERDUCK;
const CLIENT = Buffer.concat([
  latin1('SSH-2.0-Cyberduck/6.7.1 (Mac OS X)\r\n'),
  keyExchange(kex, 'ssh-rsa,ssh-dss', encryption, 'to-client', mac, 'to-client', compression, 'none'),
]);
const SERVER = Buffer.concat([
  latin1('Authorized use only.\r\nSSH-2.0-OpenSSH_9.6 Debian-1\r\n'),
  keyExchange(
    'ecdh-sha2-nistp256,diffie-hellman-group1-sha1',
    'ssh-dss',
    'aes256-ctr',
    encryption,
    mac,
    mac,
    'none',
    'none',
  ),
]);

describe('SSH', () => {
  it('gives HASSH as published, and the algorithms both sides settle on', () => {
    const facts = dissectSsh(tcp(CLIENT, SERVER, [40_000, 22]));
    expect(facts?.ssh).toMatchObject({
      version: '2.0',
      client: { software: 'Cyberduck/6.7.1', comments: '(Mac OS X)', hassh: '8a8ae540028bf433cd68356c1b9e8d5b' },
      server: { software: 'OpenSSH_9.6', comments: 'Debian-1' },
      ...{ kex_algorithm: 'ecdh-sha2-nistp256', host_key_algorithm: 'ssh-dss', cipher: 'aes256-ctr', mac: 'hmac-sha1' },
    });
    expect(facts?.ssh.server?.hassh).toMatch(/^[0-9a-f]{32}$/);
    expect(facts?.ssh.server?.hassh).not.toBe(facts?.ssh.client?.hassh);
  });

  it('takes the side on port 22 for the server where the flow was seen from its middle on', () => {
    expect(dissectSsh(tcp(SERVER, CLIENT, [22, 40_000]))).toEqual(dissectSsh(tcp(CLIENT, SERVER, [40_000, 22])));
  });

  it('gives the banner where the key exchange is cut, and no fingerprint', () => {
    const facts = dissectSsh(tcp(CLIENT.subarray(0, 200), Buffer.of(), [40_000, 22]));
    expect(facts?.ssh.client).toEqual({ software: 'Cyberduck/6.7.1', comments: '(Mac OS X)' });
    expect(facts?.ssh.kex_algorithm).toBeUndefined();
  });

  it.each(['SSH-', 'SSH-x-y\r\n', 'SSH-2.0-\r\n', 'HELO SSH-2.0-a\r\n', ''])('is not %j', (text) => {
    expect(dissectSsh(tcp(latin1(text), Buffer.of()))).toBeUndefined();
  });

  it('shows no control character of a banner', () => {
    expect(dissectSsh(tcp(latin1('SSH-2.0-a\x1b[2J\n'), Buffer.of()))?.ssh.client?.software).toBe('a\ufffd[2J');
  });
});
