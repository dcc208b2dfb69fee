// flow: what a DCE-RPC packet binds to (C706 §12.6.4.3), by the interfaces' identifiers.

import { byteAt, uint32leAt } from './said-bytes.ts';
import { SIGN, type Sign } from './signs.ts';

/** By sign: the interfaces as their specifications write them ([MS-SCMR], [MS-TSCH], [MS-SAMR], …, §1.9 each). */
const INTERFACES: Readonly<Partial<Record<Sign, readonly string[]>>> = {
  rpcServiceControl: ['367abb81-9844-35f1-ad32-98f038001003'],
  rpcTaskScheduler: [
    '86d35949-83c9-4044-b424-db363231fd0c',
    '1ff70682-0a51-30e8-076d-740be8cee98b',
    '378e52b0-c0a9-11cf-822d-00aa0051e40f',
  ],
  rpcAccounts: ['12345778-1234-abcd-ef00-0123456789ac', '12345778-1234-abcd-ef00-0123456789ab'],
  rpcReplication: ['e3514235-4b06-11d1-ab04-00c04fc2dcd2'],
  rpcNetlogon: ['12345678-1234-abcd-ef00-01234567cffb'],
  rpcPrintSpooler: ['12345678-1234-abcd-ef00-0123456789ab', '76f03f96-cdfd-44fc-a22c-64950a001209'],
  rpcRemoteActivation: [
    '000001a0-0000-0000-c000-000000000046',
    '4d9f4ab8-7d1c-11cf-861e-0020af6e7c57',
    '99fcfec4-5260-101b-bbcb-00aa0021347a',
  ],
  rpcManagement: ['f309ad18-d86a-11d0-a075-00c04fb68820', '9556dc99-828c-11cf-a37e-00aa003240c7'],
  rpcSessions: ['4b324fc8-1670-01d3-1278-5a47bf6ee188', '6bffd098-a112-3610-9833-46c3f87e345a'],
  rpcRegistry: ['338cd001-2244-31f1-aaaa-900038001003'],
  rpcFileEncryption: ['c681d488-d850-11d0-8c52-00c04fd90f7e', 'df1941c5-fe89-4e79-bf10-463657acf44d'],
  rpcEndpointMapper: ['e1af8308-5d1f-11c9-91a4-08002b14a0fa'],
};
const IDENTIFIERS = Object.entries(INTERFACES).flatMap(([sign, texts]) =>
  texts.map((text) => ({ sign: SIGN[sign as Sign], words: wordsOf(text) })),
); // the keys are signs

const HEADER_BYTES = 16;
const REQUEST = 0;
const BIND = 11;
const ALTER_CONTEXT = 14;
const LITTLE_ENDIAN = 0x10;
/** Behind the bind's header: fragment sizes, association group, number of contexts. */
const CONTEXTS_AT = 28;
const SYNTAX_BYTES = 20;

/** As it travels in little-endian: the first three parts turned around, four words of it. */
function wordsOf(text: string): readonly number[] {
  const [a = '', b = '', c = '', ...rest] = text.split('-');
  const turned = [a, b, c].map((part) => Buffer.from(part, 'hex').reverse());
  const bytes = Buffer.concat([...turned, Buffer.from(rest.join(''), 'hex')]);
  return [0, 4, 8, 12].map((at) => bytes.readUInt32LE(at));
}

/** The type of the connection-oriented packet that begins here, -1 where none does. */
function packetType(bytes: Uint8Array, at: number, end: number): number {
  if (at + HEADER_BYTES > end || bytes[at] !== 5 || bytes[at + 1] !== 0) return -1;
  // The data representation: an integer and a character format, a float format, and two bytes of 0.
  const isFormat = (bytes[at + 4] === LITTLE_ENDIAN || bytes[at + 4] === 0) && bytes[at + 5] === 0;
  return isFormat && bytes[at + 6] === 0 && bytes[at + 7] === 0 ? byteAt(bytes, at + 2, end) : -1;
}

/** Whether a DCE-RPC request begins here. */
export function isRpcRequest(bytes: Uint8Array, at: number, end: number): boolean {
  return packetType(bytes, at, end) === REQUEST;
}

/** Signs of the bind, or alter-context, that begins here. */
export function rpcSigns(bytes: Uint8Array, at: number, end: number): number {
  const type = packetType(bytes, at, end);
  if (type !== BIND && type !== ALTER_CONTEXT) return 0;
  let signs = SIGN.rpcBind;
  if (bytes[at + 4] !== LITTLE_ENDIAN) return signs;
  let context = at + CONTEXTS_AT;
  for (let left = byteAt(bytes, at + 24, end); left > 0 && context < end; left--) {
    signs |= interfaceSign(bytes, context + 4, end);
    const transferSyntaxes = byteAt(bytes, context + 2, end);
    if (transferSyntaxes < 0) break;
    context += 4 + SYNTAX_BYTES * (1 + transferSyntaxes);
  }
  return signs;
}

function interfaceSign(bytes: Uint8Array, at: number, end: number): number {
  const first = uint32leAt(bytes, at, end);
  for (const { sign, words } of IDENTIFIERS) {
    if (words[0] !== first) continue;
    const isSame =
      words[1] === uint32leAt(bytes, at + 4, end) &&
      words[2] === uint32leAt(bytes, at + 8, end) &&
      words[3] === uint32leAt(bytes, at + 12, end);
    if (isSame) return sign;
  }
  return 0;
}
