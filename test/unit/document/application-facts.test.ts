// document: what lib/app says of a flow is what the field table describes: by type for all that can be said, by value for some that is.

import { describe, expect, expectTypeOf, it } from 'vitest';
import type { BittorrentFacts } from '../../../lib/app/bittorrent.ts';
import type { DhcpFacts } from '../../../lib/app/dhcp.ts';
import { dissect } from '../../../lib/app/dissect.ts';
import type { Dnp3Facts } from '../../../lib/app/dnp3.ts';
import type { DnsFacts } from '../../../lib/app/dns.ts';
import type { FtpFacts } from '../../../lib/app/ftp.ts';
import type { HttpFacts } from '../../../lib/app/http.ts';
import type { IrcFacts } from '../../../lib/app/irc.ts';
import type { KerberosFacts } from '../../../lib/app/kerberos.ts';
import type { LdapFacts } from '../../../lib/app/ldap.ts';
import type { ImapFacts, Pop3Facts } from '../../../lib/app/mailbox-access.ts';
import type { ModbusFacts } from '../../../lib/app/modbus.ts';
import type { MqttFacts } from '../../../lib/app/mqtt.ts';
import type { MysqlFacts } from '../../../lib/app/mysql.ts';
import type { NtpFacts } from '../../../lib/app/ntp.ts';
import type { PostgresqlFacts } from '../../../lib/app/postgresql.ts';
import type { QuicFacts } from '../../../lib/app/quic.ts';
import type { RdpFacts } from '../../../lib/app/rdp.ts';
import type { RedisFacts } from '../../../lib/app/redis.ts';
import type { S7commFacts } from '../../../lib/app/s7comm.ts';
import type { SipFacts } from '../../../lib/app/sip.ts';
import type { SmbFacts } from '../../../lib/app/smb.ts';
import type { SmtpFacts } from '../../../lib/app/smtp.ts';
import type { SnmpFacts } from '../../../lib/app/snmp.ts';
import type { SshFacts } from '../../../lib/app/ssh.ts';
import type { TelnetFacts } from '../../../lib/app/telnet.ts';
import type { TftpFacts } from '../../../lib/app/tftp.ts';
import type { TlsFacts } from '../../../lib/app/tls.ts';
import type { VncFacts } from '../../../lib/app/vnc.ts';
import type { FlowApplication } from '../../../lib/document/flow-application.ts';
import { undescribedFacts } from '../../support/described-facts.ts';
import { tcp } from '../app/plain-conversation.ts';

type Facts =
  | BittorrentFacts
  | DhcpFacts
  | Dnp3Facts
  | DnsFacts
  | FtpFacts
  | HttpFacts
  | ImapFacts
  | IrcFacts
  | KerberosFacts
  | LdapFacts
  | ModbusFacts
  | MqttFacts
  | MysqlFacts
  | NtpFacts
  | Pop3Facts
  | PostgresqlFacts
  | QuicFacts
  | RdpFacts
  | RedisFacts
  | S7commFacts
  | SipFacts
  | SmbFacts
  | SmtpFacts
  | SnmpFacts
  | SshFacts
  | TelnetFacts
  | TftpFacts
  | TlsFacts
  | VncFacts;

/** Dotted names of members that no field is described for; `unknown` is a stored field, which may hold anything. */
type Undescribed<F, Described, Path extends string = ''> = unknown extends Described
  ? never
  : F extends readonly (infer Item)[]
    ? Described extends readonly (infer One)[]
      ? Undescribed<Item, One, Path>
      : Path
    : F extends object
      ? {
          [K in keyof F & string]: K extends keyof Described
            ? Undescribed<Exclude<F[K], undefined>, Exclude<Described[K], undefined>, `${Path}${K}.`>
            : `${Path}${K}`;
        }[keyof F & string]
      : never;

/** One protocol after the other: members of a union's types are not those of one of them. */
type EachUndescribed<F> = F extends unknown ? Undescribed<F, FlowApplication> : never;

describe('application facts', () => {
  it('have the types that the fields have', () => {
    expectTypeOf<Facts>().toExtend<FlowApplication>();
  });

  it('have no member that no field describes', () => {
    expectTypeOf<EachUndescribed<Facts>>().toEqualTypeOf<never>();
  });

  it('of a mail fit the schema, lists and all', () => {
    const mail = 'EHLO a\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nSubject: c\r\n\r\n.\r\n';
    const facts = dissect(tcp(mail, '220 mail\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n', 25));
    expect(facts).toMatchObject({
      email: { from: { address: ['a@example.org'] }, to: { address: ['b@example.org'] } },
    });
    expect(undescribedFacts(facts)).toBeUndefined();
    expect(undescribedFacts({ ...facts, email: { sender: 'a' } })).toMatch(/sender/);
  });
});
