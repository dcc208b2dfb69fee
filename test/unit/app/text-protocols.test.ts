// app: protocols of text lines: FTP, SMTP, POP3, IMAP, IRC, SIP, Telnet, Redis.
import { describe, expect, it } from 'vitest';
import { dissectFtp } from '../../../lib/app/ftp.ts';
import { dissectIrc } from '../../../lib/app/irc.ts';
import { dissectImap, dissectPop3 } from '../../../lib/app/mailbox-access.ts';
import { dissectRedis } from '../../../lib/app/redis.ts';
import { dissectSip } from '../../../lib/app/sip.ts';
import { dissectSmtp } from '../../../lib/app/smtp.ts';
import { dissectTelnet } from '../../../lib/app/telnet.ts';
import { type Part, tcp, udp } from './plain-conversation.ts';

const SECRET = 'hunter2';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('FTP', () => {
  const client = `USER ann\r\nPASS ${SECRET}\r\nTYPE I\r\nRETR /pub/a.zip\r\nQUIT\r\n`;
  const server = '220 Welcome\r\n331 \r\n530 no\r\n530 no\r\n';

  it('gives user, commands, codes and the file, and no password', () => {
    expect(dissectFtp(tcp(client, server))).toStrictEqual({
      network: { protocol: 'ftp' },
      user: { name: 'ann' },
      file: { path: '/pub/a.zip', name: 'a.zip' },
      smartids: {
        ftp: {
          banner: 'Welcome',
          commands: ['USER', 'PASS', 'TYPE', 'RETR', 'QUIT'],
          response_codes: [220, 331, 530],
          files: ['/pub/a.zip'],
          ...{ credentials_seen: true, login_failures: 2 },
        },
      },
    });
  });

  it('is found with its sides swapped, and in a greeting alone only with its name or port', () => {
    expect(dissectFtp(tcp(server, client))?.user?.name).toBe('ann');
    expect(dissectFtp(tcp('', '220 x\r\n', 21))?.smartids.ftp.banner).toBe('x');
    expect(dissectFtp(tcp('', '220 x FTP\r\n'))?.smartids.ftp.banner).toBe('x FTP');
    expect(dissectFtp(tcp('', '421 Too many users\r\n', 21))?.smartids.ftp.response_codes).toEqual([421]);
    expect(dissectFtp(tcp('', '220 x\r\n'))).toBeUndefined();
  });
});

describe('SMTP', () => {
  it('gives envelope and head of the mail', () => {
    const mail =
      'Subject: Hi\r\nX-Mailer: m\r\n\r\nRCPT TO:<not@this>\r\nContent-Disposition: x; filename="a.exe"\r\n.\r\n';
    const client = `EHLO pc\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nRCPT TO:<c@y>\r\nDATA\r\n${mail}QUIT\r\n`;
    expect(dissectSmtp(tcp(client, '220 mx\r\n250 ok\r\n'))).toStrictEqual({
      network: { protocol: 'smtp' },
      email: {
        ...{ from: { address: ['a@x'] }, to: { address: ['b@y', 'c@y'] }, subject: 'Hi', x_mailer: 'm' },
        attachments: [{ file: { name: 'a.exe' } }],
      },
      smartids: {
        smtp: {
          ...{
            banner: 'mx',
            helo: 'pc',
            commands: ['EHLO', 'MAIL', 'RCPT', 'DATA', 'QUIT'],
            response_codes: [220, 250],
          },
        },
      },
    });
  });

  it.each([
    `AUTH LOGIN\r\n${base64('ann')}\r\n${base64(SECRET)}\r\n`,
    `AUTH LOGIN ${base64('ann')}\r\n${base64(SECRET)}\r\n`,
    `AUTH PLAIN ${base64(`\0ann\0${SECRET}`)}\r\n`,
    `AUTH PLAIN\r\n${base64(`\0ann\0${SECRET}`)}\r\n`,
  ])('keeps the user of %j and nothing of the password', (auth) => {
    const facts = dissectSmtp(tcp(`EHLO a\r\n${auth}MAIL FROM:<a@x>\r\n`, '220 a\r\n'));
    expect(facts?.user?.name).toBe('ann');
    expect(facts?.smartids.smtp.credentials_seen).toBe(true);
    expect(facts?.email?.from?.address).toEqual(['a@x']);
    expect(JSON.stringify(facts)).not.toMatch(new RegExp(`${SECRET}|${base64(SECRET)}`));
  });

  it('says where the conversation turns to TLS', () => {
    expect(dissectSmtp(tcp('EHLO a\r\nSTARTTLS\r\n\x16\x03\x01', '220 a\r\n'))?.smartids.smtp.starttls).toBe(true);
  });
});

