// app: protocols of binary messages, one conversation each.
import { describe, expect, it } from 'vitest';
import { dissectDhcp } from '../../../lib/app/dhcp.ts';
import { dissectDnp3 } from '../../../lib/app/dnp3.ts';
import { guessProtocol } from '../../../lib/app/guess.ts';
import { dissectKerberos } from '../../../lib/app/kerberos.ts';
import { dissectLdap } from '../../../lib/app/ldap.ts';
import { dissectModbus } from '../../../lib/app/modbus.ts';
import { dissectMqtt } from '../../../lib/app/mqtt.ts';
import { dissectMysql } from '../../../lib/app/mysql.ts';
import { dissectNtp } from '../../../lib/app/ntp.ts';
import { dissectPostgresql } from '../../../lib/app/postgresql.ts';
import { dissectRdp } from '../../../lib/app/rdp.ts';
import { dissectS7comm } from '../../../lib/app/s7comm.ts';
import { dissectSnmp } from '../../../lib/app/snmp.ts';
import { dissectTftp } from '../../../lib/app/tftp.ts';
import { dissectVnc } from '../../../lib/app/vnc.ts';
import { be16, be32, bytesOf, der, le16, le32, type Part, tcp, udp } from './plain-conversation.ts';

const SECRET = 'hunter2';
const text16 = (text: string): Buffer => bytesOf(be16(text.length), text);
const tpkt = (...parts: readonly Part[]): Buffer => {
  const body = bytesOf(...parts);
  return bytesOf([3, 0], be16(body.length + 4), body);
};

describe('Kerberos', () => {
  const principal = (...names: string[]) =>
    der(0x30, der(0xa0, der(2, [1])), der(0xa1, der(0x30, ...names.map((name) => der(0x1b, name)))));
  const request = der(
    0x6a,
    der(
      0x30,
      der(0xa1, der(2, [5])),
      der(0xa2, der(2, [10])),
      der(
        0xa4,
        der(
          0x30,
          der(0xa0, der(3, [0, 0, 0, 0, 0])),
          der(0xa1, principal('ann')),
          der(0xa2, der(0x1b, 'EXAMPLE')),
          der(0xa3, principal('krbtgt', 'EXAMPLE')),
          der(0xa8, der(0x30, der(2, [18]), der(2, [23]))),
        ),
      ),
    ),
  );
  const error = der(0x7e, der(0x30, der(0xa0, der(2, [5])), der(0xa1, der(2, [30])), der(0xa6, der(2, [25]))));
  const facts = {
    network: { protocol: 'kerberos' },
    user: { name: 'ann', domain: 'EXAMPLE' },
    smartids: {
      kerberos: {
        ...{
          messages: ['AS-REQ', 'KRB-ERROR'],
          realm: 'EXAMPLE',
          service: 'krbtgt/EXAMPLE',
          error: 'PREAUTH_REQUIRED',
        },
        encryption_types: ['aes256-cts-hmac-sha1-96', 'rc4-hmac'],
      },
    },
  };

  it('gives who asks for what, and the refusal, over UDP and TCP', () => {
    expect(dissectKerberos(udp([request], [error]))).toStrictEqual(facts);
    const framed = (message: Buffer) => bytesOf(be32(message.length), message);
    expect(dissectKerberos(tcp(framed(request), framed(error)))).toStrictEqual(facts);
  });

  it('gives what is whole of a cut request', () => {
    expect(dissectKerberos(udp([request.subarray(0, request.length - 30)]))?.user?.name).toBe('ann');
  });
});

describe('RDP', () => {
  it('gives cookie, user and security protocols', () => {
    const body = bytesOf('Cookie: mstshash=ann\r\n', [1, 0], le16(8), le32(3));
    const request = tpkt([body.length + 6, 0xe0, 0, 0, 0, 0, 0], body);
    const confirm = tpkt([14, 0xd0, 0, 0, 0, 0, 0, 2, 0], le16(8), le32(2));
    expect(dissectRdp(tcp(request, confirm))).toStrictEqual({
      network: { protocol: 'rdp' },
      user: { name: 'ann' },
      smartids: {
        rdp: { cookie: 'mstshash=ann', requested_protocols: ['rdp', 'tls', 'credssp'], selected_protocol: 'credssp' },
      },
    });
  });
});

