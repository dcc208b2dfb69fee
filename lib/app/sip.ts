// app: SIP: who calls whom with which agent (RFC 3261 §7).

import { clearString, startsWith } from './clear-text.ts';
import { type Conversation, firstPiece } from './conversation.ts';
import { flag, presentFacts } from './facts.ts';
import { readHeaders, readLines } from './text-lines.ts';

export interface SipFacts {
  readonly network: { readonly protocol: 'sip' };
  readonly user_agent?: { readonly original?: string | undefined };
  readonly user?: { readonly name?: string | undefined };
  readonly smartids: {
    readonly sip: {
      readonly method?: string | undefined;
      readonly uri?: string | undefined;
      readonly status_code?: number | undefined;
      readonly from?: string | undefined;
      readonly to?: string | undefined;
      readonly call_id?: string | undefined;
      readonly server?: string | undefined;
      readonly credentials_seen?: true | undefined;
    };
  };
}

const METHODS = [
  ...[
    'INVITE',
    'ACK',
    'BYE',
    'CANCEL',
    'REGISTER',
    'OPTIONS',
    'PRACK',
    'SUBSCRIBE',
    'NOTIFY',
    'PUBLISH',
    'INFO',
    'REFER',
  ],
  ...['MESSAGE', 'UPDATE'],
] as const;
const STATUS = 'SIP/2.0 ';
const HEADERS = [
  'from',
  'f',
  'to',
  't',
  'call-id',
  'i',
  'user-agent',
  'server',
  'authorization',
  'proxy-authorization',
];

function methodOf(bytes: Uint8Array): string | undefined {
  const method = METHODS.find((each) => startsWith(bytes, each) && bytes[each.length] === 0x20);
  if (method === undefined) return undefined;
  const start = method.length + 1;
  return ['sip:', 'sips:', 'tel:'].some((scheme) => startsWith(bytes, scheme, start)) ? method : undefined;
}

function isSip(bytes: Uint8Array): boolean {
  return startsWith(bytes, STATUS) || methodOf(bytes) !== undefined;
}

/** The address between angle brackets, else before the parameters. */
function addressOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const start = value.indexOf('<');
  const end = value.indexOf('>', start);
  return clearString(start >= 0 && end > start ? value.slice(start + 1, end) : (value.split(';', 1)[0] ?? ''));
}

/** The user of a digest; its response is no secret of ours to show. */
function userOf(authorization: string | undefined): string | undefined {
  const at = authorization?.indexOf('username="') ?? -1;
  return authorization === undefined || at < 0
    ? undefined
    : clearString(authorization.slice(at + 10).split('"', 1)[0] ?? '');
}

export function dissectSip({ client, server }: Conversation): SipFacts | undefined {
  const sides = [firstPiece(client), firstPiece(server)].filter(isSip);
  const request = sides.find((bytes) => methodOf(bytes) !== undefined);
  const response = sides.find((bytes) => startsWith(bytes, STATUS));
  const shown = request ?? response;
  if (shown === undefined) return undefined;
  const lines = readLines(shown);
  const headers = readHeaders(lines.slice(1), HEADERS);
  const answer = response === undefined ? undefined : readLines(response);
  const status = Number(answer?.[0]?.slice(STATUS.length, STATUS.length + 3));
  const authorization = headers.get('authorization') ?? headers.get('proxy-authorization');
  return presentFacts<SipFacts>({
    network: { protocol: 'sip' },
    user_agent: { original: headers.get('user-agent') },
    user: { name: userOf(authorization) },
    smartids: {
      sip: {
        method: request && methodOf(request),
        uri: request && lines[0]?.split(' ', 2)[1],
        status_code: status >= 100 && status < 700 ? status : undefined,
        from: addressOf(headers.get('from') ?? headers.get('f')),
        to: addressOf(headers.get('to') ?? headers.get('t')),
        call_id: headers.get('call-id') ?? headers.get('i'),
        server: answer && readHeaders(answer.slice(1), ['server']).get('server'),
        credentials_seen: flag(authorization !== undefined),
      },
    },
  });
}
