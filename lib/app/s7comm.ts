// app: S7comm, the language of Siemens S7 controllers: which kinds of messages and functions went over the wire.

import { type Conversation, firstPiece } from './conversation.ts';
import { COTP_DATA, COTP_REQUEST, type CotpUnit, looksLikeTpkt, readCotpUnits } from './cotp.ts';
import { addDistinct, presentFacts } from './facts.ts';
import { uint8, uint16 } from './integers.ts';
import { hasPort } from './sides.ts';

export interface S7commFacts {
  readonly network: { readonly protocol: 's7comm' | 's7comm-plus' | 'cotp' };
  readonly smartids: {
    readonly s7comm?: {
      readonly message_types?: readonly string[];
      readonly functions?: readonly string[];
      readonly errors?: readonly string[];
      readonly source_tsap?: string | undefined;
      readonly destination_tsap?: string | undefined;
    };
  };
}

const PROTOCOL = 0x32;
const PROTOCOL_PLUS = 0x72;
const TYPES: ReadonlyMap<number, string> = new Map([
  [1, 'job'],
  [2, 'ack'],
  [3, 'ack_data'],
  [7, 'userdata'],
]);
const ACK = 2;
const ACK_DATA = 3;
const USERDATA = 7;
const FUNCTIONS: ReadonlyMap<number, string> = new Map([
  [0x00, 'cpu_services'],
  [0x04, 'read_var'],
  [0x05, 'write_var'],
  [0x1a, 'request_download'],
  [0x1b, 'download_block'],
  [0x1c, 'download_ended'],
  [0x1d, 'start_upload'],
  [0x1e, 'upload'],
  [0x1f, 'end_upload'],
  [0x28, 'plc_control'],
  [0x29, 'plc_stop'],
  [0xf0, 'setup_communication'],
]);
const USERDATA_GROUPS = [
  ...['mode_transition', 'programmer_commands', 'cyclic_data', 'block_functions', 'cpu_functions', 'security'],
  ...['pbc', 'time_functions'],
] as const;

interface Found {
  readonly types: string[];
  readonly functions: string[];
  readonly errors: string[];
}

function readMessage(found: Found, data: Uint8Array): void {
  const type = uint8(data, 1);
  addDistinct(found.types, TYPES.get(type) ?? `type-${type}`);
  const hasError = type === ACK || type === ACK_DATA;
  const error = hasError ? uint16(data, 10) : 0;
  if (error > 0) addDistinct(found.errors, `0x${error.toString(16).padStart(4, '0')}`);
  const parameters = hasError ? 12 : 10;
  if (uint16(data, 6) <= 0 || data.length <= parameters) return;
  if (type === USERDATA) {
    // Head 00 01 12, length, method, then type and group in one byte.
    const group = uint8(data, parameters + 5);
    if (group >= 0) addDistinct(found.functions, USERDATA_GROUPS[group & 0xf] ?? `group-${group & 0xf}`);
    return;
  }
  const code = uint8(data, parameters);
  addDistinct(found.functions, FUNCTIONS.get(code) ?? `0x${code.toString(16).padStart(2, '0')}`);
}

/** A connection request's parameter, as hexadecimal digits. */
function parameter(unit: CotpUnit | undefined, code: number): string | undefined {
  if (unit === undefined) return undefined;
  for (let at = 0; at + 2 <= unit.body.length; at += 2 + uint8(unit.body, at + 1)) {
    const value = unit.body.subarray(at + 2, at + 2 + uint8(unit.body, at + 1));
    if (uint8(unit.body, at) === code) return Buffer.from(value.subarray(0, 32)).toString('hex') || undefined;
  }
  return undefined;
}

export function dissectS7comm(conversation: Conversation): S7commFacts | undefined {
  if (conversation.transport !== 'tcp') return undefined;
  const client = firstPiece(conversation.client);
  const server = firstPiece(conversation.server);
  if (!looksLikeTpkt(client) && !looksLikeTpkt(server)) return undefined;
  const units = [...readCotpUnits(client), ...readCotpUnits(server)];
  const data = units.filter(({ kind, body }) => kind === COTP_DATA && body.length > 1).map(({ body }) => body);
  const messages = data.filter((body) => uint8(body, 0) === PROTOCOL && TYPES.has(uint8(body, 1)));
  const isPlus = messages.length === 0 && data.some((body) => uint8(body, 0) === PROTOCOL_PLUS);
  const hasPlcPort = hasPort(conversation, 102);
  if (messages.length === 0 && !isPlus && !hasPlcPort) return undefined;
  const found: Found = { types: [], functions: [], errors: [] };
  for (const message of messages) readMessage(found, message);
  const request = units.find(({ kind }) => kind === COTP_REQUEST);
  return presentFacts<S7commFacts>({
    network: { protocol: isPlus ? 's7comm-plus' : messages.length > 0 ? 's7comm' : 'cotp' },
    smartids: {
      s7comm: {
        message_types: found.types,
        functions: found.functions,
        errors: found.errors,
        source_tsap: parameter(request, 0xc1),
        destination_tsap: parameter(request, 0xc2),
      },
    },
  });
}
