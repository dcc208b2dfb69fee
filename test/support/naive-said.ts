// support: what a flow's packets say, once more: each packet's first 192 bytes as text and expressions over them.

import { SIGN, type Sign } from '../../lib/flow/signs.ts';
import type { NaiveFlow } from './naive-flow.ts';
import { naiveRpcSigns, naiveRpcType, naiveSmbSigns } from './naive-smb-said.ts';

const TCP = 6;
const UDP = 17;
const COUNTS = [
  ...(['httpRequests', 'httpPosts', 'httpErrors', 'httpRefusals'] as const),
  ...(['loginAttempts', 'loginRefusals', 'rpcRequests'] as const),
];
export type SaidCount = (typeof COUNTS)[number];
export type Said = Sign | SaidCount;

/** The fields of a flow's row. */
export function saidFields(flow: NaiveFlow): Readonly<Record<'signs' | SaidCount, number>> {
  const said = saidBy(flow);
  const signs = said.reduce((bits, one) => bits | (one in SIGN ? SIGN[one as Sign] : 0), 0); // a key of SIGN
  const counts = COUNTS.map((name) => [name, said.filter((one) => one === name).length]);
  return { signs, ...(Object.fromEntries(counts) as Record<SaidCount, number>) }; // one of each
}

export function isDenied(flow: NaiveFlow): boolean {
  return saidBy(flow).some((one) => one === 'httpErrors' || one === 'loginRefusals');
}

function saidBy(flow: NaiveFlow): readonly Said[] {
  return [0, 1].flatMap((direction) => {
    const sent = flow.members.filter((one) => one.direction === direction && one.record.packet.payloadLength > 0);
    return sent.slice(0, 256).flatMap(({ record: { packet, payload } }, k) => {
      if (packet.fragmentOffset > 0 || payload.length === 0) return [];
      return saidInPacket(payload, direction, k, packet.protocol, packet.payloadLength);
    });
  });
}

/** What the direction's packet number `k` with payload says. */
export function saidInPacket(
  payload: Uint8Array,
  direction: number,
  k: number,
  protocol = TCP,
  length = payload.length,
): readonly Said[] {
  const bytes = Buffer.from(payload.subarray(0, 192));
  const text = bytes.toString('latin1');
  const sled: Said[] =
    k < 3 && (protocol === TCP || protocol === UDP) && /\x90{16}/.test(text) ? ['noOperationSled'] : [];
  if (protocol !== TCP) return sled;
  const isShort = length <= 512;
  const own = direction === 0 ? sourceSays(bytes, text, isShort) : destinationSays(text, isShort);
  const isFramed = text.startsWith('\0') && bytes.length > 4;
  const smb = isFramed ? naiveSmbSigns(bytes.subarray(4), bytes.readUIntBE(1, 3)) : naiveSmbSigns(bytes, 0);
  return [
    ...sled,
    ...own,
    ...heartbeat(bytes, direction),
    ...smb,
    ...naiveRpcSigns(bytes),
    ...eitherSays(text, isShort),
  ];
}

function sourceSays(bytes: Buffer, text: string, isShort: boolean): readonly Said[] {
  const said: Said[] = [];
  if (/^(?:(?:GET|HEAD|DELETE|PATCH|TRACE|CONNECT|PROPFIND|REPORT) |OPTIONS (?:\/|\*|http))/.test(text)) {
    said.push('httpRequests');
  }
  if (/^(?:POST|PUT) /.test(text)) said.push('httpRequests', 'httpPosts');
  if (/^(?:(?:PASS|pass) |AUTH (?!TLS|SSL))/.test(text)) said.push('loginAttempts');
  if (isShort && /^(?=[A-Za-z]*\d)[A-Za-z\d]{1,12} (?:LOGIN|AUTHENTICATE) /.test(text)) said.push('loginAttempts');
  if (/^(?:GET|POST|HEAD|OPTIONS) \/[Ww][Ss][Mm][Aa][Nn]/.test(text)) said.push('winRemoteManagement');
  if (naiveRpcType(bytes) === 0) said.push('rpcRequests');
  if (isZoneTransfer(bytes)) said.push('dnsZoneTransfer');
  return said;
}

