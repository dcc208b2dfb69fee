// app: SMTP: who greets, who writes to whom, whether somebody logged in or turned to TLS (RFC 5321, RFC 4954, RFC 3207).

import { clearString, startsWith } from './clear-text.ts';
import { type Conversation, firstPiece, type SideHead } from './conversation.ts';
import { addDistinct, flag, presentFacts } from './facts.ts';
import { eitherWay, hasPort } from './sides.ts';
import { parseCommand, readHeaders, readLines, replyCode } from './text-lines.ts';

export interface SmtpFacts {
  readonly network: { readonly protocol: 'smtp' };
  readonly user?: { readonly name?: string | undefined };
  readonly email?: {
    readonly from?: { readonly address: readonly string[] };
    readonly to?: { readonly address: readonly string[] };
    readonly subject?: string | undefined;
    readonly message_id?: string | undefined;
    readonly x_mailer?: string | undefined;
    readonly attachments?: readonly { readonly file: { readonly name: string } }[];
  };
  readonly smartids: {
    readonly smtp: {
      readonly banner?: string | undefined;
      readonly helo?: string | undefined;
      readonly commands?: readonly string[];
      readonly response_codes?: readonly number[];
      readonly auth_method?: string | undefined;
      readonly credentials_seen?: true | undefined;
      readonly starttls?: true | undefined;
    };
  };
}

const VERBS: ReadonlySet<string> = new Set([
  ...['EHLO', 'HELO', 'MAIL', 'RCPT', 'DATA', 'BDAT', 'RSET', 'VRFY', 'EXPN', 'HELP', 'NOOP', 'QUIT', 'AUTH'],
  ...['STARTTLS', 'LHLO', 'ETRN', 'TURN', 'XCLIENT', 'XFORWARD'],
]);
const OPENING_VERBS: readonly string[] = ['EHLO', 'HELO', 'LHLO', 'MAIL', 'ehlo', 'helo', 'Ehlo', 'Helo'];
const HEADERS = ['subject', 'message-id', 'x-mailer', 'user-agent'] as const;
/** A mail's head lies within its first lines. */
const MAX_LINES = 256;

interface Session {
  readonly verbs: string[];
  readonly from: string[];
  readonly to: string[];
  readonly attachments: string[];
  helo: string | undefined;
  authMethod: string | undefined;
  user: string | undefined;
  mail: ReadonlyMap<string, string>;
  /** Index of the line behind the one that was read. */
  next: number;
}

/** The mailbox in `FROM:<a@b>`; the empty path of a bounce is `<>`. */
function mailbox(argument: string): string | undefined {
  const start = argument.indexOf('<');
  const end = argument.indexOf('>', start);
  if (start >= 0 && end > start) return clearString(argument.slice(start + 1, end)) ?? '<>';
  const colon = argument.indexOf(':');
  return clearString(
    argument
      .slice(colon + 1)
      .trim()
      .split(' ', 1)[0] ?? '',
  );
}

function decodeBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}

/** The user of `AUTH PLAIN` (RFC 4616: authorisation NUL user NUL password) or `AUTH LOGIN`; never the password. */
function readAuth(session: Session, argument: string, lines: readonly string[]): void {
  const [method = '', initial] = argument.split(' ', 2);
  session.authMethod = clearString(method.toUpperCase(), 32);
  const response = initial ?? lines[session.next];
  if (response === undefined) return;
  if (session.authMethod === 'PLAIN') {
    if (initial === undefined) session.next += 1;
    session.user ??= clearString(decodeBase64(response).split('\0', 3)[1] ?? '');
  } else if (session.authMethod === 'LOGIN') {
    // The two lines that follow are user and password, or the password alone.
    session.next += initial === undefined ? 2 : 1;
    session.user ??= clearString(decodeBase64(response));
  }
}

/** A `name="…"` parameter; long ones are cut by the line's ceiling. */
function attachmentName(line: string): string | undefined {
  const at = line.toLowerCase().indexOf('filename=');
  if (at < 0) return undefined;
  const value = line.slice(at + 'filename='.length);
  return value.startsWith('"')
    ? clearString(value.slice(1).split('"', 1)[0] ?? '')
    : clearString(value.split(';', 1)[0] ?? '');
}

