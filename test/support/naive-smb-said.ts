// support: what an SMB message or a DCE-RPC bind says, once more, by their tables of names.

import type { Sign } from '../../lib/flow/signs.ts';

/** As they travel. */
const INTERFACES: readonly (readonly [Sign, string])[] = [
  ['rpcServiceControl', '81bb7a364498f135ad3298f038001003'],
  ['rpcTaskScheduler', '4959d386c9834440b424db363231fd0c'],
  ['rpcTaskScheduler', '8206f71f510ae830076d740be8cee98b'],
  ['rpcTaskScheduler', 'b0528e37a9c0cf11822d00aa0051e40f'],
  ['rpcAccounts', '785734123412cdabef000123456789ac'],
  ['rpcAccounts', '785734123412cdabef000123456789ab'],
  ['rpcReplication', '354251e3064bd111ab0400c04fc2dcd2'],
  ['rpcNetlogon', '785634123412cdabef0001234567cffb'],
  ['rpcPrintSpooler', '785634123412cdabef000123456789ab'],
  ['rpcPrintSpooler', '963ff076fdcdfc44a22c64950a001209'],
  ['rpcRemoteActivation', 'a001000000000000c000000000000046'],
  ['rpcRemoteActivation', 'b84a9f4d1c7dcf11861e0020af6e7c57'],
  ['rpcRemoteActivation', 'c4fefc9960521b10bbcb00aa0021347a'],
  ['rpcManagement', '18ad09f36ad8d011a07500c04fb68820'],
  ['rpcManagement', '99dc56958c82cf11a37e00aa003240c7'],
  ['rpcSessions', 'c84f324b7016d30112785a47bf6ee188'],
  ['rpcSessions', '98d0ff6b12a11036983346c3f87e345a'],
  ['rpcRegistry', '01d08c334422f131aaaa900038001003'],
  ['rpcFileEncryption', '88d481c650d8d0118c5200c04fd90f7e'],
  ['rpcFileEncryption', 'c54119df89fe794ebf10463657acf44d'],
  ['rpcEndpointMapper', '0883afe11f5dc91191a408002b14a0fa'],
];
const PIPES: Readonly<Record<string, Sign>> = {
  svcctl: 'rpcServiceControl',
  atsvc: 'rpcTaskScheduler',
  samr: 'rpcAccounts',
  lsarpc: 'rpcAccounts',
  netlogon: 'rpcNetlogon',
  spoolss: 'rpcPrintSpooler',
  srvsvc: 'rpcSessions',
  wkssvc: 'rpcSessions',
  winreg: 'rpcRegistry',
  efsrpc: 'rpcFileEncryption',
};

/** Of a packet with a header whose formats are known; else -1. */
export function naiveRpcType(bytes: Buffer): number {
  const isFormat = ['00000000', '10000000'].includes(bytes.toString('hex', 4, 8));
  return isFormat && bytes.length >= 16 && bytes.readUInt16BE(0) === 0x0500 ? (bytes[2] ?? -1) : -1;
}

export function naiveRpcSigns(bytes: Buffer): readonly Sign[] {
  const type = naiveRpcType(bytes);
  if (type !== 11 && type !== 14) return [];
  const signs: Sign[] = ['rpcBind'];
  let rest = bytes.subarray(28);
  for (let left = bytes[24] ?? 0; left > 0 && bytes[4] === 0x10; left--) {
    const name = rest.toString('hex', 4, 20);
    signs.push(...INTERFACES.filter(([, one]) => one === name).map(([sign]) => sign));
    rest = rest.subarray(24 + 20 * (rest[2] ?? 255));
  }
  return signs;
}

/** From the message's first byte on; `frameBytes` is what stands before it. */
export function naiveSmbSigns(bytes: Buffer, frameBytes: number): readonly Sign[] {
  const magic = bytes.toString('latin1', 0, 4);
  if (magic === '\xffSMB' && bytes.length > 9) return smb1(bytes, frameBytes);
  return magic === '\xfeSMB' && bytes.length > 16 ? smb2(bytes) : [];
}

function u16(bytes: Buffer, at: number): number {
  return at + 2 <= bytes.length ? bytes.readUInt16LE(at) : -1;
}

function u32(bytes: Buffer, at: number): number {
  return at + 4 <= bytes.length ? bytes.readUInt32LE(at) : -1;
}

