// fuzz: one target a decoder: any bytes must be a value or a PipelineError, in bounded time.

import type { Conversation } from '../../lib/app/conversation.ts';
import { dissectDhcp } from '../../lib/app/dhcp.ts';
import { dissectDnp3 } from '../../lib/app/dnp3.ts';
import { dissectDns } from '../../lib/app/dns.ts';
import { dissectFtp } from '../../lib/app/ftp.ts';
import { dissectHttp } from '../../lib/app/http.ts';
import { dissectKerberos } from '../../lib/app/kerberos.ts';
import { dissectImap, dissectPop3 } from '../../lib/app/mailbox-access.ts';
import { dissectModbus } from '../../lib/app/modbus.ts';
import { dissectMqtt } from '../../lib/app/mqtt.ts';
import { dissectQuic } from '../../lib/app/quic.ts';
import { dissectRdp } from '../../lib/app/rdp.ts';
import { dissectS7comm } from '../../lib/app/s7comm.ts';
import { dissectSmb } from '../../lib/app/smb.ts';
import { dissectSmtp } from '../../lib/app/smtp.ts';
import { dissectSsh } from '../../lib/app/ssh.ts';
import { dissectTls } from '../../lib/app/tls.ts';
import { createCaptureReader } from '../../lib/capture/capture-reader.ts';
import { linktypeName } from '../../lib/capture/linktypes.ts';
import { decodePacket } from '../../lib/decode/decode-packet.ts';
import { createPacket } from '../../lib/decode/packet.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { undescribedFacts } from '../support/described-facts.ts';

export interface FuzzTarget {
  readonly name: string;
  /** @throws where the decoder is wrong: anything but a value or a PipelineError. */
  readonly run: (bytes: Uint8Array) => void;
  /** Byte strings that its input knows. */
  readonly words: readonly string[];
}

/** Every link type whose frames we read or mean to. */
const LINKTYPES = [
  0, 1, 9, 12, 14, 50, 51, 101, 104, 105, 107, 108, 113, 119, 127, 163, 166, 192, 204, 219, 228, 229, 239, 276,
];
const LINK_WORDS = [
  '\x08\x00\x45\x00',
  '\x86\xdd\x60',
  '\x81\x00',
  '\x88\xa8',
  '\x88\x47',
  '\x88\x64',
  '\x12\xb5',
  '\x17\xc1',
  '\x08\x68',
  '\x65\x58',
  '\xaa\xaa\x03',
  '\x2f',
  '\x29',
  '\x04',
];
const packet = createPacket();

function decode(linktype: number): FuzzTarget {
  return {
    name: `decode-${linktypeName(linktype).toLowerCase()}`,
    words: LINK_WORDS,
    run: (bytes) => {
      decodePacket(bytes, 0, bytes.length, bytes.length, linktype, packet);
      const { payloadStart, payloadCaptured, reason } = packet;
      if (reason !== 0) return;
      const end = packet.bytes.length === 0 ? bytes.length : packet.bytes.length;
      if (payloadStart < 0 || payloadStart + payloadCaptured > end) throw new RangeError(`payload at ${payloadStart}`);
    },
  };
}

/** The same bytes whole and byte by byte give the same number of records. */
function readCaptureBytes(bytes: Uint8Array): void {
  const counts = [bytes.length || 1, 7].map((piece) => {
    const reader = createCaptureReader();
    let records = 0;
    try {
      for (let at = 0; at < bytes.length; at += piece) {
        for (const batch of reader.push(bytes.slice(at, at + piece))) records += batch.count;
      }
      for (const batch of reader.finish()) records += batch.count;
    } catch (error) {
      if (error instanceof PipelineError) return -1;
      throw error;
    }
    return records;
  });
  if (counts[0] !== counts[1]) throw new Error(`${counts[0]} records whole, ${counts[1]} in pieces of 7 bytes`);
}

