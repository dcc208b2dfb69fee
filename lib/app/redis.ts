// app: Redis: which commands were sent, and whether somebody logged in (Redis serialization protocol, RESP).

import { clearText } from './clear-text.ts';
import { type Conversation, firstPiece, type SideHead } from './conversation.ts';
import { addDistinct, flag, presentFacts } from './facts.ts';
import { uint8 } from './integers.ts';
import { MAX_MESSAGES } from './limits.ts';
import { eitherWay } from './sides.ts';

export interface RedisFacts {
  readonly network: { readonly protocol: 'redis' };
  readonly user?: { readonly name?: string | undefined };
  readonly smartids: {
    readonly redis: { readonly commands?: readonly string[]; readonly credentials_seen?: true | undefined };
  };
}

const ARRAY = 0x2a;
const BULK = 0x24;
const MAX_DIGITS = 7;

/** `*3\r\n`: the number behind a sign, and where the next line begins. */
function header(
  bytes: Uint8Array,
  at: number,
  sign: number,
): { readonly count: number; readonly next: number } | undefined {
  if (uint8(bytes, at) !== sign) return undefined;
  let count = 0;
  for (let digits = 0; digits <= MAX_DIGITS; digits += 1) {
    const byte = uint8(bytes, at + 1 + digits);
    if (byte === 0x0d && digits > 0) return { count, next: at + digits + 3 };
    if (byte < 0x30 || byte > 0x39) return undefined;
    count = count * 10 + byte - 0x30;
  }
  return undefined;
}

/** The whole strings of one request, at most four of them, and where the next one begins. */
function readRequest(
  bytes: Uint8Array,
  start: number,
): { readonly words: readonly Uint8Array[]; readonly next: number } | undefined {
  const list = header(bytes, start, ARRAY);
  if (list === undefined) return undefined;
  const words: Uint8Array[] = [];
  let at = list.next;
  for (let i = 0; i < Math.min(list.count, MAX_MESSAGES); i += 1) {
    const word = header(bytes, at, BULK);
    if (word === undefined || word.next + word.count > bytes.length) return { words, next: bytes.length };
    if (i < 4) words.push(bytes.subarray(word.next, word.next + word.count));
    at = word.next + word.count + 2;
  }
  return { words, next: list.count > MAX_MESSAGES ? bytes.length : at };
}

/** A command is a word; anything else in its place is data. */
function commandName(word: Uint8Array | undefined): string | undefined {
  const text = word === undefined || word.length > 32 ? undefined : clearText(word)?.toUpperCase();
  return text !== undefined && /^[A-Z.]+$/.test(text) ? text : undefined;
}

function readRedis(client: SideHead, server: SideHead): RedisFacts | undefined {
  const bytes = firstPiece(client);
  if (header(bytes, 0, ARRAY) === undefined) return undefined;
  const reply = uint8(firstPiece(server), 0);
  if (reply >= 0 && ![0x2b, 0x2d, 0x3a, BULK, ARRAY, 0x25, 0x5f].includes(reply)) return undefined;
  const commands: string[] = [];
  let user: string | undefined;
  let at = 0;
  for (let requests = 0; requests < MAX_MESSAGES && at < bytes.length; requests += 1) {
    const request = readRequest(bytes, at);
    if (request === undefined) break;
    const name = commandName(request.words[0]);
    addDistinct(commands, name);
    // AUTH [user] password
    const [, second, third] = request.words;
    if (name === 'AUTH' && second !== undefined && third !== undefined) user ??= clearText(second);
    at = request.next;
  }
  if (commands.length === 0) return undefined;
  return presentFacts<RedisFacts>({
    network: { protocol: 'redis' },
    user: { name: user },
    smartids: { redis: { commands, credentials_seen: flag(commands.includes('AUTH')) } },
  });
}

export function dissectRedis(conversation: Conversation): RedisFacts | undefined {
  return conversation.transport === 'tcp' ? eitherWay(conversation, readRedis) : undefined;
}