/** What an offset leads to; offsets into the header lead nowhere. */
function behind(bytes: Buffer, at: number): Buffer {
  const offset = u16(bytes, at);
  return offset < 33 ? Buffer.alloc(0) : bytes.subarray(offset);
}

function smb1(bytes: Buffer, frameBytes: number): readonly Sign[] {
  const command = bytes[4] ?? 0;
  const isUnicode = (u16(bytes, 10) & 0x8000) !== 0;
  if ((bytes[9] ?? 0) >= 0x80) {
    const isPulse = command === 0x32 && u32(bytes, 5) === 0xc0000002 && [81, 82].includes(u16(bytes, 30));
    return isPulse ? ['smb1Exploit'] : [];
  }
  const exploit = (is: boolean): readonly Sign[] => (is ? ['smb1Transaction', 'smb1Exploit'] : ['smb1Transaction']);
  if (command === 0x25) return ['smb1Transaction', ...naiveRpcSigns(behind(bytes, 57))];
  if (command === 0x26) return ['smb1Transaction'];
  if (command === 0x32) return exploit((bytes[32] ?? 0) >= 15 && u16(bytes, 61) === 14);
  if (command === 0x33) return exploit(u16(bytes, 35) > 4096 || frameBytes > 4096);
  if (command === 0xa0 || command === 0xa1) return exploit(u32(bytes, 40) > 4096 || frameBytes > 4096);
  if (command === 0x0b) return written(bytes.subarray(48), u32(bytes, 37) === 0);
  if (command === 0x2f) return written(behind(bytes, 55), u32(bytes, 39) === 0);
  if (command === 0x75) return tree(bytes, 33, isUnicode);
  if (command === 0x73 && bytes[33] === 0x75 && u16(bytes, 35) >= 33) return tree(bytes, u16(bytes, 35) + 1, isUnicode);
  if (command === 0xa2) {
    const start = isUnicode ? 84 : 83;
    return file(named(bytes, start, u16(bytes, 38), isUnicode)?.replace(/\0$/, ''));
  }
  return [];
}

function smb2(bytes: Buffer): readonly Sign[] {
  if (((bytes[16] ?? 0) & 1) === 1) return [];
  const command = u16(bytes, 12);
  const path = (offsetAt: number) =>
    u16(bytes, offsetAt) < 33 ? undefined : named(bytes, u16(bytes, offsetAt), u16(bytes, offsetAt + 2), true);
  if (command === 3) return share(path(68));
  if (command === 5) return file(path(108));
  if (command === 9) return written(behind(bytes, 66), u32(bytes, 72) === 0 && u32(bytes, 76) === 0);
  return command === 11 ? naiveRpcSigns(behind(bytes, 88)) : [];
}

/** A name of so many bytes, where all of them are there. */
function named(bytes: Buffer, start: number, length: number, isUnicode: boolean): string | undefined {
  if (length <= 0 || start + length > bytes.length || (isUnicode && length % 2 === 1)) return undefined;
  return bytes.toString(isUnicode ? 'utf16le' : 'latin1', start, start + length);
}

function tree(bytes: Buffer, words: number, isUnicode: boolean): readonly Sign[] {
  const password = u16(bytes, words + 6);
  if (password < 0) return [];
  const data = words + 10 + password;
  const rest = bytes.subarray(isUnicode ? data + (data % 2) : data);
  const text = rest.toString(isUnicode ? 'utf16le' : 'latin1');
  return text.includes('\0') ? share(text.slice(0, text.indexOf('\0'))) : [];
}

function share(path = ''): readonly Sign[] {
  if (/\\ipc\$$/i.test(path)) return ['smbPipeShare'];
  return /\\(?:admin|[a-z])\$$/i.test(path) ? ['smbAdminShare'] : [];
}

function file(name = ''): readonly Sign[] {
  if (/\.(?:exe|dll|bat|ps1|vbs|scr|sys)$/i.test(name)) return ['smbExecutable'];
  const pipe = PIPES[name.replace(/^\\/, '').toLowerCase()];
  return pipe === undefined ? [] : [pipe];
}

function written(data: Buffer, isFileStart: boolean): readonly Sign[] {
  const isProgram = isFileStart && data.toString('latin1', 0, 2) === 'MZ';
  return isProgram ? ['smbExecutable'] : naiveRpcSigns(data);
}
