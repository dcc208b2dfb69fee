// flow: what packets of a flow were heard to say: the bits of its `signs`.

/** In the order of their bits; bits 27 to 31 are free. */
export const SIGNS = [
  /** The client's (the server's) packet begins with a TLS heartbeat record (RFC 6520). */
  'tlsHeartbeatRequest',
  'tlsHeartbeatResponse',
  /** A heartbeat request in clear that claims more payload than its record holds beside 16 bytes of padding (§4): Heartbleed. */
  'tlsHeartbeatExcess',
  /** A request of SMB1's TRANSACTION, TRANSACTION2 or NT_TRANSACT, or a secondary one ([MS-CIFS] §2.2.4). */
  'smb1Transaction',
  /** One of the latter two, or its secondary, over 4,096 bytes; TRANSACTION2 / SESSION_SETUP, or DoublePulsar's reply to it. */
  'smb1Exploit',
  /** A tree connect to ADMIN$ or a drive (C$); to IPC$. */
  'smbAdminShare',
  'smbPipeShare',
  /** A file named as a program or script is opened over SMB, or written with MZ as its first bytes. */
  'smbExecutable',
  /** A DCE-RPC bind to the interface, or its named pipe opened over SMB. */
  'rpcServiceControl',
  'rpcTaskScheduler',
  'rpcAccounts',
  'rpcReplication',
  'rpcNetlogon',
  'rpcPrintSpooler',
  'rpcRemoteActivation',
  'rpcManagement',
  'rpcSessions',
  'rpcRegistry',
  'rpcFileEncryption',
  'rpcEndpointMapper',
  /** Any DCE-RPC bind or alter-context (C706 §12.6.4). */
  'rpcBind',
  /** The server's packet, or the body of its HTTP response, begins as a Windows program does. */
  'executableDownload',
  /** A DNS question of type AXFR or IXFR over TCP. */
  'dnsZoneTransfer',
  /** A shell's banner, prompt or complaint, or what `id` answers to root or a web server. */
  'remoteShell',
  /** 16 bytes 0x90 in a row, in one of the first three payload packets of a direction (UDP, too). */
  'noOperationSled',
  'ircCommand',
  /** An HTTP request for /wsman. */
  'winRemoteManagement',
] as const;
export type Sign = (typeof SIGNS)[number];

/** A sign's bit. */
export const SIGN = Object.fromEntries(SIGNS.map((name, bit) => [name, 1 << bit])) as Readonly<Record<Sign, number>>; // one of each
