// app: the name of a protocol that has no dissector here: by its first bytes, else by its ports.

import { startsWith } from './clear-text.ts';
import { type Conversation, firstPiece } from './conversation.ts';
import { uint8, uint16, uint16le, uint32 } from './integers.ts';
import { hasPort } from './sides.ts';
import { protocolOfPorts } from './well-known-ports.ts';

type Guess = readonly [string, (bytes: Uint8Array, conversation: Conversation) => boolean];

const STUN_COOKIE = 0x2112a442;
const BGP_MARKER = 0xffffffff;

function beginsWithAny(...starts: readonly string[]): (bytes: Uint8Array) => boolean {
  return (bytes) => starts.some((start) => startsWith(bytes, start));
}

/** Version 5.0, a known kind, little or big end first as the representation says. */
function isDcerpc(bytes: Uint8Array): boolean {
  return uint8(bytes, 0) === 5 && uint8(bytes, 1) <= 1 && uint8(bytes, 2) <= 19 && (uint8(bytes, 4) & 0xee) === 0;
}

function isTds(bytes: Uint8Array): boolean {
  const kind = uint8(bytes, 0);
  return (
    (kind === 0x12 || kind === 0x10 || kind === 0x04) &&
    uint8(bytes, 1) === 1 &&
    uint16(bytes, 2) >= 8 &&
    uint16(bytes, 4) === 0
  );
}

function isSocks5(bytes: Uint8Array): boolean {
  const methods = uint8(bytes, 1);
  return uint8(bytes, 0) === 5 && methods >= 1 && methods <= 8 && bytes.length === 2 + methods;
}

const TCP: readonly Guess[] = [
  ['rtsp', beginsWithAny('RTSP/1.0 ', 'DESCRIBE rtsp:', 'OPTIONS rtsp:', 'SETUP rtsp:', 'PLAY rtsp:')],
  ['xmpp', beginsWithAny("<?xml version='1.0'?><stream:stream", '<stream:stream')],
  ['amqp', beginsWithAny('AMQP\0')],
  ['rsync', beginsWithAny('@RSYNCD: ')],
  ['adb', beginsWithAny('CNXN\0\0\0\x01', 'CNXN\x01\0\0\x01')],
  ['git', (bytes) => startsWith(bytes, 'git-upload-pack ', 4) || startsWith(bytes, 'git-receive-pack ', 4)],
  ['memcached', beginsWithAny('stats\r\n', 'get ', 'gets ', 'set ', 'version\r\n', 'flush_all')],
  ['nntp', beginsWithAny('200 NNTP', '201 NNTP')],
  ['java-rmi', beginsWithAny('JRMI\0\x02')],
  ['jdwp', beginsWithAny('JDWP-Handshake')],
  ['syslog', (bytes, conversation) => startsWith(bytes, '<') && hasPort(conversation, 514, 601)],
  ['bgp', (bytes) => uint32(bytes, 0) === BGP_MARKER && uint32(bytes, 12) === BGP_MARKER && uint8(bytes, 18) <= 5],
  ['dcerpc', (bytes) => isDcerpc(bytes) && uint16le(bytes, 8) >= 16],
  ['mssql', isTds],
  ['socks5', isSocks5],
  ['iec-60870-5-104', (bytes, conversation) => uint8(bytes, 0) === 0x68 && hasPort(conversation, 2404)],
  ['ethernet-ip', (bytes, conversation) => bytes.length >= 24 && hasPort(conversation, 44_818)],
];

const UDP: readonly Guess[] = [
  ['ssdp', beginsWithAny('M-SEARCH * HTTP/1.1', 'NOTIFY * HTTP/1.1')],
  ['stun', (bytes) => uint32(bytes, 4) === STUN_COOKIE && uint8(bytes, 0) < 4],
  ['coap', (bytes, conversation) => uint8(bytes, 0) >> 6 === 1 && hasPort(conversation, 5683)],
  ['memcached', (bytes) => beginsWithAny('stats', 'get ', 'gets ', 'set ')(bytes.subarray(8, 16))],
  ['isakmp', (bytes, conversation) => bytes.length >= 28 && hasPort(conversation, 500, 4500)],
  ['radius', (bytes, conversation) => uint16(bytes, 2) >= 20 && hasPort(conversation, 1812, 1813, 1645, 1646)],
  ['wireguard', (bytes) => uint32(bytes, 0) === 0x01000000 && bytes.length === 148],
  ['syslog', (bytes, conversation) => startsWith(bytes, '<') && hasPort(conversation, 514)],
  ['bacnet', (bytes, conversation) => uint8(bytes, 0) === 0x81 && hasPort(conversation, 47_808)],
  ['dhcpv6', (bytes, conversation) => uint8(bytes, 0) <= 13 && hasPort(conversation, 546, 547)],
];

/** Undefined where no payload was seen, or neither bytes nor ports say anything. */
export function guessProtocol(conversation: Conversation): string | undefined {
  const client = firstPiece(conversation.client);
  const server = firstPiece(conversation.server);
  if (client.length === 0 && server.length === 0) return undefined;
  for (const [name, isIt] of conversation.transport === 'tcp' ? TCP : UDP) {
    if ((client.length > 0 && isIt(client, conversation)) || (server.length > 0 && isIt(server, conversation)))
      return name;
  }
  return protocolOfPorts(conversation.client.port, conversation.server.port);
}
