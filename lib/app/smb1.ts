// app: one SMB1 message: command, dialects, account, share and file ([MS-CIFS] §2.2.3–§2.2.4).

import { clearName, clearString, clearUtf16 } from './clear-text.ts';
import { addDistinct } from './facts.ts';
import { uint8, uint16le, uint32le } from './integers.ts';
import { addNtlmNames, addSmbStatus, type SmbSession } from './smb-session.ts';

const COMMANDS: ReadonlyMap<number, string> = new Map([
  [0x00, 'CREATE_DIRECTORY'],
  [0x01, 'DELETE_DIRECTORY'],
  [0x02, 'OPEN'],
  [0x04, 'CLOSE'],
  [0x05, 'FLUSH'],
  [0x06, 'DELETE'],
  [0x07, 'RENAME'],
  [0x08, 'QUERY_INFORMATION'],
  [0x0a, 'READ'],
  [0x0b, 'WRITE'],
  [0x10, 'CHECK_DIRECTORY'],
  [0x24, 'LOCKING_ANDX'],
  [0x25, 'TRANSACTION'],
  [0x26, 'TRANSACTION_SECONDARY'],
  [0x2b, 'ECHO'],
  [0x2d, 'OPEN_ANDX'],
  [0x2e, 'READ_ANDX'],
  [0x2f, 'WRITE_ANDX'],
  [0x32, 'TRANSACTION2'],
  [0x33, 'TRANSACTION2_SECONDARY'],
  [0x34, 'FIND_CLOSE2'],
  [0x70, 'TREE_CONNECT'],
  [0x71, 'TREE_DISCONNECT'],
  [0x72, 'NEGOTIATE'],
  [0x73, 'SESSION_SETUP_ANDX'],
  [0x74, 'LOGOFF_ANDX'],
  [0x75, 'TREE_CONNECT_ANDX'],
  [0xa0, 'NT_TRANSACT'],
  [0xa1, 'NT_TRANSACT_SECONDARY'],
  [0xa2, 'NT_CREATE_ANDX'],
  [0xa4, 'NT_CANCEL'],
]);
const TRANSACTION_FUNCTIONS: ReadonlyMap<number, string> = new Map([
  [0x23, 'PEEK_NAMED_PIPE'],
  [0x26, 'TRANSACT_NAMED_PIPE'],
  [0x53, 'WAIT_NAMED_PIPE'],
]);
const TRANSACTION2_FUNCTIONS = [
  ...['OPEN2', 'FIND_FIRST2', 'FIND_NEXT2', 'QUERY_FS_INFORMATION', 'SET_FS_INFORMATION', 'QUERY_PATH_INFORMATION'],
  ...['SET_PATH_INFORMATION', 'QUERY_FILE_INFORMATION', 'SET_FILE_INFORMATION', 'FSCTL', 'IOCTL2', 'FIND_NOTIFY_FIRST'],
  ...[
    'FIND_NOTIFY_NEXT',
    'CREATE_DIRECTORY',
    'SESSION_SETUP',
    undefined,
    'GET_DFS_REFERRAL',
    'REPORT_DFS_INCONSISTENCY',
  ],
] as const;
const HEADER_BYTES = 32;
const TRANSACTION = 0x25;
const TRANSACTION2 = 0x32;
const NEGOTIATE = 0x72;
const SESSION_SETUP = 0x73;
const TREE_CONNECT = 0x75;
const NT_CREATE = 0xa2;
const ANDX: readonly number[] = [SESSION_SETUP, TREE_CONNECT, NT_CREATE, 0x24, 0x2d, 0x2e, 0x2f, 0x74];
const NO_MORE = 0xff;
const MAX_CHAIN = 8;
const RESPONSE = 0x80;
const UNICODE = 0x8000;

interface Block {
  readonly message: Uint8Array;
  readonly isUnicode: boolean;
  /** Where the parameter words begin, and how many there are. */
  readonly words: number;
  readonly wordCount: number;
  /** Where the data bytes begin. */
  readonly data: number;
}

/** A string that ends with NUL; of two bytes a character it begins on an even offset from the header. */
function text(
  { message, isUnicode }: Block,
  at: number,
): { readonly value: string | undefined; readonly next: number } {
  if (!isUnicode) {
    const end = message.indexOf(0, at);
    const stop = end < 0 ? message.length : end;
    return { value: clearName(message.subarray(at, stop)), next: stop + 1 };
  }
  const start = at + (at % 2);
  let end = start;
  while (end + 1 < message.length && (message[end] !== 0 || message[end + 1] !== 0)) end += 2;
  return { value: clearUtf16(message.subarray(start, end)), next: end + 2 };
}