describe('DHCP', () => {
  it('gives names, addresses and the client’s fingerprint', () => {
    const option = (code: number, ...parts: readonly Part[]) => bytesOf([code, bytesOf(...parts).length], ...parts);
    const options = [
      option(53, [3]),
      option(12, 'ann-pc'),
      option(60, 'MSFT 5.0'),
      option(50, [192, 0, 2, 9]),
      option(55, [1, 3, 6]),
    ];
    const head = Buffer.alloc(236);
    head.set([1, 1, 6], 0);
    head.set([0, 0, 0x5e, 0, 0x53, 1], 28);
    const message = bytesOf(head, be32(0x63825363), ...options, [255]);
    expect(dissectDhcp(udp([message]))).toStrictEqual({
      network: { protocol: 'dhcp' },
      host: { hostname: 'ann-pc' },
      smartids: {
        dhcp: {
          ...{ message_types: ['REQUEST'], client_mac: '00-00-5E-00-53-01', vendor_class: 'MSFT 5.0' },
          ...{ requested_ip: '192.0.2.9', parameters: '1,3,6' },
        },
      },
    });
  });
});

describe('DHCP cut by a short snaplen', () => {
  it('gives the client’s hardware address on its ports only', () => {
    const head = Buffer.alloc(214);
    head.set([1, 1, 6], 0);
    head.set([0, 0, 0x5e, 0, 0x53, 1], 28);
    expect(dissectDhcp(udp([head], [], 67))?.smartids).toStrictEqual({ dhcp: { client_mac: '00-00-5E-00-53-01' } });
    expect(dissectDhcp(udp([head]))).toBeUndefined();
  });
});

describe('MQTT', () => {
  it.each([
    [4, '3.1.1', []],
    [5, '5.0', [0]],
  ])('gives client, user and topics of level %i', (level, version, properties) => {
    const connect = bytesOf(
      text16('MQTT'),
      [level, 0xc2, 0, 60],
      properties,
      text16('cam1'),
      text16('ann'),
      text16(SECRET),
    );
    const publish = bytesOf(text16('home/door'), properties, 'open');
    const stream = bytesOf([0x10, connect.length], connect, [0x30, publish.length], publish);
    const facts = dissectMqtt(tcp(stream, [0x20, 2, 0, 5]));
    expect(facts).toStrictEqual({
      network: { protocol: 'mqtt' },
      user: { name: 'ann' },
      smartids: {
        mqtt: {
          ...{
            version,
            client_id: 'cam1',
            commands: ['CONNECT', 'PUBLISH', 'CONNACK'],
            published_topics: ['home/door'],
          },
          ...{ return_code: 5, credentials_seen: true },
        },
      },
    });
  });
});

describe('controllers', () => {
  const modbus = (code: number, data: readonly number[]) =>
    bytesOf(be16(1), be16(0), be16(data.length + 2), [7, code], data);

  it('Modbus gives units, functions and exceptions', () => {
    const conversation = tcp(bytesOf(modbus(3, [0, 0, 0, 1]), modbus(6, [0, 1, 0, 2])), modbus(0x83, [2]));
    expect(dissectModbus(conversation)?.smartids).toStrictEqual({
      modbus: {
        ...{
          units: [7],
          functions: ['READ_HOLDING_REGISTERS', 'WRITE_SINGLE_REGISTER'],
          exceptions: ['ILLEGAL_DATA_ADDRESS'],
        },
      },
    });
    expect(dissectModbus(tcp(modbus(3, [0, 0, 0, 1])))).toBeUndefined();
    expect(dissectModbus(tcp(modbus(3, [0, 0, 0, 1]), '', 502))?.smartids.modbus.units).toEqual([7]);
  });

  it('DNP3 gives stations and functions where the header’s checksum holds', () => {
    // A read request whose header and checksum are those of the standard's own style: 05 64 05 c0 01 00 00 04 e9 21.
    const link = [0x05, 0x64, 0x05, 0xc0, 0x01, 0x00, 0x00, 0x04, 0xe9, 0x21];
    expect(dissectDnp3(tcp(link))?.smartids).toStrictEqual({ dnp3: { source: 1024, destination: 1 } });
    const frame = [0x05, 0x64, 0x08, 0xc4, 0x01, 0x00, 0x00, 0x04, 0, 0, 0xc0, 0xc0, 0x0d, 0, 0];
    expect(dissectDnp3(tcp(frame))).toBeUndefined();
    expect(dissectDnp3(tcp(frame, '', 20_000))?.smartids.dnp3.functions).toEqual(['COLD_RESTART']);
  });

  it('S7comm gives kinds, functions and the controller’s address', () => {
    const request = tpkt([17, 0xe0, 0, 0, 0, 1, 0, 0xc1, 2, 1, 0, 0xc2, 2, 1, 2]);
    const stop = tpkt([2, 0xf0, 0x80, 0x32, 1, 0, 0, 0, 1, 0, 2, 0, 0, 0x29, 0]);
    expect(dissectS7comm(tcp(bytesOf(request, stop)))?.smartids).toStrictEqual({
      s7comm: { message_types: ['job'], functions: ['plc_stop'], source_tsap: '0100', destination_tsap: '0102' },
    });
  });
});

