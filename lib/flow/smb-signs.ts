// flow: what the SMB message at a packet's start asks for ([MS-CIFS] §2.2.3–§2.2.4, [MS-SMB2] §2.2), as far as it is looked at.

import { rpcSigns } from './rpc-signs.ts';
import { byteAt, isAt, uint16leAt, uint32leAt, wordOf } from './said-bytes.ts';
import { SIGN } from './signs.ts';
import { fileSigns, shareSigns } from './smb-name-signs.ts';

const SMB = wordOf('SMB');
const MZ = wordOf('MZ');
const SMB1 = 0xff;
const SMB2 = 0xfe;
/** More than any transaction of a file server's client brings. */
const LARGE_BYTES = 4096;

/** `frameBytes`: what the NetBIOS header before it says of its length, 0 where there is none. */
export function smbSigns(bytes: Uint8Array, at: number, end: number, frameBytes: number): number {
  const version = byteAt(bytes, at, end);
  if ((version !== SMB1 && version !== SMB2) || !isAt(bytes, at + 1, end, SMB)) return 0;
  return version === SMB1 ? smb1Signs(bytes, at, end, frameBytes) : smb2Signs(bytes, at, end);
}

const WRITE = 0x0b;
const TRANSACTION = 0x25;
const TRANSACTION_SECONDARY = 0x26;
const WRITE_ANDX = 0x2f;
const TRANSACTION2 = 0x32;
const TRANSACTION2_SECONDARY = 0x33;
const SESSION_SETUP_ANDX = 0x73;
const TREE_CONNECT_ANDX = 0x75;
const NT_TRANSACT = 0xa0;
const NT_TRANSACT_SECONDARY = 0xa1;
const NT_CREATE_ANDX = 0xa2;
const REPLY = 0x80;
const UNICODE = 0x8000;
/** Where the words of the first command begin. */
const WORDS_AT = 33;
const TRANSACTION2_SESSION_SETUP = 0x000e;
const NOT_IMPLEMENTED = 0xc000_0002;
/** Multiplex IDs by which DoublePulsar says that it is there, and that it did what it was asked. */
const PULSE = 0x51;
const PULSE_DONE = 0x52;

function smb1Signs(bytes: Uint8Array, at: number, end: number, frameBytes: number): number {
  const command = byteAt(bytes, at + 4, end);
  const flags = byteAt(bytes, at + 9, end);
  if (flags < 0) return 0;
  if ((flags & REPLY) !== 0) return command === TRANSACTION2 ? pulseSigns(bytes, at, end) : 0;
  const words = at + WORDS_AT;
  switch (command) {
    case TRANSACTION:
      return SIGN.smb1Transaction | rpcSigns(bytes, at + offsetAt(bytes, words + 24, end), end);
    case TRANSACTION_SECONDARY:
      return SIGN.smb1Transaction;
    case TRANSACTION2: {
      const isSessionSetup = uint16leAt(bytes, words + 28, end) === TRANSACTION2_SESSION_SETUP;
      const hasSetup = byteAt(bytes, words - 1, end) >= 15;
      return SIGN.smb1Transaction | (hasSetup && isSessionSetup ? SIGN.smb1Exploit : 0);
    }
    case TRANSACTION2_SECONDARY:
      return transactionSigns(uint16leAt(bytes, words + 2, end), frameBytes);
    case NT_TRANSACT:
    case NT_TRANSACT_SECONDARY:
      return transactionSigns(uint32leAt(bytes, words + 7, end), frameBytes);
    case WRITE:
      return writtenSigns(bytes, words + 15, end, uint32leAt(bytes, words + 4, end) === 0);
    case WRITE_ANDX: {
      const data = at + offsetAt(bytes, words + 22, end);
      return writtenSigns(bytes, data, end, uint32leAt(bytes, words + 6, end) === 0);
    }
    case SESSION_SETUP_ANDX: {
      if (byteAt(bytes, words, end) !== TREE_CONNECT_ANDX) return 0;
      return smb1TreeSigns(bytes, at, end, at + offsetAt(bytes, words + 2, end) + 1);
    }
    case TREE_CONNECT_ANDX:
      return smb1TreeSigns(bytes, at, end, words);
    case NT_CREATE_ANDX:
      return smb1CreateSigns(bytes, at, end, words);
    default:
      return 0;
  }
}

