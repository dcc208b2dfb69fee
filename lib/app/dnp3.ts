// app: DNP3: which stations, link and application functions (IEEE 1815 §4, §9).

import { type Conversation, firstPiece } from './conversation.ts';
import { addDistinct, presentFacts } from './facts.ts';
import { uint8, uint16, uint16le } from './integers.ts';
import { MAX_MESSAGES } from './limits.ts';
import { hasPort } from './sides.ts';

export interface Dnp3Facts {
  readonly network: { readonly protocol: 'dnp3' };
  readonly smartids: {
    readonly dnp3: {
      /** Link addresses of the first frame. */
      readonly source: number;
      readonly destination: number;
      readonly functions?: readonly string[];
      /** Internal indications that a response set. */
      readonly indications?: readonly string[];
    };
  };
}

const START = 0x0564;
const HEADER_BYTES = 10;
const BLOCK_BYTES = 16;
const CHECKSUM_BYTES = 2;
const FUNCTIONS: ReadonlyMap<number, string> = new Map(
  [
    ...['CONFIRM', 'READ', 'WRITE', 'SELECT', 'OPERATE', 'DIRECT_OPERATE', 'DIRECT_OPERATE_NR', 'IMMED_FREEZE'],
    ...['IMMED_FREEZE_NR', 'FREEZE_CLEAR', 'FREEZE_CLEAR_NR', 'FREEZE_AT_TIME', 'FREEZE_AT_TIME_NR', 'COLD_RESTART'],
    ...['WARM_RESTART', 'INITIALIZE_DATA', 'INITIALIZE_APPL', 'START_APPL', 'STOP_APPL', 'SAVE_CONFIG'],
    ...['ENABLE_UNSOLICITED', 'DISABLE_UNSOLICITED', 'ASSIGN_CLASS', 'DELAY_MEASURE', 'RECORD_CURRENT_TIME'],
    ...['OPEN_FILE', 'CLOSE_FILE', 'DELETE_FILE', 'GET_FILE_INFO', 'AUTHENTICATE_FILE', 'ABORT_FILE'],
    ...['ACTIVATE_CONFIG', 'AUTHENTICATE_REQ', 'AUTH_REQ_NO_ACK'],
  ].map((name, code) => [code, name]),
);
const RESPONSES: ReadonlyMap<number, string> = new Map([
  [0x81, 'RESPONSE'],
  [0x82, 'UNSOLICITED_RESPONSE'],
  [0x83, 'AUTHENTICATE_RESP'],
]);
const INDICATIONS = [
  ...['BROADCAST', 'CLASS_1_EVENTS', 'CLASS_2_EVENTS', 'CLASS_3_EVENTS', 'NEED_TIME', 'LOCAL_CONTROL'],
  ...['DEVICE_TROUBLE', 'DEVICE_RESTART', 'NO_FUNC_CODE_SUPPORT', 'OBJECT_UNKNOWN', 'PARAMETER_ERROR'],
  ...['EVENT_BUFFER_OVERFLOW', 'ALREADY_EXECUTING', 'CONFIG_CORRUPT'],
] as const;
/** A transport segment that begins a fragment. */
const FIRST = 0x40;

/** The CRC of a header's first eight bytes (polynomial 0x3d65, reflected, complemented). */
function headerChecksum(bytes: Uint8Array, at: number): number {
  let crc = 0;
  for (let i = at; i < at + 8; i += 1) {
    crc ^= uint8(bytes, i);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xa6bc;
  }
  return ~crc & 0xffff;
}

interface Found {
  readonly functions: string[];
  readonly indications: string[];
  source: number;
  destination: number;
}

function readApplication(found: Found, bytes: Uint8Array, at: number, end: number): void {
  if ((uint8(bytes, at) & FIRST) === 0 || at + 3 > end) return;
  const code = uint8(bytes, at + 2);
  const response = RESPONSES.get(code);
  addDistinct(found.functions, response ?? FUNCTIONS.get(code) ?? `FUNCTION_${code}`);
  if (response === undefined || at + 5 > end) return;
  const bits = uint16le(bytes, at + 3);
  for (const [bit, name] of INDICATIONS.entries()) if ((bits & (1 << bit)) !== 0) addDistinct(found.indications, name);
}

function readFrames(found: Found, bytes: Uint8Array): void {
  let at = 0;
  for (let frames = 0; frames < MAX_MESSAGES && uint16(bytes, at) === START; frames += 1) {
    // The length counts what follows it without checksums: five bytes of header, then user data.
    const data = uint8(bytes, at + 2) - 5;
    if (data < 0 || at + HEADER_BYTES > bytes.length) return;
    if (found.source < 0) {
      found.destination = uint16le(bytes, at + 4);
      found.source = uint16le(bytes, at + 6);
    }
    if (data > 0) readApplication(found, bytes, at + HEADER_BYTES, Math.min(bytes.length, at + HEADER_BYTES + data));
    at += HEADER_BYTES + data + CHECKSUM_BYTES * Math.ceil(data / BLOCK_BYTES);
  }
}

function isFrame(bytes: Uint8Array, isOnPort: boolean): boolean {
  if (uint16(bytes, 0) !== START || bytes.length < HEADER_BYTES) return false;
  return isOnPort || headerChecksum(bytes, 0) === uint16le(bytes, 8);
}

export function dissectDnp3(conversation: Conversation): Dnp3Facts | undefined {
  const { client, server } = conversation;
  const isOnPort = hasPort(conversation, 20_000);
  if (!isFrame(firstPiece(client), isOnPort) && !isFrame(firstPiece(server), isOnPort)) return undefined;
  const found: Found = { functions: [], indications: [], source: -1, destination: -1 };
  for (const piece of client.pieces.slice(0, MAX_MESSAGES)) readFrames(found, piece);
  for (const piece of server.pieces.slice(0, MAX_MESSAGES)) readFrames(found, piece);
  const { source, destination, functions, indications } = found;
  if (source < 0) return undefined;
  return presentFacts<Dnp3Facts>({
    network: { protocol: 'dnp3' },
    smartids: { dnp3: { source, destination, functions, indications } },
  });
}
