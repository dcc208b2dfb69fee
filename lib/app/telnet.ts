// app: Telnet: options, and the name that answers a login prompt (RFC 854).

import { clearString } from './clear-text.ts';
import { type Conversation, firstPiece, type SideHead } from './conversation.ts';
import { flag, presentFacts } from './facts.ts';
import { uint8 } from './integers.ts';

export interface TelnetFacts {
  readonly network: { readonly protocol: 'telnet' };
  readonly user?: { readonly name?: string | undefined };
  readonly smartids: { readonly telnet: { readonly credentials_seen?: true | undefined } };
}

const PORTS: readonly number[] = [23, 2323];
const IAC = 255;
const SB = 250;
const SE = 240;
const WILL = 251;
const DONT = 254;
const MAX_READ = 4096;
const NAME_PROMPTS = ['login:', 'username:', 'user:', 'user name:'] as const;

/** Negotiation begins with IAC WILL, WONT, DO or DONT, or a subnegotiation. */
function isNegotiation(bytes: Uint8Array): boolean {
  const verb = uint8(bytes, 1);
  return uint8(bytes, 0) === IAC && verb >= SB && verb <= DONT;
}

/** What was typed or shown, without commands. */
function plainText(bytes: Uint8Array): string {
  const plain: number[] = [];
  const end = Math.min(bytes.length, MAX_READ);
  for (let at = 0; at < end; at += 1) {
    const byte = uint8(bytes, at);
    if (byte !== IAC) {
      plain.push(byte);
      continue;
    }
    const verb = uint8(bytes, at + 1);
    at += verb >= WILL && verb <= DONT ? 2 : 1;
    if (verb === SB) while (at < end && !(uint8(bytes, at - 1) === IAC && uint8(bytes, at) === SE)) at += 1;
  }
  return Buffer.from(plain).toString('latin1');
}

/** The first prompt decides what the first line typed is; without a prompt for a name it could be a password. */
function readLogin(typed: string, shown: string): { readonly user: string | undefined; readonly isAsked: boolean } {
  const words = shown.toLowerCase();
  const password = words.indexOf('password:');
  const prompts = NAME_PROMPTS.map((prompt) => words.indexOf(prompt)).filter((at) => at >= 0);
  const name = prompts.length === 0 ? -1 : Math.min(...prompts);
  const isName = name >= 0 && (password < 0 || name < password);
  const end = typed.search(/[\r\n]/);
  const line = end < 0 ? '' : typed.slice(0, end).trim();
  return { user: isName ? clearString(line) : undefined, isAsked: password >= 0 && typed.length > end + 1 };
}

function readTelnet(client: SideHead, server: SideHead): TelnetFacts | undefined {
  if (!isNegotiation(firstPiece(server)) && !isNegotiation(firstPiece(client))) return undefined;
  const { user, isAsked } = readLogin(plainText(firstPiece(client)), plainText(firstPiece(server)));
  return presentFacts<TelnetFacts>({
    network: { protocol: 'telnet' },
    user: { name: user },
    smartids: { telnet: { credentials_seen: flag(isAsked) } },
  });
}

/** The sides are swapped only where the port says so: what the wrong one sent could be taken for a name. */
export function dissectTelnet(conversation: Conversation): TelnetFacts | undefined {
  if (conversation.transport !== 'tcp') return undefined;
  const { client, server } = conversation;
  return PORTS.includes(client.port) ? readTelnet(server, client) : readTelnet(client, server);
}