describe('small ones', () => {
  it('NTP names monlist', () => {
    expect(dissectNtp(udp([[0x17, 0, 3, 42, 0, 0, 0, 0]], [], 123))?.smartids.ntp).toStrictEqual({
      ...{ version: 2, modes: ['private'], request_code: 42 },
    });
    expect(dissectNtp(udp([Buffer.alloc(48, 0x23)]))).toBeUndefined();
  });

  it('SNMP gives what is asked for and not the community', () => {
    const binding = der(0x30, der(6, [0x2b, 6, 1, 2, 1, 1, 1, 0]), der(5));
    const operation = der(0xa0, der(2, [1]), der(2, [0]), der(2, [0]), der(0x30, binding));
    const facts = dissectSnmp(udp([der(0x30, der(2, [1]), der(4, SECRET), operation)]));
    expect(facts?.smartids).toStrictEqual({
      snmp: { version: '2c', operations: ['get'], object_ids: ['1.3.6.1.2.1.1.1.0'], credentials_seen: true },
    });
  });

  it('LDAP gives who binds and not with what', () => {
    const bind = der(0x30, der(2, [1]), der(0x60, der(2, [3]), der(4, 'cn=ann'), der(0x80, SECRET)));
    const result = der(0x30, der(2, [1]), der(0x61, der(10, [49]), der(4), der(4)));
    expect(dissectLdap(tcp(bind, result))).toStrictEqual({
      network: { protocol: 'ldap' },
      user: { name: 'cn=ann' },
      smartids: { ldap: { operations: ['bind', 'bind-response'], result_codes: [49], credentials_seen: true } },
    });
  });

  it('TFTP gives the file', () => {
    expect(dissectTftp(udp([bytesOf([0, 1], 'cfg/router.cfg\0octet\0')]))?.file).toEqual({
      ...{ path: 'cfg/router.cfg', name: 'router.cfg' },
    });
  });

  it('PostgreSQL and MySQL give the user', () => {
    const startup = bytesOf(be32(0x00030000), 'user\0ann\0database\0shop\0\0');
    const password = bytesOf('p', be32(12), `${SECRET}\0`);
    const postgresql = dissectPostgresql(tcp(bytesOf(be32(startup.length + 4), startup, password)));
    expect(postgresql?.user?.name).toBe('ann');
    expect(postgresql?.smartids).toStrictEqual({ postgresql: { database: 'shop', credentials_seen: true } });
    const greeting = bytesOf([74, 0, 0, 0, 10], '8.0.36\0', Buffer.alloc(60));
    const login = bytesOf(
      [60, 0, 0, 1],
      le32(0x0200),
      le32(0),
      [33],
      Buffer.alloc(23),
      'ann\0',
      [20],
      Buffer.alloc(20),
    );
    const mysql = dissectMysql(tcp(login, greeting));
    expect(mysql?.user?.name).toBe('ann');
    expect(mysql?.smartids).toStrictEqual({ mysql: { server_version: '8.0.36', credentials_seen: true } });
  });

  it('VNC gives versions and security', () => {
    expect(dissectVnc(tcp('RFB 003.003\n', 'RFB 003.008\n\x01\x01'))?.smartids.vnc).toStrictEqual({
      ...{ server_version: '3.8', client_version: '3.3', security_types: ['none'] },
    });
  });

  it('what has no dissector is named by bytes, then by port, and not at all without payload', () => {
    expect(guessProtocol(udp(['M-SEARCH * HTTP/1.1\r\n'], [], 1900))).toBe('ssdp');
    expect(guessProtocol(tcp([1, 2, 3], '', 27_017))).toBe('mongodb');
    expect(guessProtocol(tcp('', '', 27_017))).toBeUndefined();
    expect(guessProtocol(tcp([1, 2, 3], '', 49_999))).toBeUndefined();
  });
});
