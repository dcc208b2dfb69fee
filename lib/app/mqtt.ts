// app: MQTT 3.1, 3.1.1 and 5: which client connects as whom, which topics it speaks of (OASIS MQTT 5.0 §3).

import { clearText, startsWith } from './clear-text.ts';
import { type Conversation, firstPiece, type SideHead } from './conversation.ts';
import { addDistinct, flag, presentFacts } from './facts.ts';
import { uint8, uint16 } from './integers.ts';
import { MAX_MESSAGES, MAX_NAME } from './limits.ts';
import { eitherWay } from './sides.ts';

export interface MqttFacts {
  readonly network: { readonly protocol: 'mqtt' };
  readonly user?: { readonly name?: string | undefined };
  readonly smartids: {
    readonly mqtt: {
      readonly version?: string | undefined;
      readonly client_id?: string | undefined;
      readonly commands?: readonly string[];
      readonly published_topics?: readonly string[];
      readonly subscribed_topics?: readonly string[];
      readonly return_code?: number | undefined;
      readonly credentials_seen?: true | undefined;
    };
  };
}

const COMMANDS = [
  ...['CONNECT', 'CONNACK', 'PUBLISH', 'PUBACK', 'PUBREC', 'PUBREL', 'PUBCOMP', 'SUBSCRIBE', 'SUBACK', 'UNSUBSCRIBE'],
  ...['UNSUBACK', 'PINGREQ', 'PINGRESP', 'DISCONNECT', 'AUTH'],
] as const;
const VERSIONS: ReadonlyMap<number, string> = new Map([
  [3, '3.1'],
  [4, '3.1.1'],
  [5, '5.0'],
]);
const CONNECT = 1;
const CONNACK = 2;
const PUBLISH = 3;
const SUBSCRIBE = 8;
const WILL = 0x04;
const PASSWORD = 0x40;
const USER = 0x80;

/** A variable byte integer of up to four bytes (§1.5.5). */
function variableInteger(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let i = 0; i < 4; i += 1) {
    const byte = uint8(bytes, at + i);
    if (byte < 0) return undefined;
    value += (byte & 0x7f) * 128 ** i;
    if (byte < 0x80) return { value, next: at + i + 1 };
  }
  return undefined;
}

/** A string behind its length of two bytes. */
function textAt(
  bytes: Uint8Array,
  at: number,
): { readonly text: string | undefined; readonly next: number } | undefined {
  const length = uint16(bytes, at);
  if (length < 0 || at + 2 + length > bytes.length) return undefined;
  return { text: clearText(bytes.subarray(at + 2, at + 2 + length), MAX_NAME), next: at + 2 + length };
}

/** Where the bytes behind a list of properties begin; versions before 5 have none. */
function behindProperties(bytes: Uint8Array, at: number, version: number): number {
  const length = version === 5 ? variableInteger(bytes, at) : undefined;
  return length === undefined ? at : length.next + length.value;
}

interface Found {
  readonly commands: string[];
  readonly published: string[];
  readonly subscribed: string[];
  level: number;
  clientId: string | undefined;
  user: string | undefined;
  hasPassword: boolean;
  returnCode: number | undefined;
}

function readConnect(found: Found, bytes: Uint8Array): void {
  const name = textAt(bytes, 0);
  if (name === undefined) return;
  found.level = uint8(bytes, name.next);
  const flags = uint8(bytes, name.next + 1);
  if (flags < 0) return;
  found.hasPassword = (flags & PASSWORD) !== 0;
  const clientId = textAt(bytes, behindProperties(bytes, name.next + 4, found.level));
  found.clientId = clientId?.text;
  let at = clientId?.next;
  if (at !== undefined && (flags & WILL) !== 0) {
    const topic = textAt(bytes, behindProperties(bytes, at, found.level));
    const length = topic === undefined ? -1 : uint16(bytes, topic.next);
    at = topic === undefined || length < 0 ? undefined : topic.next + 2 + length;
  }
  if (at !== undefined && (flags & USER) !== 0) found.user = textAt(bytes, at)?.text;
}

function readPacket(found: Found, kind: number, body: Uint8Array): void {
  if (kind === CONNECT) readConnect(found, body);
  else if (kind === CONNACK && body.length > 1) found.returnCode = uint8(body, 1);
  else if (kind === PUBLISH) addDistinct(found.published, textAt(body, 0)?.text);
  else if (kind === SUBSCRIBE) {
    addDistinct(found.subscribed, textAt(body, behindProperties(body, 2, found.level))?.text);
  }
}

function readPackets(found: Found, bytes: Uint8Array): void {
  let at = 0;
  for (let packets = 0; packets < MAX_MESSAGES; packets += 1) {
    const kind = uint8(bytes, at) >> 4;
    const length = variableInteger(bytes, at + 1);
    if (kind <= 0 || length === undefined) return;
    addDistinct(found.commands, COMMANDS[kind - 1]);
    readPacket(found, kind, bytes.subarray(length.next, length.next + length.value));
    at = length.next + length.value;
  }
}

/** A connection's first packet names its protocol. */
function looksLikeConnect(bytes: Uint8Array): boolean {
  if (uint8(bytes, 0) !== CONNECT << 4) return false;
  const length = variableInteger(bytes, 1);
  return (
    length !== undefined &&
    (startsWith(bytes, '\0\x04MQTT', length.next) || startsWith(bytes, '\0\x06MQIsdp', length.next))
  );
}

function readMqtt(client: SideHead, server: SideHead): MqttFacts | undefined {
  const bytes = firstPiece(client);
  if (!looksLikeConnect(bytes)) return undefined;
  const found: Found = {
    ...{ commands: [], published: [], subscribed: [], level: -1, clientId: undefined, user: undefined },
    ...{ hasPassword: false, returnCode: undefined },
  };
  readPackets(found, bytes);
  readPackets(found, firstPiece(server));
  return presentFacts<MqttFacts>({
    network: { protocol: 'mqtt' },
    user: { name: found.user },
    smartids: {
      mqtt: {
        version: VERSIONS.get(found.level),
        client_id: found.clientId,
        commands: found.commands,
        published_topics: found.published,
        subscribed_topics: found.subscribed,
        return_code: found.returnCode,
        credentials_seen: flag(found.hasPassword),
      },
    },
  });
}

export function dissectMqtt(conversation: Conversation): MqttFacts | undefined {
  return conversation.transport === 'tcp' ? eitherWay(conversation, readMqtt) : undefined;
}
