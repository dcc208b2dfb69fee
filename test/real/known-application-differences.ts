// real: where our application facts differ from tshark's and stand, each with its reason and no wider than it must be.
import type { FieldOfBoth } from './application-facts.ts';
import { type Conversation, protocolOf } from './application-facts.ts';
import type { TsharkRow } from './tshark-row.ts';

/** Only one of the two says something, or ours says what theirs does not. */
export type DifferenceKind = 'only theirs' | 'only ours' | 'other';

export interface ApplicationDifference extends FieldOfBoth {
  readonly file: string;
  readonly kind: DifferenceKind;
  readonly conversation: Conversation;
}

interface KnownApplicationDifference {
  readonly name: string;
  readonly reason: string;
  readonly covers: (difference: ApplicationDifference) => boolean;
}

/** Bytes of a side that are kept for the application layer (LIMITS.md), where they are no text and no TLS. */
const HEAD_BYTES = 1536;
/** RFC 8446 §4.1.3: the first bytes of the random value that means a retry. */
const RETRY_RANDOM = 'cf21ad74e59a6111';
const NO_UTF8 = '\ufffd';

function says({ field }: ApplicationDifference, row: TsharkRow): boolean {
  return field.tshark.some((name) => row.first(name) !== undefined);
}

function ourProtocols({ conversation }: ApplicationDifference): readonly string[] {
  return conversation.flows.map(protocolOf);
}

/** tshark's name of a protocol that we found: `network.protocol` but for these. */
const TSHARK_NAMES: Readonly<Record<string, string>> = { pop3: 'pop', 'netbios-ns': 'nbns', rdp: 'tpkt', sip: 'sip' };

function isDissectedByBoth(difference: ApplicationDifference): boolean {
  const names = ourProtocols(difference).map((name) => TSHARK_NAMES[name] ?? name);
  return difference.conversation.rows.some(({ protocols }) => protocols.some((name) => names.includes(name)));
}

