// app: the messages of SMB 2 and 3: command, dialect, account, share and file ([MS-SMB2] §2.2).

import { clearUtf16 } from './clear-text.ts';
import { addDistinct } from './facts.ts';
import { uint16le, uint32le } from './integers.ts';
import { addNtlmNames, addSmbStatus, type SmbSession } from './smb-session.ts';

const COMMANDS = [
  ...['NEGOTIATE', 'SESSION_SETUP', 'LOGOFF', 'TREE_CONNECT', 'TREE_DISCONNECT', 'CREATE', 'CLOSE', 'FLUSH', 'READ'],
  ...['WRITE', 'LOCK', 'IOCTL', 'CANCEL', 'ECHO', 'QUERY_DIRECTORY', 'CHANGE_NOTIFY', 'QUERY_INFO', 'SET_INFO'],
  ...['OPLOCK_BREAK'],
] as const;
const DIALECTS: ReadonlyMap<number, string> = new Map([
  [0x0202, '2.0.2'],
  [0x0210, '2.1'],
  [0x02ff, '2.???'],
  [0x0300, '3.0'],
  [0x0302, '3.0.2'],
  [0x0311, '3.1.1'],
]);
const HEADER_BYTES = 64;
const RESPONSE = 1;
const NEGOTIATE = 0;
const SESSION_SETUP = 1;
const TREE_CONNECT = 3;
const CREATE = 5;
const MAX_CHAIN = 16;

/** The bytes that an offset (from the header) and a length at `at` lead to, as far as all of them are there. */
function field(message: Uint8Array, offsetAt: number, lengthAt: number): Uint8Array {
  const offset = uint16le(message, offsetAt);
  const length = uint16le(message, lengthAt);
  return offset < 0 || length < 0 || offset + length > message.length
    ? new Uint8Array()
    : message.subarray(offset, offset + length);
}

function dialect(code: number): string | undefined {
  return code < 0 ? undefined : (DIALECTS.get(code) ?? `0x${code.toString(16).padStart(4, '0')}`);
}

function readRequest(session: SmbSession, command: number, message: Uint8Array): void {
  const body = HEADER_BYTES;
  if (command === NEGOTIATE) {
    for (let i = 0; i < Math.min(16, uint16le(message, body + 2)); i += 1) {
      addDistinct(session.offered, dialect(uint16le(message, body + 36 + 2 * i)));
    }
  } else if (command === SESSION_SETUP) addNtlmNames(session, field(message, body + 12, body + 14));
  else if (command === TREE_CONNECT) addDistinct(session.shares, clearUtf16(field(message, body + 4, body + 6)));
  else if (command === CREATE) addDistinct(session.files, clearUtf16(field(message, body + 44, body + 46)));
}

function readResponse(session: SmbSession, command: number, message: Uint8Array): void {
  if (command === NEGOTIATE) session.dialect = dialect(uint16le(message, HEADER_BYTES + 4)) ?? session.dialect;
  if (command === SESSION_SETUP) addNtlmNames(session, field(message, HEADER_BYTES + 4, HEADER_BYTES + 6));
}

/** @param message from its `FE 'SMB'` on, with the compounded ones behind it; may be cut. */
export function readSmb2Messages(session: SmbSession, message: Uint8Array): void {
  session.version = 2;
  let at = 0;
  for (let links = 0; links < MAX_CHAIN; links += 1) {
    const one = message.subarray(at);
    const command = uint16le(one, 12);
    const flags = uint32le(one, 16);
    if (command < 0) return;
    addDistinct(session.commands, COMMANDS[command] ?? `0x${command.toString(16)}`);
    if (flags < 0) return;
    if ((flags & RESPONSE) === 0) readRequest(session, command, one);
    else {
      addSmbStatus(session, uint32le(one, 8));
      readResponse(session, command, one);
    }
    const next = uint32le(one, 20);
    if (next < HEADER_BYTES || at + next >= message.length) return;
    at += next;
  }
}