/** Passes over a mail up to the line of a single dot. */
function readMail(session: Session, lines: readonly string[]): void {
  const start = session.next;
  if (session.mail.size === 0) session.mail = readHeaders(lines.slice(start), HEADERS);
  while (session.next < lines.length && lines[session.next] !== '.') {
    addDistinct(session.attachments, attachmentName(lines[session.next] ?? ''));
    session.next += 1;
  }
  session.next += 1;
}

function readCommand(session: Session, line: string, lines: readonly string[]): void {
  const { verb, argument } = parseCommand(line);
  if (!VERBS.has(verb)) return;
  addDistinct(session.verbs, verb);
  if (verb === 'EHLO' || verb === 'HELO' || verb === 'LHLO') session.helo ??= clearString(argument);
  else if (verb === 'MAIL') addDistinct(session.from, mailbox(argument));
  else if (verb === 'RCPT') addDistinct(session.to, mailbox(argument));
  else if (verb === 'AUTH') readAuth(session, argument, lines);
  else if (verb === 'DATA') readMail(session, lines);
}

function readSession(bytes: Uint8Array): Session {
  const lines = readLines(bytes, MAX_LINES);
  const session: Session = {
    ...{ verbs: [], from: [], to: [], attachments: [], mail: new Map(), next: 0 },
    ...{ helo: undefined, authMethod: undefined, user: undefined },
  };
  while (session.next < lines.length) {
    const line = lines[session.next] ?? '';
    session.next += 1;
    readCommand(session, line, lines);
    // What follows is TLS.
    if (session.verbs.includes('STARTTLS')) break;
  }
  return session;
}

function isSmtp(asked: Uint8Array, answered: Uint8Array): boolean {
  const greets =
    answered.length === 0 || startsWith(answered, '2') || startsWith(answered, '4') || startsWith(answered, '5');
  if (!greets) return false;
  return (
    OPENING_VERBS.some((verb) => startsWith(asked, verb)) &&
    (asked[4] === 0x20 || asked[4] === 0x0d || asked[4] === 0x0a)
  );
}

function readSmtp(client: SideHead, server: SideHead): SmtpFacts | undefined {
  const asked = firstPiece(client);
  const answered = firstPiece(server);
  return isSmtp(asked, answered) ? smtpFacts(asked, answered) : undefined;
}

/** Where the client has not spoken, or not SMTP's first words, the port and the server's greeting decide. */
function readOnPort(client: SideHead, server: SideHead): SmtpFacts | undefined {
  const answered = firstPiece(server);
  const asked = firstPiece(client);
  if (startsWith(answered, '220') || startsWith(answered, '554') || startsWith(answered, '421'))
    return smtpFacts(asked, answered);
  return isSmtp(asked, answered) ? smtpFacts(asked, answered) : undefined;
}

function smtpFacts(asked: Uint8Array, answered: Uint8Array): SmtpFacts {
  const session = readSession(asked);
  const replies = readLines(answered);
  const codes: number[] = [];
  for (const line of replies) addDistinct(codes, replyCode(line));
  return presentFacts<SmtpFacts>({
    network: { protocol: 'smtp' },
    user: { name: session.user },
    email: {
      from: { address: session.from },
      to: { address: session.to },
      subject: session.mail.get('subject'),
      message_id: session.mail.get('message-id'),
      x_mailer: session.mail.get('x-mailer') ?? session.mail.get('user-agent'),
      attachments: session.attachments.map((name) => ({ file: { name } })),
    },
    smartids: {
      smtp: {
        banner: replyCode(replies[0] ?? '') === 220 ? clearString((replies[0] ?? '').slice(4)) : undefined,
        helo: session.helo,
        commands: session.verbs,
        response_codes: codes,
        auth_method: session.authMethod,
        credentials_seen: flag(session.authMethod !== undefined),
        starttls: flag(session.verbs.includes('STARTTLS')),
      },
    },
  });
}

export function dissectSmtp(conversation: Conversation): SmtpFacts | undefined {
  if (conversation.transport !== 'tcp') return undefined;
  return eitherWay(conversation, hasPort(conversation, 25, 587, 2525) ? readOnPort : readSmtp);
}
