// generate: the clear part of SSH (banner, key exchange) and its encrypted packets, https://www.rfc-editor.org/rfc/rfc4253.
import { writeUint32 } from '../bytes/ip.ts';
import { joinBytes, textBytes } from '../bytes/text.ts';
import type { Random } from '../random.ts';

export const serverBanners = [
  'SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.10',
  'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3',
  'SSH-2.0-OpenSSH_7.4',
  'SSH-2.0-OpenSSH_9.6p1 Ubuntu-3ubuntu13.5',
  'SSH-2.0-OpenSSH_4.7p1 Debian-8ubuntu1',
] as const;

export const clientBanners = [
  'SSH-2.0-OpenSSH_9.6',
  'SSH-2.0-OpenSSH_8.4p1 Debian-5+deb11u3',
  'SSH-2.0-PuTTY_Release_0.81',
] as const;

/** What password guessers announce. */
export const toolBanners = [
  'SSH-2.0-libssh_0.10.6',
  'SSH-2.0-libssh_0.9.6',
  'SSH-2.0-libssh2_1.11.0',
  'SSH-2.0-paramiko_2.12.0',
  'SSH-2.0-Go',
] as const;

const exchanges = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group18-sha512',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group-exchange-sha256',
];
const hostKeys = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp521',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp256',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
];
const ciphers = [
  'chacha20-poly1305@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-gcm@openssh.com',
  'aes256-ctr',
  'aes192-ctr',
  'aes128-ctr',
];
const macs = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
  'hmac-sha1',
];

export function encodeBanner(text: string): Uint8Array {
  return textBytes(`${text}\r\n`);
}

/** KEXINIT with the first names of each list; `breadth` 1 offers everything. */
export function encodeKeyExchangeInit(breadth: number, random: Random): Uint8Array {
  const some = (names: readonly string[]): Uint8Array =>
    nameList(names.slice(0, Math.max(1, Math.ceil(names.length * breadth))));
  const payload = joinBytes([
    Uint8Array.of(20),
    random.bytes(16),
    some(exchanges),
    some(hostKeys),
    some(ciphers),
    some(ciphers),
    some(macs),
    some(macs),
    nameList(['none', 'zlib@openssh.com']),
    nameList(['none', 'zlib@openssh.com']),
    nameList([]),
    nameList([]),
    new Uint8Array(5),
  ]);
  return packet(payload, random);
}

export function encodeExchangeStart(random: Random): Uint8Array {
  return packet(joinBytes([Uint8Array.of(30), stringOf(random.bytes(32))]), random);
}

/** Reply with the host key and signature (sizes of ed25519 or RSA), and NEWKEYS behind it. */
export function encodeExchangeReply(rsa: boolean, random: Random): Uint8Array {
  const key = rsa
    ? joinBytes([
        stringOf(textBytes('ssh-rsa')),
        stringOf(Uint8Array.of(1, 0, 1)),
        stringOf(joinBytes([Uint8Array.of(0), random.bytes(384)])),
      ])
    : joinBytes([stringOf(textBytes('ssh-ed25519')), stringOf(random.bytes(32))]);
  const signature = rsa
    ? joinBytes([stringOf(textBytes('rsa-sha2-512')), stringOf(random.bytes(384))])
    : joinBytes([stringOf(textBytes('ssh-ed25519')), stringOf(random.bytes(64))]);
  const payload = joinBytes([Uint8Array.of(31), stringOf(key), stringOf(random.bytes(32)), stringOf(signature)]);
  return joinBytes([packet(payload, random), encodeNewKeys(random)]);
}

export function encodeNewKeys(random: Random): Uint8Array {
  return packet(Uint8Array.of(21), random);
}

/** After NEWKEYS everything is noise of the right length. */
export function encodeEncrypted(length: number, random: Random): Uint8Array {
  return random.bytes(length);
}

function packet(payload: Uint8Array, random: Random): Uint8Array {
  const padding = 8 - ((payload.length + 5) % 8) + (payload.length % 16 < 8 ? 0 : 8);
  const enough = padding < 4 ? padding + 8 : padding;
  const out = new Uint8Array(5 + payload.length + enough);
  writeUint32(out, 0, 1 + payload.length + enough);
  out[4] = enough;
  out.set(payload, 5);
  out.set(random.bytes(enough), 5 + payload.length);
  return out;
}

function nameList(names: readonly string[]): Uint8Array {
  return stringOf(textBytes(names.join(',')));
}

function stringOf(bytes: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  writeUint32(length, 0, bytes.length);
  return joinBytes([length, bytes]);
}
