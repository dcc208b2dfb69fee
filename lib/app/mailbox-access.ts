// app: POP3 and IMAP: which user opened a mailbox (RFC 1939, RFC 9051); passwords are read over.

import { clearString, startsWith } from './clear-text.ts';
import { type Conversation, firstPiece, type SideHead } from './conversation.ts';
import { addDistinct, flag, presentFacts } from './facts.ts';
import { eitherWay } from './sides.ts';
import { parseCommand, readLines } from './text-lines.ts';

interface Login {
  readonly commands: readonly string[];
  readonly credentials_seen?: true | undefined;
  readonly failures?: number | undefined;
}

export interface Pop3Facts {
  readonly network: { readonly protocol: 'pop3' };
  readonly user?: { readonly name?: string | undefined };
  readonly smartids: { readonly pop3: Login };
}

export interface ImapFacts {
  readonly network: { readonly protocol: 'imap' };
  readonly user?: { readonly name?: string | undefined };
  readonly smartids: { readonly imap: Login };
}

const POP3_PORT = 110;
const POP3_VERBS: ReadonlySet<string> = new Set([
  ...[
    'USER',
    'PASS',
    'APOP',
    'AUTH',
    'CAPA',
    'STLS',
    'STAT',
    'LIST',
    'RETR',
    'DELE',
    'NOOP',
    'RSET',
    'TOP',
    'UIDL',
    'QUIT',
  ],
]);
const IMAP_VERBS: ReadonlySet<string> = new Set([
  ...['CAPABILITY', 'LOGIN', 'AUTHENTICATE', 'STARTTLS', 'SELECT', 'EXAMINE', 'LIST', 'LSUB', 'STATUS', 'FETCH', 'UID'],
  ...['SEARCH', 'STORE', 'APPEND', 'COPY', 'EXPUNGE', 'IDLE', 'NOOP', 'CLOSE', 'LOGOUT', 'ID', 'NAMESPACE', 'ENABLE'],
]);

function count(lines: readonly string[], isFailure: (line: string) => boolean): number | undefined {
  const failures = lines.filter(isFailure).length;
  return failures === 0 ? undefined : failures;
}

function readPop3(client: SideHead, server: SideHead): Pop3Facts | undefined {
  const answered = firstPiece(server);
  if (!startsWith(answered, '+OK') && !startsWith(answered, '-ERR')) return undefined;
  const lines = readLines(firstPiece(client));
  // Redis answers +OK, too.
  if (lines.length === 0 ? server.port !== POP3_PORT : !POP3_VERBS.has(parseCommand(lines[0] ?? '').verb))
    return undefined;
  const commands: string[] = [];
  let name: string | undefined;
  for (const line of lines) {
    const { verb, argument } = parseCommand(line);
    if (!POP3_VERBS.has(verb)) continue;
    addDistinct(commands, verb);
    if (verb === 'USER') name ??= clearString(argument);
    if (verb === 'APOP') name ??= clearString(argument.split(' ', 1)[0] ?? '');
  }
  const credentials = flag(['PASS', 'APOP', 'AUTH'].some((verb) => commands.includes(verb)));
  const failures = count(readLines(answered), (line) => line.startsWith('-ERR'));
  return presentFacts<Pop3Facts>({
    network: { protocol: 'pop3' },
    user: { name },
    smartids: { pop3: { commands, credentials_seen: credentials, failures } },
  });
}

/** The first of a command's arguments, without its quotes. */
function firstArgument(argument: string): string | undefined {
  if (argument.startsWith('"')) return clearString(argument.slice(1).split('"', 1)[0] ?? '');
  // A literal's text is on the next line, {5} only its length.
  return argument.startsWith('{') ? undefined : clearString(argument.split(' ', 1)[0] ?? '');
}

function readImap(client: SideHead, server: SideHead): ImapFacts | undefined {
  const answered = firstPiece(server);
  if (!['* OK', '* PREAUTH', '* BYE', '* CAPABILITY'].some((start) => startsWith(answered, start))) return undefined;
  const commands: string[] = [];
  let name: string | undefined;
  for (const line of readLines(firstPiece(client))) {
    // `tag SP verb SP argument`
    const { verb, argument } = parseCommand(parseCommand(line).argument);
    if (!IMAP_VERBS.has(verb)) continue;
    addDistinct(commands, verb);
    if (verb === 'LOGIN') name ??= firstArgument(argument);
  }
  const credentials = flag(commands.includes('LOGIN') || commands.includes('AUTHENTICATE'));
  const failures = count(readLines(answered), (line) => parseCommand(parseCommand(line).argument).verb === 'NO');
  return presentFacts<ImapFacts>({
    network: { protocol: 'imap' },
    user: { name },
    smartids: { imap: { commands, credentials_seen: credentials, failures } },
  });
}

export function dissectPop3(conversation: Conversation): Pop3Facts | undefined {
  return conversation.transport === 'tcp' ? eitherWay(conversation, readPop3) : undefined;
}

export function dissectImap(conversation: Conversation): ImapFacts | undefined {
  return conversation.transport === 'tcp' ? eitherWay(conversation, readImap) : undefined;
}