/** An offset from the header to data behind it; beyond all that is looked at where there is none. */
function offsetAt(bytes: Uint8Array, at: number, end: number): number {
  const offset = uint16leAt(bytes, at, end);
  return offset < WORDS_AT ? end : offset;
}

function transactionSigns(declaredBytes: number, frameBytes: number): number {
  const isLarge = declaredBytes > LARGE_BYTES || frameBytes > LARGE_BYTES;
  return SIGN.smb1Transaction | (isLarge ? SIGN.smb1Exploit : 0);
}

/** Servers do not implement this transaction; the implant answers so, too, under an ID of its own. */
function pulseSigns(bytes: Uint8Array, at: number, end: number): number {
  const id = uint16leAt(bytes, at + 30, end);
  const isPulse = (id === PULSE || id === PULSE_DONE) && uint32leAt(bytes, at + 5, end) === NOT_IMPLEMENTED;
  return isPulse ? SIGN.smb1Exploit : 0;
}

function writtenSigns(bytes: Uint8Array, data: number, end: number, isFileStart: boolean): number {
  const isProgram = isFileStart && isAt(bytes, data, end, MZ);
  return (isProgram ? SIGN.smbExecutable : 0) | rpcSigns(bytes, data, end);
}

/** Bytes a character of the message's strings. */
function widthOf(bytes: Uint8Array, at: number, end: number): number {
  return (uint16leAt(bytes, at + 10, end) & UNICODE) !== 0 ? 2 : 1;
}

/** The path ends with NUL; of two bytes a character it begins on an even offset from the header. */
function smb1TreeSigns(bytes: Uint8Array, at: number, end: number, words: number): number {
  const passwordLength = uint16leAt(bytes, words + 6, end);
  if (passwordLength < 0) return 0;
  const width = widthOf(bytes, at, end);
  const data = words + 10 + passwordLength;
  const start = width === 2 ? data + ((data - at) & 1) : data;
  for (let stop = start; stop + width <= end; stop += width) {
    const isNul = bytes[stop] === 0 && (width === 1 || bytes[stop + 1] === 0);
    if (isNul) return shareSigns(bytes, start, stop, width);
  }
  return 0;
}

/** Whether all of a name is looked at, and its length one of whole characters. */
function isName(start: number, length: number, end: number, width: number): boolean {
  return length > 0 && start + length <= end && length % width === 0;
}

function smb1CreateSigns(bytes: Uint8Array, at: number, end: number, words: number): number {
  const length = uint16leAt(bytes, words + 5, end);
  const width = widthOf(bytes, at, end);
  const data = words + 50;
  const start = width === 2 ? data + ((data - at) & 1) : data;
  if (!isName(start, length, end, width)) return 0;
  // Some clients count the NUL in.
  const isEnded = bytes[start + length - 1] === 0 && (width === 1 || bytes[start + length - 2] === 0);
  return fileSigns(bytes, start, start + length - (isEnded ? width : 0), width);
}

const BODY_AT = 64;
const SMB2_TREE_CONNECT = 3;
const SMB2_CREATE = 5;
const SMB2_WRITE = 9;
const SMB2_IOCTL = 11;
const RESPONSE = 1;

function smb2Signs(bytes: Uint8Array, at: number, end: number): number {
  const flags = byteAt(bytes, at + 16, end);
  if (flags < 0 || (flags & RESPONSE) !== 0) return 0;
  const body = at + BODY_AT;
  switch (uint16leAt(bytes, at + 12, end)) {
    case SMB2_TREE_CONNECT: {
      const start = at + offsetAt(bytes, body + 4, end);
      const length = uint16leAt(bytes, body + 6, end);
      return isName(start, length, end, 2) ? shareSigns(bytes, start, start + length, 2) : 0;
    }
    case SMB2_CREATE: {
      const start = at + offsetAt(bytes, body + 44, end);
      const length = uint16leAt(bytes, body + 46, end);
      return isName(start, length, end, 2) ? fileSigns(bytes, start, start + length, 2) : 0;
    }
    case SMB2_WRITE: {
      const isFileStart = uint32leAt(bytes, body + 8, end) === 0 && uint32leAt(bytes, body + 12, end) === 0;
      return writtenSigns(bytes, at + offsetAt(bytes, body + 2, end), end, isFileStart);
    }
    case SMB2_IOCTL:
      return rpcSigns(bytes, at + offsetAt(bytes, body + 24, end), end);
    default:
      return 0;
  }
}
