// model: which protocol of services and machines, none of them text, a flow's first bytes begin.

import { flag, payloadFeatures } from './payload-features.ts';
import type { PayloadView } from './payload-view.ts';

const TCP = 6;
const KERBEROS = 88;
const MODBUS = 502;
const SMB1 = 0xff;
const SMB2 = 0xfe;
const SMB1_NEGOTIATE = 0x72;
/** Programs of Sun RPC have numbers in this range (RFC 5531 §13). */
const RPC_PROGRAMS = { from: 100_000, to: 400_000 } as const;
const PORT_MAPPER = 100_000;
/** Public function codes (Modbus Application Protocol V1.1b3, §6). */
const MODBUS_FUNCTIONS = new Set([1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 15, 16, 17, 20, 21, 22, 23, 24, 43]);

interface Beginning {
  readonly bytes: Uint8Array;
  readonly isTcp: boolean;
  readonly port: number;
  /** Of Sun RPC; 0 where it is not spoken. */
  readonly program: number;
}

function hasSmb(bytes: Uint8Array, first: number): boolean {
  return bytes[4] === first && bytes[5] === 0x53 && bytes[6] === 0x4d && bytes[7] === 0x42;
}

/** No dialect of the list is SMB 2's, "SMB 2.002" or "SMB 2.???" ([MS-SMB2] §3.2.4.2.2.1). */
function isOldNegotiation(bytes: Uint8Array): boolean {
  if (!hasSmb(bytes, SMB1) || bytes[8] !== SMB1_NEGOTIATE) return false;
  const dialects = bytes.subarray(36);
  return !dialects.some((byte, k) => byte === 0x32 && dialects[k - 1] === 0x20 && dialects[k + 1] === 0x2e);
}

function longWord(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0
  );
}

/** Sun RPC call (RFC 5531 §9): message type 0, version 2, over UDP at 0 or over TCP behind a record mark. */
function sunRpcProgram(bytes: Uint8Array, isTcp: boolean): number {
  const at = isTcp ? 4 : 0;
  if (bytes.length < at + 24 || longWord(bytes, at + 4) !== 0 || longWord(bytes, at + 8) !== 2) return 0;
  const program = longWord(bytes, at + 12);
  return program >= RPC_PROGRAMS.from && program < RPC_PROGRAMS.to ? program : 0;
}

/** BER sequence, message id, then an LDAP operation (RFC 4511 §4.2). */
export function isLdap(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x30) return false;
  const length = bytes[1] ?? 0;
  const at = length < 0x80 ? 2 : 2 + (length & 0x7f);
  const idLength = bytes[at + 1] ?? 9;
  return bytes[at] === 0x02 && idLength <= 4 && ((bytes[at + 2 + idLength] ?? 0) & 0xc0) === 0x40;
}

/** AS-REQ 0x6a, TGS-REQ 0x6c (RFC 4120 §5.4), over TCP behind four bytes of length. */
function isKerberos({ bytes, port, isTcp }: Beginning): boolean {
  const tag = bytes[isTcp ? 4 : 0];
  return port === KERBEROS && (tag === 0x6a || tag === 0x6c);
}

/** Protocol 0 behind the transaction's number (Modbus Messaging on TCP/IP V1.0b §3.1.3). */
function isModbus({ bytes, port }: Beginning): boolean {
  return port === MODBUS && bytes.length > 7 && bytes[2] === 0 && bytes[3] === 0;
}

/** CONNECT, its protocol's name MQTT, or MQIsdp before 3.1.1 (MQTT 3.1.1 §3.1). */
function isMqtt({ bytes, isTcp }: Beginning): boolean {
  return isTcp && bytes[0] === 0x10 && /mqtt|mqisdp/i.test(String.fromCharCode(...bytes.subarray(2, 12)));
}

function read({ source, protocol, destinationPort }: PayloadView): Beginning | undefined {
  const bytes = source.first;
  if (bytes.length === 0) return undefined;
  const isTcp = protocol === TCP;
  return { bytes, isTcp, port: destinationPort, program: sunRpcProgram(bytes, isTcp) };
}

/** All 0 where the source says nothing. */
export const BINARY_PROTOCOLS = payloadFeatures<Beginning>(read, {
  smb1: ({ bytes }) => flag(hasSmb(bytes, SMB1)),
  smb2: ({ bytes }) => flag(hasSmb(bytes, SMB2)),
  smbNegotiateOld: ({ bytes }) => flag(isOldNegotiation(bytes)),
  /** Version 5.0 (C706 §12.6.3.1). */
  dceRpc: ({ bytes }) => flag(bytes[0] === 5 && bytes[1] === 0),
  kerberos: (beginning) => flag(isKerberos(beginning)),
  ldap: ({ bytes }) => flag(isLdap(bytes)),
  /** Session request with two names of 34 bytes (RFC 1002 §4.3.2). */
  netbiosSession: ({ bytes }) => flag(bytes[0] === 0x81 && bytes[1] === 0 && bytes[3] === 0x44),
  /** X.224 connection request in TPKT (RFC 1006 §6, [MS-RDPBCGR] §2.2.1.1). */
  rdpConnect: ({ bytes, isTcp }) => flag(isTcp && bytes[0] === 3 && bytes[1] === 0 && bytes[5] === 0xe0),
  sunRpc: ({ program }) => flag(program > 0),
  sunRpcPortmap: ({ program }) => flag(program === PORT_MAPPER),
  modbus: (beginning) => flag(isModbus(beginning)),
  modbusUnknown: (beginning) => flag(isModbus(beginning) && !MODBUS_FUNCTIONS.has(beginning.bytes[7] ?? 0)),
  mqtt: (beginning) => flag(isMqtt(beginning)),
});