/** `02 name 00` for each dialect. */
function readDialects(session: SmbSession, { message, data }: Block): void {
  for (let at = data; uint8(message, at) === 2 && session.offered.length < 16; ) {
    const end = message.indexOf(0, at);
    if (end < 0) return;
    session.offered.push(clearName(message.subarray(at + 1, end)) ?? '');
    at = end + 1;
  }
}

function readSessionSetup(session: SmbSession, block: Block): void {
  const { message, words, wordCount, data } = block;
  if (wordCount === 12) {
    const length = Math.max(0, uint16le(message, words + 14));
    addNtlmNames(session, message.subarray(data, data + length));
    session.nativeOs ??= text(block, data + length).value;
  } else if (wordCount === 13) {
    const passwords = Math.max(0, uint16le(message, words + 14)) + Math.max(0, uint16le(message, words + 16));
    const user = text(block, data + passwords);
    const domain = text(block, user.next);
    session.user ??= user.value;
    session.domain ??= domain.value;
    session.nativeOs ??= text(block, domain.next).value;
  }
}

function readRequest(session: SmbSession, command: number, block: Block): void {
  const { message, words, wordCount, data } = block;
  if (command === NEGOTIATE) readDialects(session, block);
  else if (command === SESSION_SETUP) readSessionSetup(session, block);
  else if (command === TREE_CONNECT) {
    addDistinct(session.shares, text(block, data + Math.max(0, uint16le(message, words + 6))).value);
  } else if (command === NT_CREATE && wordCount >= 24) {
    const length = uint16le(message, words + 5);
    const start = block.isUnicode ? data + (data % 2) : data;
    if (length <= 0 || start + length > message.length) return;
    const name = message.subarray(start, start + length);
    addDistinct(session.files, block.isUnicode ? clearUtf16(name) : clearString(Buffer.from(name).toString('latin1')));
  }
}

function readResponse(session: SmbSession, command: number, { message, words, wordCount, data }: Block): void {
  if (command === NEGOTIATE && wordCount > 0) session.dialectIndex = uint16le(message, words);
  if (command === SESSION_SETUP && wordCount === 4) {
    addNtlmNames(session, message.subarray(data, data + Math.max(0, uint16le(message, words + 6))));
  }
}

/** `TRANSACTION2/SESSION_SETUP`: what a transaction asks for stands in its first setup word. */
function commandName(command: number, { message, words, wordCount }: Block, isResponse: boolean): string {
  const name = COMMANDS.get(command) ?? `0x${command.toString(16).padStart(2, '0')}`;
  if (isResponse || wordCount < 15) return name;
  const setup = uint16le(message, words + 28);
  if (command === TRANSACTION2) return `${name}/${TRANSACTION2_FUNCTIONS[setup] ?? setup}`;
  if (command === TRANSACTION) return `${name}/${TRANSACTION_FUNCTIONS.get(setup) ?? setup}`;
  return name;
}

/** @param message from its `FF 'SMB'` on; may be cut. */
export function readSmb1Message(session: SmbSession, message: Uint8Array): void {
  session.version ??= 1;
  const isResponse = (uint8(message, 9) & RESPONSE) !== 0 && message.length > 9;
  const flags2 = Math.max(0, uint16le(message, 10));
  if (isResponse) addSmbStatus(session, uint32le(message, 5));
  let command = uint8(message, 4);
  let at = HEADER_BYTES;
  for (let links = 0; links < MAX_CHAIN && command >= 0 && command !== NO_MORE; links += 1) {
    const wordCount = uint8(message, at);
    const words = at + 1;
    const block = { message, isUnicode: (flags2 & UNICODE) !== 0, words, wordCount, data: words + 2 * wordCount + 2 };
    addDistinct(session.commands, commandName(command, block, isResponse));
    if (wordCount < 0) return;
    if (isResponse) readResponse(session, command, block);
    else readRequest(session, command, block);
    const next = uint16le(message, words + 2);
    if (!ANDX.includes(command) || wordCount < 2 || next <= at) return;
    command = uint8(message, words);
    at = next;
  }
}
