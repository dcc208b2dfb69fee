// flow: what the names of shares, files and pipes in SMB packets say.

import { lowered, wordOf } from './said-bytes.ts';
import { SIGN } from './signs.ts';

const BACKSLASH = 0x5c;
const DOLLAR = 0x24;
const DOT = 0x2e;
const ADMIN = wordOf('admin$');
const IPC = wordOf('ipc$');
const EXTENSIONS = ['exe', 'dll', 'bat', 'ps1', 'vbs', 'scr', 'sys'].map(wordOf);
const PIPES = [
  { name: wordOf('svcctl'), sign: SIGN.rpcServiceControl },
  { name: wordOf('atsvc'), sign: SIGN.rpcTaskScheduler },
  { name: wordOf('samr'), sign: SIGN.rpcAccounts },
  { name: wordOf('lsarpc'), sign: SIGN.rpcAccounts },
  { name: wordOf('netlogon'), sign: SIGN.rpcNetlogon },
  { name: wordOf('spoolss'), sign: SIGN.rpcPrintSpooler },
  { name: wordOf('srvsvc'), sign: SIGN.rpcSessions },
  { name: wordOf('wkssvc'), sign: SIGN.rpcSessions },
  { name: wordOf('winreg'), sign: SIGN.rpcRegistry },
  { name: wordOf('efsrpc'), sign: SIGN.rpcFileEncryption },
] as const;

/** Signs of the share `\\server\name` in `bytes[start, end)`, of `width` bytes a character. */
export function shareSigns(bytes: Uint8Array, start: number, end: number, width: number): number {
  if (isLastPart(bytes, start, end, width, IPC)) return SIGN.smbPipeShare;
  if (isLastPart(bytes, start, end, width, ADMIN)) return SIGN.smbAdminShare;
  const at = end - 3 * width;
  if (at < start || character(bytes, at, width) !== BACKSLASH) return 0;
  const drive = lowered(character(bytes, at + width, width));
  const isDrive = drive >= 0x61 && drive <= 0x7a && character(bytes, at + 2 * width, width) === DOLLAR;
  return isDrive ? SIGN.smbAdminShare : 0;
}

/** Signs of the file or pipe that is opened by the name in `bytes[start, end)`. */
export function fileSigns(bytes: Uint8Array, start: number, end: number, width: number): number {
  const dot = end - 4 * width;
  if (dot >= start && character(bytes, dot, width) === DOT) {
    for (const extension of EXTENSIONS) {
      if (isWord(bytes, dot + width, width, extension)) return SIGN.smbExecutable;
    }
  }
  const from = start < end && character(bytes, start, width) === BACKSLASH ? start + width : start;
  for (const { name, sign } of PIPES) {
    if (end - from === name.length * width && isWord(bytes, from, width, name)) return sign;
  }
  return 0;
}

/** Whether the name ends in a backslash and the word. */
function isLastPart(bytes: Uint8Array, start: number, end: number, width: number, word: Uint8Array): boolean {
  const at = end - (word.length + 1) * width;
  return at >= start && character(bytes, at, width) === BACKSLASH && isWord(bytes, at + width, width, word);
}

/** Small and capital letters are the same; the caller has made sure that the bytes are there. */
function isWord(bytes: Uint8Array, at: number, width: number, word: Uint8Array): boolean {
  for (let k = 0; k < word.length; k++) {
    if (lowered(character(bytes, at + k * width, width)) !== word[k]) return false;
  }
  return true;
}

/** One byte, or UTF-16 in little-endian. */
function character(bytes: Uint8Array, at: number, width: number): number {
  const low = bytes[at] as number; // within the name
  return width === 1 ? low : low | ((bytes[at + 1] as number) << 8);
}
