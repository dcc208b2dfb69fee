// app: the dissectors of everything but TLS, QUIC, SSH and HTTP, in the order in which to ask them.

import { dissectBittorrent } from './bittorrent.ts';
import type { Conversation } from './conversation.ts';
import { dissectDhcp } from './dhcp.ts';
import { dissectDnp3 } from './dnp3.ts';
import { dissectDns } from './dns.ts';
import { dissectFtp } from './ftp.ts';
import { dissectIrc } from './irc.ts';
import { dissectKerberos } from './kerberos.ts';
import { dissectLdap } from './ldap.ts';
import { dissectImap, dissectPop3 } from './mailbox-access.ts';
import { dissectModbus } from './modbus.ts';
import { dissectMqtt } from './mqtt.ts';
import { dissectMysql } from './mysql.ts';
import { dissectNtp } from './ntp.ts';
import { dissectPostgresql } from './postgresql.ts';
import { dissectRdp } from './rdp.ts';
import { dissectRedis } from './redis.ts';
import { dissectS7comm } from './s7comm.ts';
import { dissectSip } from './sip.ts';
import { dissectSmb } from './smb.ts';
import { dissectSmtp } from './smtp.ts';
import { dissectSnmp } from './snmp.ts';
import { dissectTelnet } from './telnet.ts';
import { dissectTftp } from './tftp.ts';
import { dissectVnc } from './vnc.ts';

/** What every dissector's facts have; the rest is the protocol's own. */
export interface PlainFacts {
  readonly network: { readonly protocol: string };
  readonly smartids: object;
}

export type Dissector = (conversation: Conversation) => PlainFacts | undefined;

/** Those whose bytes leave no doubt come before those that lean on a port or on few bytes. */
const TCP: readonly Dissector[] = [
  ...[dissectSmb, dissectSmtp, dissectFtp, dissectPop3, dissectImap, dissectKerberos, dissectRdp, dissectS7comm],
  ...[
    dissectMqtt,
    dissectDnp3,
    dissectPostgresql,
    dissectMysql,
    dissectVnc,
    dissectBittorrent,
    dissectIrc,
    dissectTelnet,
  ],
  ...[dissectRedis, dissectSip, dissectLdap, dissectModbus, dissectDns],
];

const UDP: readonly Dissector[] = [
  ...[dissectDns, dissectDhcp, dissectNtp, dissectKerberos, dissectSnmp, dissectSip, dissectTftp, dissectBittorrent],
  ...[dissectLdap, dissectDnp3, dissectModbus],
];

/** The facts of the first protocol that recognises its own. */
export function dissectPlain(conversation: Conversation): PlainFacts | undefined {
  for (const dissect of conversation.transport === 'tcp' ? TCP : UDP) {
    const facts = dissect(conversation);
    if (facts !== undefined) return facts;
  }
  return undefined;
}

/** Each of them once. */
export const PLAIN_DISSECTORS: readonly Dissector[] = [...new Set([...TCP, ...UDP])];
