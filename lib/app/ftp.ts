// app: FTP's control connection: who logged in, what was asked for, what was answered (RFC 959).

import { clearName, clearString, startsWith } from './clear-text.ts';
import { type Conversation, firstPiece, type SideHead } from './conversation.ts';
import { addDistinct, flag, presentFacts } from './facts.ts';
import { eitherWay, hasPort } from './sides.ts';
import { type Command, parseCommand, readLines, replyCode } from './text-lines.ts';

export interface FtpFacts {
  readonly network: { readonly protocol: 'ftp' };
  readonly user?: { readonly name?: string | undefined };
  readonly file?: { readonly path?: string | undefined; readonly name?: string | undefined };
  readonly smartids: {
    readonly ftp: {
      readonly banner?: string | undefined;
      readonly commands?: readonly string[];
      readonly response_codes?: readonly number[];
      readonly files?: readonly string[];
      readonly users?: readonly string[];
      readonly credentials_seen?: true | undefined;
      readonly login_failures?: number | undefined;
    };
  };
}

const VERBS: ReadonlySet<string> = new Set([
  ...['USER', 'PASS', 'ACCT', 'CWD', 'XCWD', 'CDUP', 'SMNT', 'QUIT', 'REIN', 'PORT', 'PASV', 'EPRT', 'EPSV', 'TYPE'],
  ...['STRU', 'MODE', 'RETR', 'STOR', 'STOU', 'APPE', 'ALLO', 'REST', 'RNFR', 'RNTO', 'ABOR', 'DELE', 'RMD', 'XRMD'],
  ...['MKD', 'XMKD', 'PWD', 'XPWD', 'LIST', 'NLST', 'MLSD', 'MLST', 'SITE', 'SYST', 'STAT', 'HELP', 'NOOP', 'FEAT'],
  ...['OPTS', 'SIZE', 'MDTM', 'MFMT', 'AUTH', 'PBSZ', 'PROT', 'CCC', 'CLNT', 'LANG', 'HOST', 'ADAT'],
]);
/** Verbs that no other protocol with replies of three digits has. */
const OWN_VERBS: ReadonlySet<string> = new Set(['USER', 'PASV', 'EPSV', 'SYST', 'FEAT', 'CWD', 'PORT', 'PWD', 'TYPE']);
const FILE_VERBS: ReadonlySet<string> = new Set(['RETR', 'STOR', 'APPE', 'DELE', 'SIZE', 'MDTM', 'RNFR', 'RNTO']);
const MOVED_VERBS: ReadonlySet<string> = new Set(['RETR', 'STOR', 'APPE']);
const READY = 220;
/** In place of it where there are too many users. */
const CLOSING = 421;
const NOT_LOGGED_IN = 530;

function baseName(path: string | undefined): string | undefined {
  return path === undefined ? undefined : clearName(Buffer.from(path.slice(path.lastIndexOf('/') + 1)));
}

/** A verb of FTP (three or four letters) followed by a blank or the line's end, in either case. */
function beginsWithVerb(bytes: Uint8Array): boolean {
  let verb = '';
  for (let at = 0; at < 5; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x20 || byte === 0x0d || byte === 0x0a) return VERBS.has(verb);
    const upper = byte & ~0x20;
    if (upper < 0x41 || upper > 0x5a) return false;
    verb += String.fromCharCode(upper);
  }
  return false;
}

function isFtp(commands: readonly Command[], replies: readonly string[], hasFtpPort: boolean): boolean {
  if (commands.some(({ verb }) => verb === 'EHLO' || verb === 'HELO' || verb === 'MAIL')) return false;
  const isAnswered = replies.some((line) => replyCode(line) !== undefined);
  if (commands.some(({ verb }) => OWN_VERBS.has(verb))) return hasFtpPort || isAnswered;
  const [banner = ''] = replies;
  const code = replyCode(banner);
  return commands.length > 0 || code === READY || code === CLOSING
    ? hasFtpPort || banner.toUpperCase().includes('FTP')
    : false;
}

function readFtp(client: SideHead, server: SideHead, hasFtpPort: boolean): FtpFacts | undefined {
  const asked = firstPiece(client);
  const answered = firstPiece(server);
  const isReply = startsWith(answered, '220') || startsWith(answered, '120') || startsWith(answered, '421');
  if (!isReply && (answered.length > 0 || asked.length < 4)) {
    // Seen from its middle on: any reply will do where the other side speaks FTP.
    const [first = 0] = answered;
    if (first < 0x31 || first > 0x35) return undefined;
  }
  if (asked.length > 0 && !beginsWithVerb(asked)) return undefined;
  const commands = readLines(asked).map(parseCommand);
  const replies = readLines(answered);
  if (!isFtp(commands, replies, hasFtpPort)) return undefined;
  const facts = { verbs: [] as string[], files: [] as string[], users: [] as string[] };
  let moved: string | undefined;
  for (const { verb, argument } of commands) {
    if (VERBS.has(verb)) addDistinct(facts.verbs, verb);
    if (verb === 'USER') addDistinct(facts.users, clearString(argument));
    if (FILE_VERBS.has(verb)) addDistinct(facts.files, clearString(argument));
    if (MOVED_VERBS.has(verb)) moved ??= clearString(argument);
  }
  const codes = replies.map(replyCode);
  const responseCodes: number[] = [];
  for (const code of codes) addDistinct(responseCodes, code);
  const failures = codes.filter((code) => code === NOT_LOGGED_IN).length;
  return presentFacts<FtpFacts>({
    network: { protocol: 'ftp' },
    user: { name: facts.users[0] },
    file: { path: moved, name: baseName(moved) },
    smartids: {
      ftp: {
        banner: codes[0] === READY ? clearString((replies[0] ?? '').slice(4)) : undefined,
        commands: facts.verbs,
        response_codes: responseCodes,
        files: facts.files,
        users: facts.users.slice(1),
        credentials_seen: flag(facts.verbs.includes('PASS') || facts.verbs.includes('ACCT')),
        login_failures: failures === 0 ? undefined : failures,
      },
    },
  });
}

function readOnPort(client: SideHead, server: SideHead): FtpFacts | undefined {
  return readFtp(client, server, true);
}

function readAnywhere(client: SideHead, server: SideHead): FtpFacts | undefined {
  return readFtp(client, server, false);
}

export function dissectFtp(conversation: Conversation): FtpFacts | undefined {
  if (conversation.transport !== 'tcp') return undefined;
  return eitherWay(conversation, hasPort(conversation, 21) ? readOnPort : readAnywhere);
}
