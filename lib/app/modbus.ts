// app: Modbus/TCP: which units, functions and exceptions (Modbus Messaging on TCP/IP §3.1).

import { type Conversation, firstPiece } from './conversation.ts';
import { addDistinct, presentFacts } from './facts.ts';
import { uint8, uint16 } from './integers.ts';
import { MAX_MESSAGES } from './limits.ts';
import { hasPort } from './sides.ts';

export interface ModbusFacts {
  readonly network: { readonly protocol: 'modbus' };
  readonly smartids: {
    readonly modbus: {
      readonly units: readonly number[];
      readonly functions: readonly string[];
      readonly exceptions?: readonly string[];
    };
  };
}

const FUNCTIONS: ReadonlyMap<number, string> = new Map([
  [1, 'READ_COILS'],
  [2, 'READ_DISCRETE_INPUTS'],
  [3, 'READ_HOLDING_REGISTERS'],
  [4, 'READ_INPUT_REGISTERS'],
  [5, 'WRITE_SINGLE_COIL'],
  [6, 'WRITE_SINGLE_REGISTER'],
  [7, 'READ_EXCEPTION_STATUS'],
  [8, 'DIAGNOSTICS'],
  [11, 'GET_COMM_EVENT_COUNTER'],
  [12, 'GET_COMM_EVENT_LOG'],
  [15, 'WRITE_MULTIPLE_COILS'],
  [16, 'WRITE_MULTIPLE_REGISTERS'],
  [17, 'REPORT_SERVER_ID'],
  [20, 'READ_FILE_RECORD'],
  [21, 'WRITE_FILE_RECORD'],
  [22, 'MASK_WRITE_REGISTER'],
  [23, 'READ_WRITE_MULTIPLE_REGISTERS'],
  [24, 'READ_FIFO_QUEUE'],
  [43, 'ENCAPSULATED_INTERFACE_TRANSPORT'],
  [90, 'UNITY'],
]);
const EXCEPTIONS = [
  ...[undefined, 'ILLEGAL_FUNCTION', 'ILLEGAL_DATA_ADDRESS', 'ILLEGAL_DATA_VALUE', 'SERVER_DEVICE_FAILURE'],
  ...['ACKNOWLEDGE', 'SERVER_DEVICE_BUSY', undefined, 'MEMORY_PARITY_ERROR', undefined, 'GATEWAY_PATH_UNAVAILABLE'],
  ...['GATEWAY_TARGET_FAILED_TO_RESPOND'],
] as const;
const HEADER_BYTES = 7;
const MAX_LENGTH = 254;
const EXCEPTION = 0x80;

interface Found {
  readonly units: number[];
  readonly functions: string[];
  readonly exceptions: string[];
  /** Messages whose function is one of those known. */
  known: number;
}

function looksLikeHeader(bytes: Uint8Array, at: number): boolean {
  const length = uint16(bytes, at + 4);
  return uint16(bytes, at + 2) === 0 && length >= 2 && length <= MAX_LENGTH;
}

/** False where the bytes are not a chain of messages, the last one cut at most. */
function readMessages(found: Found, bytes: Uint8Array): boolean {
  let at = 0;
  for (let messages = 0; messages < MAX_MESSAGES && at + HEADER_BYTES < bytes.length; messages += 1) {
    if (!looksLikeHeader(bytes, at)) return false;
    const code = uint8(bytes, at + HEADER_BYTES);
    const name = FUNCTIONS.get(code & ~EXCEPTION);
    if (name !== undefined) found.known += 1;
    addDistinct(found.units, uint8(bytes, at + 6));
    addDistinct(found.functions, name ?? `FUNCTION_${code & ~EXCEPTION}`);
    const exception = (code & EXCEPTION) === 0 ? -1 : uint8(bytes, at + HEADER_BYTES + 1);
    if (exception >= 0) addDistinct(found.exceptions, EXCEPTIONS[exception] ?? `EXCEPTION_${exception}`);
    at += 6 + uint16(bytes, at + 4);
  }
  return true;
}

export function dissectModbus(conversation: Conversation): ModbusFacts | undefined {
  const client = firstPiece(conversation.client);
  const server = firstPiece(conversation.server);
  if (!looksLikeHeader(client, 0) && !looksLikeHeader(server, 0)) return undefined;
  const found: Found = { units: [], functions: [], exceptions: [], known: 0 };
  const isClientChain = readMessages(found, client);
  const isChain = readMessages(found, server) && isClientChain;
  // Two bytes of 0 and a length are little to go by: elsewhere both sides must fit, with functions we know.
  const isOnPort = hasPort(conversation, 502);
  if (found.functions.length === 0) return undefined;
  if (!isOnPort && (!isChain || found.known < 2 || client.length === 0 || server.length === 0)) return undefined;
  const { units, functions, exceptions } = found;
  return presentFacts<ModbusFacts>({
    network: { protocol: 'modbus' },
    smartids: { modbus: { units, functions, exceptions } },
  });
}
