// app: IRC: nick, user and channels of a client (RFC 2812 §3).

import { clearString, startsWith } from './clear-text.ts';
import { type Conversation, firstPiece, type SideHead } from './conversation.ts';
import { addDistinct, flag, presentFacts } from './facts.ts';
import { eitherWay } from './sides.ts';
import { parseCommand, readLines } from './text-lines.ts';

export interface IrcFacts {
  readonly network: { readonly protocol: 'irc' };
  readonly user?: { readonly name?: string | undefined };
  readonly smartids: {
    readonly irc: {
      readonly nick?: string | undefined;
      readonly real_name?: string | undefined;
      readonly channels?: readonly string[];
      readonly commands?: readonly string[];
      readonly credentials_seen?: true | undefined;
    };
  };
}

const VERBS: ReadonlySet<string> = new Set([
  ...['NICK', 'USER', 'PASS', 'JOIN', 'PART', 'PRIVMSG', 'NOTICE', 'QUIT', 'PING', 'PONG', 'MODE', 'TOPIC', 'WHO'],
  ...['WHOIS', 'LIST', 'NAMES', 'KICK', 'INVITE', 'CAP', 'OPER', 'AUTHENTICATE', 'USERHOST', 'ISON', 'AWAY'],
]);
const OPENINGS = ['NICK ', 'USER ', 'PASS ', 'CAP ', 'JOIN ', 'PRIVMSG ', 'nick ', 'PONG '] as const;

/** A server names itself (`:host …`), or speaks before it knows the client. */
function isServer(bytes: Uint8Array): boolean {
  return (
    startsWith(bytes, ':') || startsWith(bytes, 'NOTICE ') || startsWith(bytes, 'PING ') || startsWith(bytes, 'ERROR :')
  );
}

function readIrc(client: SideHead, server: SideHead): IrcFacts | undefined {
  const bytes = firstPiece(client);
  const answered = firstPiece(server);
  if (answered.length > 0 && !isServer(answered)) return undefined;
  if (!OPENINGS.some((verb) => startsWith(bytes, verb))) return undefined;
  const commands: string[] = [];
  const channels: string[] = [];
  let nick: string | undefined;
  let user: string | undefined;
  let realName: string | undefined;
  for (const { verb, argument } of readLines(bytes).map(parseCommand)) {
    if (VERBS.has(verb)) addDistinct(commands, verb);
    if (verb === 'NICK') nick ??= clearString(argument.split(' ', 1)[0]?.replace(/^:/, '') ?? '');
    if (verb === 'USER' && user === undefined) {
      user = clearString(argument.split(' ', 1)[0] ?? '');
      const colon = argument.indexOf(' :');
      realName = colon < 0 ? undefined : clearString(argument.slice(colon + 2));
    }
    // A key may follow the channel's name.
    if (verb === 'JOIN')
      for (const name of (argument.split(' ', 1)[0] ?? '').split(',', 16)) addDistinct(channels, clearString(name));
  }
  // NICK, or two of its words, and not an FTP login.
  if (nick === undefined && channels.length === 0 && !commands.includes('CAP')) return undefined;
  return presentFacts<IrcFacts>({
    network: { protocol: 'irc' },
    user: { name: user ?? nick },
    smartids: {
      irc: { nick, real_name: realName, channels, commands, credentials_seen: flag(commands.includes('PASS')) },
    },
  });
}

export function dissectIrc(conversation: Conversation): IrcFacts | undefined {
  return conversation.transport === 'tcp' ? eitherWay(conversation, readIrc) : undefined;
}