describe('other lines', () => {
  it('POP3 and IMAP give the user', () => {
    expect(dissectPop3(tcp(`USER ann\r\nPASS ${SECRET}\r\n`, '+OK\r\n+OK\r\n-ERR no\r\n'))).toStrictEqual({
      network: { protocol: 'pop3' },
      user: { name: 'ann' },
      smartids: { pop3: { commands: ['USER', 'PASS'], credentials_seen: true, failures: 1 } },
    });
    expect(dissectImap(tcp(`a1 LOGIN "ann" ${SECRET}\r\n`, '* OK hi\r\na1 NO bad\r\n'))).toStrictEqual({
      network: { protocol: 'imap' },
      user: { name: 'ann' },
      smartids: { imap: { commands: ['LOGIN'], credentials_seen: true, failures: 1 } },
    });
  });

  it('POP3 is not every +OK', () => {
    expect(dissectPop3(tcp('*1\r\n$4\r\nPING\r\n', '+OK\r\n'))).toBeUndefined();
    expect(dissectPop3(tcp('', '+OK\r\n'))).toBeUndefined();
    expect(dissectPop3(tcp('', '+OK hi\r\n', 110))?.network.protocol).toBe('pop3');
  });

  it('IRC gives nick and channels, not a channel’s key', () => {
    const facts = dissectIrc(
      tcp(`NICK bot7\r\nUSER u 0 * :Real One\r\nJOIN #c ${SECRET}\r\n`, ':irc.x 001 bot7 :hi\r\n'),
    );
    expect(facts?.smartids.irc).toMatchObject({ nick: 'bot7', real_name: 'Real One', channels: ['#c'] });
    expect(JSON.stringify(facts)).not.toContain(SECRET);
  });

  it('SIP gives method, addresses and agent', () => {
    const text =
      'REGISTER sip:x SIP/2.0\r\nFrom: "A" <sip:a@x>;tag=1\r\nTo: <sip:a@x>\r\nUser-Agent: friendly-scanner\r\n\r\n';
    expect(dissectSip(udp([text], ['SIP/2.0 401 Unauthorized\r\n\r\n']))).toMatchObject({
      user_agent: { original: 'friendly-scanner' },
      smartids: { sip: { method: 'REGISTER', uri: 'sip:x', from: 'sip:a@x', status_code: 401 } },
    });
  });

  it.each<[Part, string, string | undefined]>([
    [`root\r\n${SECRET}\r\n`, '\xff\xfd\x18\r\nlogin: root\r\nPassword: \r\n$ ', 'root'],
    [`${SECRET}\r\n`, '\xff\xfd\x18\r\nPassword: \r\n', undefined],
  ])('Telnet takes the first line for a name only where a name was asked for', (client, server, user) => {
    const facts = dissectTelnet(tcp(client, server));
    expect(facts?.user?.name).toBe(user);
    expect(JSON.stringify(facts)).not.toContain(SECRET);
  });

  it('Redis gives commands, not what they carry', () => {
    const text = `*2\r\n$4\r\nAUTH\r\n$7\r\n${SECRET}\r\n*3\r\n$6\r\nCONFIG\r\n$3\r\nSET\r\n$3\r\ndir\r\n`;
    expect(dissectRedis(tcp(text, '+OK\r\n'))?.smartids).toStrictEqual({
      redis: { commands: ['AUTH', 'CONFIG'], credentials_seen: true },
    });
  });
});
