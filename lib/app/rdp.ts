// app: RDP's connection opening: cookie, security protocols, and what an unsealed client says of itself ([MS-RDPBCGR] §2.2.1).

import { clearString, clearUtf16, startsWith } from './clear-text.ts';
import { type Conversation, firstPiece, type SideHead } from './conversation.ts';
import { COTP_CONFIRM, COTP_DATA, COTP_REQUEST, type CotpUnit, looksLikeTpkt, readCotpUnits } from './cotp.ts';
import { presentFacts } from './facts.ts';
import { uint8, uint16le, uint32le } from './integers.ts';
import { eitherWay } from './sides.ts';

const PORT = 3389;

export interface RdpFacts {
  readonly network: { readonly protocol: 'rdp' };
  /** Of the cookie, which clients cut to nine characters. */
  readonly user?: { readonly name?: string | undefined };
  readonly host?: { readonly hostname?: string | undefined };
  readonly smartids: {
    readonly rdp: {
      readonly cookie?: string | undefined;
      readonly requested_protocols?: readonly string[] | undefined;
      readonly selected_protocol?: string | undefined;
      readonly failure?: string | undefined;
      readonly client_build?: number | undefined;
      readonly keyboard_layout?: string | undefined;
    };
  };
}

const PROTOCOLS = [
  [1, 'tls'],
  [2, 'credssp'],
  [4, 'rdstls'],
  [8, 'credssp-ex'],
  [16, 'rdsaad'],
] as const;
const FAILURES = [
  ...[undefined, 'SSL_REQUIRED_BY_SERVER', 'SSL_NOT_ALLOWED_BY_SERVER', 'SSL_CERT_NOT_ON_SERVER', 'INCONSISTENT_FLAGS'],
  ...['HYBRID_REQUIRED_BY_SERVER', 'SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER'],
] as const;
const NEGOTIATION_REQUEST = 1;
const NEGOTIATION_RESPONSE = 2;
const NEGOTIATION_FAILURE = 3;
const COOKIE = 'Cookie: ';
const USER_COOKIE = 'mstshash=';
const MAX_COOKIE = 256;

interface Opening {
  cookie: string | undefined;
  requested: readonly string[] | undefined;
}

/** `Cookie: mstshash=user` and the negotiation behind it; undefined where the bytes are neither. */
function readRequest(body: Uint8Array): Opening | undefined {
  let at = 0;
  let cookie: string | undefined;
  if (startsWith(body, COOKIE)) {
    const end = body.subarray(0, MAX_COOKIE).indexOf(0x0d);
    if (end < 0) return { cookie: undefined, requested: undefined };
    cookie = clearString(Buffer.from(body.subarray(COOKIE.length, end)).toString('latin1'));
    at = end + 2;
  }
  const isNegotiation = uint8(body, at) === NEGOTIATION_REQUEST && uint16le(body, at + 2) === 8;
  if (!isNegotiation) return cookie === undefined ? undefined : { cookie, requested: undefined };
  const bits = uint32le(body, at + 4);
  if (bits < 0) return { cookie, requested: undefined };
  const names = PROTOCOLS.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name);
  return { cookie, requested: ['rdp', ...names] };
}

function readConfirm(body: Uint8Array): {
  readonly selected?: string | undefined;
  readonly failure?: string | undefined;
} {
  const kind = uint8(body, 0);
  const value = uint32le(body, 4);
  if (uint16le(body, 2) !== 8 || value < 0) return {};
  if (kind === NEGOTIATION_RESPONSE) return { selected: PROTOCOLS.find(([bit]) => bit === value)?.[1] ?? 'rdp' };
  return kind === NEGOTIATION_FAILURE ? { failure: FAILURES[value] ?? `failure-${value}` } : {};
}

const CONNECT_INITIAL = 0x7f;
const CORE = 0xc001;
/** The client's H.221 key, behind which its blocks begin. */
const CLIENT_KEY = 'Duca';
const MAX_SEARCH = 512;

/** TS_UD_CS_CORE of an MCS Connect Initial. */
function readClientCore(data: Uint8Array): { name?: string | undefined; build?: number; keyboard?: string } {
  if (uint8(data, 0) !== CONNECT_INITIAL) return {};
  const key = Buffer.from(data.subarray(0, MAX_SEARCH)).indexOf(CLIENT_KEY, 0, 'latin1');
  if (key < 0) return {};
  const length = uint8(data, key + CLIENT_KEY.length);
  const core = data.subarray(key + CLIENT_KEY.length + (length >= 0x80 ? 2 : 1));
  if (uint16le(core, 0) !== CORE || core.length < 56) return {};
  const keyboard = `0x${uint32le(core, 16).toString(16).padStart(8, '0')}`;
  return { name: clearUtf16(core.subarray(24, 56)), build: uint32le(core, 20), keyboard };
}

function dataOf(units: readonly CotpUnit[]): Uint8Array | undefined {
  return units.find(({ kind }) => kind === COTP_DATA)?.body;
}

function readRdp(client: SideHead, server: SideHead): RdpFacts | undefined {
  const bytes = firstPiece(client);
  if (!looksLikeTpkt(bytes) && !(bytes.length === 0 && server.port === PORT)) return undefined;
  const units = readCotpUnits(bytes);
  const request = units.find(({ kind }) => kind === COTP_REQUEST);
  const opening = request === undefined ? undefined : readRequest(request.body);
  const data = dataOf(units);
  const core = data === undefined ? undefined : readClientCore(data);
  const confirm = readCotpUnits(firstPiece(server)).find(({ kind }) => kind === COTP_CONFIRM);
  if (opening === undefined && core?.build === undefined) {
    if (server.port !== PORT || (request === undefined && confirm === undefined)) return undefined;
  }
  const { selected, failure } = confirm === undefined ? {} : readConfirm(confirm.body);
  const cookie = opening?.cookie;
  return presentFacts<RdpFacts>({
    network: { protocol: 'rdp' },
    user: { name: cookie?.startsWith(USER_COOKIE) ? clearString(cookie.slice(USER_COOKIE.length).trim()) : undefined },
    host: { hostname: core?.name },
    smartids: {
      rdp: {
        cookie,
        requested_protocols: opening?.requested,
        selected_protocol: selected,
        failure,
        client_build: core?.build,
        keyboard_layout: core?.keyboard,
      },
    },
  });
}

export function dissectRdp(conversation: Conversation): RdpFacts | undefined {
  return conversation.transport === 'tcp' ? eitherWay(conversation, readRdp) : undefined;
}