function isSubset(part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean {
  return [...part].every((value) => whole.has(value));
}

/** Conversations that no other capture has the like of. */
const ONE_OF_ITS_KIND: readonly { readonly file: string; readonly fields: readonly string[]; readonly why: string }[] =
  [
    {
      file: '40d5d8217b',
      fields: ['http.request', 'smartids.http.host', 'url.original', 'user_agent.original'],
      why: 'begins with the one byte of a keep-alive, which we take for the request’s first',
    },
    {
      file: 'a6129637c6',
      fields: ['smartids.dnp3.functions'],
      why: 'transport segments without a last one: tshark shows no function, ours is the first segment’s',
    },
    { file: 'a64528f5b1', fields: ['smartids.ftp.commands'], why: 'noise that tshark takes for a command: }}}*' },
    {
      file: 'bc20f8ca7e',
      fields: ['smartids.http.server'],
      why: 'the field’s name ends in a space, which tshark does not forgive',
    },
    {
      file: 'ce47032654',
      fields: ['tls.server.x509'],
      why: 'a server’s messages alone, the second certificate empty: tshark stops at the first record',
    },
    {
      file: 'd753d8c018',
      fields: ['dns.response_code'],
      why: 'an answer without a question, of pointers that loop',
    },
    { file: 'db475fbf05', fields: ['http.response.status_code'], why: 'HTTP/5.?2 is no version' },
    {
      file: '2d70158591',
      fields: ['tls.server.ja3s'],
      why: 'a ServerHello that ends inside the length of its extensions: whole to tshark',
    },
  ];

export const KNOWN_APPLICATION_DIFFERENCES: readonly KnownApplicationDifference[] = [
  {
    name: 'value cut in the capture',
    reason: 'tshark shows the part of a value that the snaplen left, we keep none of it',
    covers: (difference) =>
      difference.kind === 'only theirs' &&
      difference.conversation.rows.every((row) => row.isCut || !says(difference, row)),
  },
  {
    name: 'message without an end',
    reason: 'tshark waits for the end of a message that never comes, cut or missing; we read what there is of it',
    covers: ({ kind, conversation: { rows } }) =>
      kind === 'only ours' && (rows.some((row) => row.isWaiting) || rows.every((row) => row.isCut)),
  },
  {
    name: 'cut QUIC packet',
    reason: 'tshark decrypts no packet whose end was cut off; we read what there is of it',
    covers: (difference) =>
      difference.kind === 'only ours' &&
      ourProtocols(difference).includes('quic') &&
      difference.conversation.rows.some((row) => row.isCut),
  },
  {
    name: 'TLS 1.3 by its cipher suite',
    reason: 'a ServerHello that ends before its versions do: its cipher suite is one of TLS 1.3 alone',
    covers: ({ kind, field, ours }) => kind === 'other' && field.ours === 'tls.version' && [...ours].join() === '1.3',
  },
  {
    name: 'HelloRetryRequest',
    reason: 'tshark makes a JA3S of it, ours is of the ServerHello that follows',
    covers: ({ kind, field, conversation }) =>
      kind === 'only theirs' &&
      field.ours === 'tls.server.ja3s' &&
      conversation.rows.every(
        (row) =>
          row.first('tls.handshake.ja3s') === undefined ||
          row.all('tls.handshake.random').some((random) => random.replaceAll(':', '').startsWith(RETRY_RANDOM)),
      ),
  },
  {
    name: 'message that tshark gave up in',
    reason: 'cut or malformed behind what we took from it',
    covers: ({ kind, conversation }) =>
      (kind === 'only ours' || kind === 'other') && conversation.rows.some((row) => row.gaveUp),
  },
  {
    name: 'other port',
    reason: 'tshark goes by the port and does not dissect the conversation as what its content says it is',
    covers: (difference) => difference.kind === 'only ours' && !isDissectedByBoth(difference),
  },
  {
    name: 'TLS behind another protocol',
    reason: 'STARTTLS, CONNECT and the like: the flow is that protocol’s, its handshake is not read',
    covers: (difference) =>
      difference.kind === 'only theirs' &&
      difference.field.ours.startsWith('tls.') &&
      !ourProtocols(difference).some((name) => name === 'tls' || name === 'quic'),
  },
  {
    name: 'IRC behind STARTTLS',
    reason: 'tshark reads encrypted bytes as commands; STARTTLS itself is none of those that we list',
    covers: ({ kind, field, theirs }) =>
      kind === 'only theirs' && field.ours === 'smartids.irc.commands' && theirs.has('STARTTLS'),
  },
  {
    name: 'pipelined SMTP commands',
    reason: 'tshark shows one command a segment, and takes what follows a refused BDAT for its data',
    covers: ({ kind, field, ours, theirs }) =>
      kind === 'other' && field.ours === 'smartids.smtp.commands' && isSubset(theirs, ours),
  },
  {
    name: 'addresses of additional records',
    reason: 'tshark has one field for the addresses in all sections, ours are those of the answers',
    covers: ({ kind, field, conversation }) =>
      kind === 'only theirs' &&
      field.ours === 'dns.resolved_ip' &&
      conversation.rows.every(
        (row) =>
          row.all('dns.a').length + row.all('dns.aaaa').length === 0 ||
          [...row.all('dns.count.auth_rr'), ...row.all('dns.count.add_rr')].some((count) => Number(count) > 0),
      ),
  },
  {
    name: 'status that is none',
    reason: 'an HTTP response whose status is no number of three digits is none of ours',
    covers: ({ kind, field, theirs, conversation }) =>
      kind === 'only theirs' &&
      (field.ours === 'http.response.status_code' || field.ours === 'smartids.http.server') &&
      ([...theirs].every((code) => !/^[1-9]\d\d$/.test(code)) ||
        conversation.rows.some((row) => row.all('http.response.code').some((code) => code.length < 3))),
  },
  {
    name: 'target with a space',
    reason: 'tshark ends a request’s target at the first space, we at the last',
    covers: ({ kind, field, ours, theirs }) =>
      kind === 'other' &&
      field.ours === 'url.original' &&
      [...ours].every((target) => theirs.has(target) || theirs.has(target.split(' ', 1)[0] ?? '')),
  },
  {
    name: 'key exchange beyond what is kept',
    reason: 'an SSH key exchange of more bytes than are kept of a side has no fingerprint (LIMITS.md)',
    covers: ({ kind, field, conversation }) =>
      kind === 'only theirs' &&
      field.ours.endsWith('.hassh') &&
      conversation.rows.reduce((sum, row) => sum + Number(row.first('frame.len')), 0) > HEAD_BYTES,
  },
  {
    name: 'no UTF-8',
    reason: 'a string of a certificate with a byte that is no UTF-8: tshark leaves it or the rest out, ours shows it',
    covers: ({ kind, ours, field }) =>
      kind === 'other' && field.ours.includes('x509') && [...ours].some((value) => value.includes(NO_UTF8)),
  },
  {
    name: 'file that is not opened',
    reason: 'SMB1’s commands on a path and SMB2’s referrals: ours are the files that are opened',
    covers: ({ kind, field, conversation }) =>
      kind === 'only theirs' &&
      field.ours === 'smartids.smb.files' &&
      conversation.rows.every((row) => !/Create|Open/.test(row.first('_ws.col.Info') ?? '')),
  },
  {
    name: 'one of its kind',
    reason: 'a fuzzed or made-up conversation, by its file and field (below)',
    covers: ({ file, field }) =>
      ONE_OF_ITS_KIND.some((one) => file.includes(one.file) && one.fields.some((name) => field.ours.startsWith(name))),
  },
];