/** Length below 256, id, query, any other flags, one question, no answer, labels, type. */
function isZoneTransfer(bytes: Buffer): boolean {
  if (bytes.length < 14 || bytes[0] !== 0 || (bytes[4] ?? 8) > 7) return false;
  if (bytes.readUInt16BE(6) !== 1 || bytes.readUInt16BE(8) !== 0) return false;
  let rest = bytes.subarray(14);
  for (let length = rest[0] ?? 0; length > 0 && length < 64; length = rest[0] ?? 0) rest = rest.subarray(1 + length);
  return rest.length >= 3 && rest[0] === 0 && [251, 252].includes(rest.readUInt16BE(1));
}

function destinationSays(text: string, isShort: boolean): readonly Said[] {
  const said: Said[] = [];
  const [, status = ''] = /^HTTP\/1\.. ([45]\d\d)/s.exec(text) ?? [];
  if (status !== '') said.push('httpErrors');
  if (['401', '403', '407'].includes(status)) said.push('httpRefusals');
  const isRefusal = /^(?:53[05][ -]|430 |-ERR|(?:\r\n)?Login incorrect)/.test(text);
  const isNo = isShort && /^(?=[A-Za-z]*\d)[A-Za-z\d]{1,12} NO /.test(text);
  if (isRefusal || isNo) said.push('loginRefusals');
  const [body] = /^HTTP\/1\./.test(text) ? (/(?<=\r\n\r\n).*/s.exec(text) ?? []) : [];
  if (body?.startsWith('MZ') === true || isProgram(text)) said.push('executableDownload');
  return said;
}

function isProgram(text: string): boolean {
  if (!text.startsWith('MZ')) return false;
  const header = text.length < 64 ? 0 : Buffer.from(text, 'latin1').readUInt32LE(60);
  return (
    text.startsWith('\x90\0', 2) || text.includes('This program') || (header > 0 && text.startsWith('PE\0\0', header))
  );
}

const SHELL_LINE =
  /^(?:Microsoft Windows (?:XP )?\[Version|uid=(?:0\(root|33\(www-data)\)|(?:ba)?sh-\d+\.\d+[$#]|bash: no job control|bash: cannot set terminal|\/bin\/sh: )/;

/** The first line, and of a short packet those that begin within 64 bytes of text. */
function hasShellLine(text: string, isShort: boolean): boolean {
  if (!isShort) return SHELL_LINE.test(text);
  const before = [...text.slice(0, 64)];
  const strange = before.findIndex((one) => !/[\t\n\v\f\r -~]/.test(one) && one !== '\u001b');
  const known = strange < 0 ? before : before.slice(0, strange);
  const lines = known.flatMap((one, k) => (one === '\n' ? [text.slice(k + 1)] : []));
  return /^[\n\r -~]/.test(text) && [text, ...lines].some((line) => SHELL_LINE.test(line));
}

function eitherSays(text: string, isShort: boolean): readonly Said[] {
  if (/^(?:NICK |JOIN #|PRIVMSG |(?:USER|PASS) .*\nNICK )/s.test(text)) return ['ircCommand'];
  return hasShellLine(text, isShort) ? ['remoteShell'] : [];
}

function heartbeat(bytes: Buffer, direction: number): readonly Said[] {
  if (bytes.length < 5 || bytes.readUInt16BE(0) !== 0x1803 || (bytes[2] ?? 9) > 4) return [];
  const length = bytes.readUInt16BE(3);
  if (length < 3 || length > 18_432) return [];
  const sign = direction === 0 ? 'tlsHeartbeatRequest' : 'tlsHeartbeatResponse';
  const isExcess = bytes.length >= 8 && bytes[5] === 1 && bytes.readUInt16BE(6) + 19 > length;
  return isExcess ? [sign, 'tlsHeartbeatExcess'] : [sign];
}