/** First byte: transport (bit 0) and where the client's bytes end (the rest, in 1/127); then the bytes of both sides. */
function conversationFrom(bytes: Uint8Array, port: number): Conversation {
  const head = bytes[0] ?? 0;
  const body = bytes.subarray(1);
  const cut = Math.floor((body.length * (head >> 1)) / 127);
  const transport = (head & 1) === 0 ? 'tcp' : 'udp';
  const side = (part: Uint8Array, of: number) => {
    const middle = part.length >> 1;
    const pieces = transport === 'udp' && part.length > 64 ? [part.subarray(0, middle), part.subarray(middle)] : [part];
    return { port: of, pieces: part.length === 0 ? [] : pieces, isWhole: true };
  };
  return { transport, client: side(body.subarray(0, cut), 40_000), server: side(body.subarray(cut), port) };
}

function dissector(
  name: string,
  port: number,
  dissect: (conversation: Conversation) => unknown,
  words: readonly string[],
): FuzzTarget {
  return {
    name: `app-${name}`,
    words,
    run: (bytes) => {
      const facts = dissect(conversationFrom(bytes, port));
      if (facts === undefined) return;
      const wrong = undescribedFacts(JSON.parse(JSON.stringify(facts)));
      if (wrong !== undefined) throw new TypeError(wrong);
    },
  };
}

export const TARGETS: readonly FuzzTarget[] = [
  {
    name: 'capture-reader',
    run: readCaptureBytes,
    words: [
      '\xd4\xc3\xb2\xa1',
      '\xa1\xb2\x3c\x4d',
      '\n\r\r\n',
      '\x4d\x3c\x2b\x1a',
      'snoop\0\0\0',
      '\x1f\x8b\x08',
      'PK\x03\x04',
    ],
  },
  ...LINKTYPES.map(decode),
  dissector('dhcp', 67, dissectDhcp, ['\x63\x82\x53\x63', '\x35\x01\x01', '\x0c']),
  dissector('dnp3', 20_000, dissectDnp3, ['\x05\x64']),
  dissector('dns', 53, dissectDns, ['\xc0\x0c', '\x00\x01\x00\x01', '\x00\x1c', '\x00\x29', '\x00\x10']),
  dissector('ftp', 21, dissectFtp, ['USER ', 'RETR ', '220 ', '\r\n']),
  dissector('http', 80, dissectHttp, [
    'GET / HTTP/1.1\r\n',
    'Host: ',
    'HTTP/1.1 200 OK\r\n',
    'Content-Length: ',
    '\r\n\r\n',
    'Authorization: Basic ',
    'CONNECT ',
  ]),
  dissector('imap', 143, dissectImap, ['* OK', 'a1 LOGIN ', '{5}\r\n', '\r\n']),
  dissector('kerberos', 88, dissectKerberos, ['\x6a\x81', '\x30\x81', '\xa1\x03\x02\x01\x05', '\x1b', '\xa0']),
  dissector('modbus', 502, dissectModbus, ['\x00\x00\x00\x06\x01', '\x83']),
  dissector('mqtt', 1883, dissectMqtt, ['\x10', '\x00\x04MQTT', '\x00\x06MQIsdp', '\x30', '\x82']),
  dissector('pop3', 110, dissectPop3, ['+OK', 'USER ', '\r\n']),
  dissector('quic', 443, dissectQuic, ['\xc3\x00\x00\x00\x01', '\xff\x00\x00\x1d', '\x6b\x33\x43\xcf']),
  dissector('rdp', 3389, dissectRdp, ['\x03\x00\x00', '\xe0', 'Cookie: mstshash=', '\r\n', '\x7f\x65']),
  dissector('s7comm', 102, dissectS7comm, ['\x03\x00\x00', '\x02\xf0\x80', '\x32\x01']),
  dissector('smb', 445, dissectSmb, ['\xfeSMB', '\xffSMB', 'NTLMSSP\0', '\x00\x00\x00']),
  dissector('smtp', 25, dissectSmtp, ['EHLO ', 'MAIL FROM:<', 'RCPT TO:<', '220 ', 'AUTH LOGIN', 'STARTTLS', '\r\n']),
  dissector('ssh', 22, dissectSsh, ['SSH-2.0-', '\r\n', '\x14', 'curve25519-sha256']),
  dissector('tls', 443, dissectTls, [
    '\x16\x03\x01',
    '\x01\x00',
    '\x02\x00',
    '\x0b\x00',
    '\x00\x10',
    '\x00\x2b',
    '\x30\x82',
    '\x00\x00',
  ]),
];
