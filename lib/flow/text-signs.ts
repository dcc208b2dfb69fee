// flow: what a packet that begins with text is a sign of: a shell, IRC, remote management, a program.

import { byteAt, isAt, isWithin, lowered, uint16At, uint32leAt, wordOf } from './said-bytes.ts';
import { SIGN } from './signs.ts';

const IRC = ['NICK ', 'JOIN #', 'PRIVMSG '].map(wordOf);
const IRC_BEGINNINGS = ['USER ', 'PASS '].map(wordOf);
const NICK_LINE = wordOf('\nNICK ');
const METHODS = ['GET ', 'POST ', 'HEAD ', 'OPTIONS '].map(wordOf);
const WSMAN = wordOf('/wsman');
const RESPONSE = wordOf('HTTP/1.');
const HEADER_END = wordOf('\r\n\r\n');
const LINE_FEED = 0x0a;

/** Either side's: of an IRC client, or of a shell, whose second line and later ones are looked at in a short packet. */
export function textSigns(bytes: Uint8Array, at: number, end: number, isShort: boolean): number {
  if (isIrc(bytes, at, end)) return SIGN.ircCommand;
  const isShell = isShellLine(bytes, at, end) || (isShort && hasShellLine(bytes, at, end));
  return isShell ? SIGN.remoteShell : 0;
}

function isIrc(bytes: Uint8Array, at: number, end: number): boolean {
  if (isAnyAt(IRC, bytes, at, end)) return true;
  return isAnyAt(IRC_BEGINNINGS, bytes, at, end) && isWithin(bytes, at, end, NICK_LINE);
}

/** Of a packet from the flow's source. */
export function sourceTextSigns(bytes: Uint8Array, at: number, end: number): number {
  for (const method of METHODS) {
    if (isAt(bytes, at, end, method)) return isWsman(bytes, at + method.length, end) ? SIGN.winRemoteManagement : 0;
  }
  return 0;
}

/** Of a packet from its destination. */
export function destinationTextSigns(bytes: Uint8Array, at: number, end: number): number {
  if (isProgram(bytes, at, end)) return SIGN.executableDownload;
  if (!isAt(bytes, at, end, RESPONSE)) return 0;
  for (let k = at + RESPONSE.length; k < end; k++) {
    if (bytes[k] !== HEADER_END[0] || !isAt(bytes, k, end, HEADER_END)) continue;
    return isAt(bytes, k + HEADER_END.length, end, MZ) ? SIGN.executableDownload : 0;
  }
  return 0;
}

function isAnyAt(words: readonly Uint8Array[], bytes: Uint8Array, at: number, end: number): boolean {
  for (const word of words) if (isAt(bytes, at, end, word)) return true;
  return false;
}

/** Letters of either case. */
function isWsman(bytes: Uint8Array, at: number, end: number): boolean {
  for (let k = 0; k < WSMAN.length; k++) if (lowered(byteAt(bytes, at + k, end)) !== WSMAN[k]) return false;
  return true;
}

const MZ = wordOf('MZ');
const PE = wordOf('PE\0\0');
const STUB = wordOf('This program');
/** Where a program's header says where its PE header is. */
const PE_OFFSET_AT = 0x3c;

/** `MZ`, and one of: the usual size of its last page (0x90), the words of its DOS stub, its PE header. */
function isProgram(bytes: Uint8Array, at: number, end: number): boolean {
  if (!isAt(bytes, at, end, MZ)) return false;
  if (byteAt(bytes, at + 2, end) === 0x90 && byteAt(bytes, at + 3, end) === 0) return true;
  const header = uint32leAt(bytes, at + PE_OFFSET_AT, end);
  return (header > 0 && isAt(bytes, at + header, end, PE)) || isWithin(bytes, at, end, STUB);
}

/** Lines that begin within so many bytes are looked at. */
const SHELL_BYTES = 64;
const WINDOWS = ['Microsoft Windows [Version', 'Microsoft Windows XP [Version'].map(wordOf);
const IDENTITIES = ['uid=0(root)', 'uid=33(www-data)'].map(wordOf);
const COMPLAINTS = ['bash: no job control', 'bash: cannot set terminal', '/bin/sh: '].map(wordOf);
const PROMPTS = ['sh-', 'bash-'].map(wordOf);

const [MI, UI, SLASH_B, BA, SH] = ['Mi', 'ui', '/b', 'ba', 'sh'].map((two) => uint16At(wordOf(two), 0, 2));

/** Behind a line's end; stops at the first byte that no text has, so that other packets cost a few. */
function hasShellLine(bytes: Uint8Array, at: number, end: number): boolean {
  const most = Math.min(at + SHELL_BYTES, end);
  for (let k = at; k < most; k++) {
    const byte = bytes[k] as number; // `end` lies within the bytes
    if (byte >= 0x7f || (byte < 0x20 && (byte < 0x09 || byte > 0x0d) && byte !== 0x1b)) return false;
    if (byte === LINE_FEED && isShellLine(bytes, k + 1, end)) return true;
  }
  return false;
}

/** Two bytes turn most lines away. */
function isShellLine(bytes: Uint8Array, at: number, end: number): boolean {
  switch (uint16At(bytes, at, end)) {
    case MI:
      return isAnyAt(WINDOWS, bytes, at, end);
    case UI:
      return isAnyAt(IDENTITIES, bytes, at, end);
    case SLASH_B:
      return isAnyAt(COMPLAINTS, bytes, at, end);
    case BA:
    case SH:
      return isAnyAt(COMPLAINTS, bytes, at, end) || isPrompt(bytes, at, end);
    default:
      return false;
  }
}

/** `sh-5.2$`: a shell's name, two numbers of its version, and what a user or root is asked with. */
function isPrompt(bytes: Uint8Array, at: number, end: number): boolean {
  for (const prompt of PROMPTS) {
    if (!isAt(bytes, at, end, prompt)) continue;
    const dot = behindDigits(bytes, at + prompt.length, end);
    const mark = byteAt(bytes, dot, end) === 0x2e ? behindDigits(bytes, dot + 1, end) : end;
    const byte = byteAt(bytes, mark, end);
    return mark > dot + 1 && dot > at + prompt.length && (byte === 0x24 || byte === 0x23);
  }
  return false;
}

function behindDigits(bytes: Uint8Array, at: number, end: number): number {
  let k = at;
  while (byteAt(bytes, k, end) >= 0x30 && byteAt(bytes, k, end) <= 0x39) k++;
  return k;
}
