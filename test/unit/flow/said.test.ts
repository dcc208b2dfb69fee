import { describe, expect, it } from 'vitest';
import { SIGNS, type Sign } from '../../../lib/flow/signs.ts';
import { encodePcap } from '../../../local/generate/file/pcap.ts';
import { tcpFrame, udpFrame } from '../../../local/generate/frame.ts';
import {
  bytesOf,
  dnsQuestion,
  framed,
  heartbeat,
  le32,
  rpc,
  rpcBind,
  smb1,
  smb1Create,
  smb1Transaction,
  smb1TreeConnect,
  smb1Write,
  smb2,
  smb2Create,
  smb2Ioctl,
  smb2TreeConnect,
  smb2Write,
} from '../../support/said-packets.ts';
import { ownRows, type PlainRow, pieces, splitAll } from '../../support/split-results.ts';

const CLIENT = '10.0.0.1';
const SERVER = '10.0.0.2';
const NOTHING = bytesOf([0x17, 3, 3, 0, 9, 1, 2, 3]);

type Said = Uint8Array | string;
/** Who says what, one packet each. */
type Spoken = readonly (readonly ['client' | 'server', Said])[];

function frameOf(who: 'client' | 'server', payload: Said): Uint8Array {
  const own = who === 'client' ? 40_000 : 80;
  const [source, destination] = who === 'client' ? [CLIENT, SERVER] : [SERVER, CLIENT];
  return tcpFrame({ source, destination, sourcePort: own, destinationPort: 40_080 - own, payload });
}

async function rowOf(spoken: Spoken, snaplen?: number): Promise<PlainRow> {
  return rowOfFrames(
    spoken.map(([who, payload]) => frameOf(who, payload)),
    snaplen,
  );
}

async function rowOfFrames(frames: readonly Uint8Array[], snaplen = 65_535): Promise<PlainRow> {
  const syn = tcpFrame({ source: CLIENT, destination: SERVER, flags: ['syn'] });
  const records = [syn, ...frames].map((bytes, k) => ({
    timestampNs: 1_700_000_000_000_000_000n + BigInt(k) * 1_000_000n,
    bytes,
  }));
  const capture = Buffer.concat([...encodePcap(records, { linktype: 1, resolution: 'nanoseconds', snaplen })]);
  const rows = ownRows(await splitAll(pieces(capture)));
  const row = rows.at(-1);
  if (row === undefined) throw new Error('no flow');
  return row;
}

function signsOf(row: PlainRow): readonly Sign[] {
  return SIGNS.filter((_, bit) => (Number(row.signs) >>> bit) & 1);
}

const quiet = (count: number, who: 'client' | 'server' = 'client'): Spoken =>
  Array.from({ length: count }, () => [who, NOTHING] as const);

describe('signs of what packets say', () => {
  it('are given one bit each', () => {
    expect(SIGNS.length).toBe(27);
    expect(SIGNS.indexOf('winRemoteManagement')).toBe(26);
  });

  const client = (payload: Said): Spoken => [['client', payload]];
  const server = (payload: Said): Spoken => [['server', payload]];
  const answered = smb1(0x32, bytesOf(0), bytesOf(0), { isReply: true, status: 0xc0000002, multiplexId: 0x51 });

  it.each<readonly [string, Spoken, readonly Sign[]]>([
    ['a heartbeat as long as it says', client(heartbeat(24, 5)), ['tlsHeartbeatRequest']],
    ['a heartbeat of the server', server(heartbeat(24, 5)), ['tlsHeartbeatResponse']],
    ['a heartbeat that asks for more', client(heartbeat(3, 0x4000)), ['tlsHeartbeatRequest', 'tlsHeartbeatExcess']],
    [
      'a heartbeat without its padding',
      client(heartbeat(16_368, 16_365)),
      ['tlsHeartbeatRequest', 'tlsHeartbeatExcess'],
    ],
    ['another TLS record', client(bytesOf([0x17, 3, 3, 0, 3, 1, 0x40, 0])), []],
    ['TRANSACTION', client(framed(smb1Transaction(0x25, 0x26))), ['smb1Transaction']],
    ['TRANSACTION2 without a frame', client(smb1Transaction(0x32, 5)), ['smb1Transaction']],
    ['TRANSACTION2 / SESSION_SETUP', client(framed(smb1Transaction(0x32, 0x0e))), ['smb1Transaction', 'smb1Exploit']],
    ["DoublePulsar's reply", server(framed(answered)), ['smb1Exploit']],
    ['a reply of success', server(framed(smb1(0x32, bytesOf(0), bytesOf(0), { isReply: true, multiplexId: 81 }))), []],
    [
      'NT_TRANSACT of 66,000 bytes',
      client(framed(smb1(0xa0, bytesOf(7, le32(66_000), 27), bytesOf(0)))),
      ['smb1Transaction', 'smb1Exploit'],
    ],
    ['NT_TRANSACT of 4,096', client(framed(smb1(0xa0, bytesOf(7, le32(4096), 27), bytesOf(0)))), ['smb1Transaction']],
    [
      'TRANSACTION2_SECONDARY in a long frame',
      client(framed(smb1Transaction(0x33, 0), 4149)),
      ['smb1Transaction', 'smb1Exploit'],
    ],
    ['SMB1 connects to ADMIN$', client(framed(smb1TreeConnect('\\\\10.0.0.2\\ADMIN$'))), ['smbAdminShare']],
    ['SMB1 connects to C$ in ASCII', client(framed(smb1TreeConnect('\\\\SRV\\c$', false))), ['smbAdminShare']],
    ['SMB1 connects to IPC$', client(framed(smb1TreeConnect('\\\\SRV\\IPC$'))), ['smbPipeShare']],
    ['SMB2 connects to D$', client(framed(smb2TreeConnect('\\\\SRV\\D$'))), ['smbAdminShare']],
    ['SMB2 connects to IPC$', client(smb2TreeConnect('\\\\SRV\\IPC$')), ['smbPipeShare']],
    ['SMB2 connects to a share', client(framed(smb2TreeConnect('\\\\SRV\\docs'))), []],
    ['SMB2 opens a program', client(framed(smb2Create('Temp\\a.exe'))), ['smbExecutable']],
    ['SMB1 opens a script', client(framed(smb1Create('\\a.PS1'))), ['smbExecutable']],
    ['SMB2 opens a document', client(framed(smb2Create('a.docx'))), []],
    ['SMB2 writes a program', client(framed(smb2Write(bytesOf('MZ', 30)))), ['smbExecutable']],
    ['SMB2 writes MZ further on', client(framed(smb2Write(bytesOf('MZ', 30), 4096))), []],
    ['SMB1 writes a program', client(framed(smb1Write(bytesOf('MZ', 30)))), ['smbExecutable']],
    ['an answer of SMB2', server(framed(smb2(3, bytesOf(60), true))), []],
    ['an HTTP body that is a program', server('HTTP/1.1 200 OK\r\nServer: x\r\n\r\nMZ'), ['executableDownload']],
    ['a program of the server', server(bytesOf('MZ', [0x90, 0], 60)), ['executableDownload']],
    [
      'a program by its stub',
      server(bytesOf('MZP', 75, 'This program must be run under Win32')),
      ['executableDownload'],
    ],
    ['a program by its header', server(bytesOf('MZ', 58, le32(80), 16, 'PE\0\0')), ['executableDownload']],
    ['MZ alone', server(bytesOf('MZ', 'ebra', 60)), []],
    ['a program of the client', client(bytesOf('MZ', [0x90, 0], 60)), []],
    ['AXFR', client(dnsQuestion(252)), ['dnsZoneTransfer']],
    ['IXFR', client(dnsQuestion(251)), ['dnsZoneTransfer']],
    ['a question for A', client(dnsQuestion(1)), []],
    ["Windows' banner", server('Microsoft Windows [Version 10.0.19045.1]\r\n(c)'), ['remoteShell']],
    ["Windows XP's banner", server('\r\nMicrosoft Windows XP [Version 5.1.2600]'), ['remoteShell']],
    ['who root is', client('uid=0(root) gid=0(root)'), ['remoteShell']],
    ['who a web server is, behind the echo', server('id\r\nuid=33(www-data) gid=33'), ['remoteShell']],
    ['a prompt', server('sh-5.2$ '), ['remoteShell']],
    ["root's prompt", server('bash-4.4# '), ['remoteShell']],
    ['no prompt', server('sh-5.2 is a shell, bash- another'), []],
    ['a complaint', server('bash: cannot set terminal process group'), ['remoteShell']],
    ['another complaint', server('/bin/sh: 1: x: not found'), ['remoteShell']],
    ['a shell beyond 64 bytes', server(`${'x'.repeat(64)}\nsh-5.2$ `), []],
    ['a sled', client(bytesOf(7, Buffer.alloc(16, 0x90), 7)), ['noOperationSled']],
    ['a short sled', client(bytesOf(7, Buffer.alloc(15, 0x90), 7)), []],
    ['a sled in the third packet', [...quiet(2), ['client', Buffer.alloc(16, 0x90)]], ['noOperationSled']],
    ['a sled in the fourth packet', [...quiet(3), ['client', Buffer.alloc(16, 0x90)]], []],
    ['NICK', client('NICK bot\r\n'), ['ircCommand']],
    ['JOIN', client('JOIN #room\r\n'), ['ircCommand']],
    ['USER and NICK', client('USER a b c :d\r\nNICK bot\r\n'), ['ircCommand']],
    ['USER of FTP', client('USER a\r\n'), []],
    ['WinRM', client('POST /wsman HTTP/1.1\r\n'), ['winRemoteManagement']],
    ['WinRM in other letters', client('POST /WSMan?x HTTP/1.1\r\n'), ['winRemoteManagement']],
  ])('of %s', async (_, spoken, expected) => {
    expect(signsOf(await rowOf(spoken))).toEqual(expected);
  });

  it.each<readonly [Sign, readonly string[], readonly string[]]>([
    ['rpcServiceControl', ['367abb81-9844-35f1-ad32-98f038001003'], ['svcctl']],
    [
      'rpcTaskScheduler',
      [
        '86d35949-83c9-4044-b424-db363231fd0c',
        '1ff70682-0a51-30e8-076d-740be8cee98b',
        '378e52b0-c0a9-11cf-822d-00aa0051e40f',
      ],
      ['atsvc'],
    ],
    [
      'rpcAccounts',
      ['12345778-1234-abcd-ef00-0123456789ac', '12345778-1234-abcd-ef00-0123456789ab'],
      ['samr', 'lsarpc'],
    ],
    ['rpcReplication', ['e3514235-4b06-11d1-ab04-00c04fc2dcd2'], []],
    ['rpcNetlogon', ['12345678-1234-abcd-ef00-01234567cffb'], ['netlogon']],
    ['rpcPrintSpooler', ['12345678-1234-abcd-ef00-0123456789ab', '76f03f96-cdfd-44fc-a22c-64950a001209'], ['spoolss']],
    [
      'rpcRemoteActivation',
      [
        '000001a0-0000-0000-c000-000000000046',
        '4d9f4ab8-7d1c-11cf-861e-0020af6e7c57',
        '99fcfec4-5260-101b-bbcb-00aa0021347a',
      ],
      [],
    ],
    ['rpcManagement', ['f309ad18-d86a-11d0-a075-00c04fb68820', '9556dc99-828c-11cf-a37e-00aa003240c7'], []],
    [
      'rpcSessions',
      ['4b324fc8-1670-01d3-1278-5a47bf6ee188', '6bffd098-a112-3610-9833-46c3f87e345a'],
      ['srvsvc', 'wkssvc'],
    ],
    ['rpcRegistry', ['338cd001-2244-31f1-aaaa-900038001003'], ['winreg']],
    ['rpcFileEncryption', ['c681d488-d850-11d0-8c52-00c04fd90f7e', 'df1941c5-fe89-4e79-bf10-463657acf44d'], ['efsrpc']],
    ['rpcEndpointMapper', ['e1af8308-5d1f-11c9-91a4-08002b14a0fa'], []],
  ])('of %s: its interfaces, over TCP and inside SMB, and its pipes', async (sign, interfaces, pipes) => {
    for (const one of interfaces) {
      const bind = rpcBind([one]);
      const other = rpcBind(['00000000-0000-0000-0000-000000000000', one], 14);
      const carried = [smb2Write(bind), smb2Ioctl(bind), smb1Write(bind)].map((message) => framed(message));
      for (const payload of [bind, other, ...carried]) {
        expect(signsOf(await rowOf([['client', payload]])), one).toEqual([sign, 'rpcBind']);
      }
      const transaction = framed(smb1Transaction(0x25, 0x26, bind));
      expect(signsOf(await rowOf([['client', transaction]]))).toEqual(['smb1Transaction', sign, 'rpcBind']);
    }
    for (const pipe of pipes) {
      for (const payload of [smb2Create(pipe), smb1Create(`\\${pipe}`), smb1Create(`\\${pipe.toUpperCase()}`, false)]) {
        expect(signsOf(await rowOf([['client', framed(payload)]])), pipe).toEqual([sign]);
      }
    }
  });

  it('of a sled in a datagram', async () => {
    const row = await rowOfFrames([udpFrame({ payload: Buffer.alloc(40, 0x90) })]);
    expect(signsOf(row)).toEqual(['noOperationSled']);
  });

  it('are the same in a capture cut to 256 bytes a packet', async () => {
    const long = bytesOf(framed(smb2Write(rpcBind(['367abb81-9844-35f1-ad32-98f038001003']))), 1100);
    const spoken: Spoken = [...quiet(9), ['client', long], ['client', framed(smb2TreeConnect('\\\\SRV\\C$'))]];
    const whole = await rowOf(spoken);
    expect(signsOf(whole)).toEqual(['smbAdminShare', 'rpcServiceControl', 'rpcBind']);
    expect((await rowOf(spoken, 256)).signs).toBe(whole.signs);
  });
});

describe('counts of what packets say', () => {
  it('are of HTTP, logins and DCE-RPC, each from the side that says it', async () => {
    const row = await rowOf([
      ...(['GET / HTTP/1.1\r\n', 'POST /a HTTP/1.1\r\n', 'PUT /b HTTP/1.1\r\n'] as const).map(
        (text) => ['client', text] as const,
      ),
      ...(['200 OK', '404 Not Found', '403 No', '503 No', '301 There'] as const).map(
        (status) => ['server', `HTTP/1.1 ${status}\r\n`] as const,
      ),
      ...(
        ['PASS x\r\n', 'pass x\r\n', 'AUTH LOGIN\r\n', 'a1 LOGIN u p\r\n', 'USER x\r\n', 'AUTH TLS\r\n'] as const
      ).map((text) => ['client', text] as const),
      ...(
        ['530 No\r\n', '535 5.7.8 No\r\n', '-ERR no\r\n', 'a1 NO no\r\n', 'Login incorrect\r\n', '230 Yes\r\n'] as const
      ).map((text) => ['server', text] as const),
      ['client', rpc(0, bytesOf(20))],
      ['server', rpc(2, bytesOf(20))],
      ['server', 'GET / HTTP/1.1\r\n'],
      ['client', 'HTTP/1.1 404 Not Found\r\n'],
      ['client', '530 No\r\n'],
    ]);
    expect(row).toMatchObject({
      ...{ httpRequests: 3, httpPosts: 2, httpErrors: 3, httpRefusals: 1 },
      ...{ loginAttempts: 4, loginRefusals: 5, rpcRequests: 1 },
    });
    expect(row).toMatchObject({ signs: 0, sourceWindowDenied: 1, destinationWindowDenied: 1 });
  });

  it('end with the 256th packet with payload of a direction', async () => {
    const request = ['client', 'GET / HTTP/1.1\r\n'] as const;
    const all = await rowOf(Array.from({ length: 300 }, () => request));
    expect(all.httpRequests).toBe(256);
    expect((await rowOf([...quiet(255), request, request])).httpRequests).toBe(1);
    const late = await rowOf([
      ...quiet(256),
      ['client', heartbeat(3, 0x4000)],
      ...quiet(255, 'server'),
      ['server', '530 No\r\n'],
    ]);
    expect(late).toMatchObject({ signs: 0, loginRefusals: 1 });
  });

  it('and signs are none of web pages, in clear or not', async () => {
    const hello = bytesOf([0x16, 3, 1, 2, 0, 1], Buffer.alloc(506, 0x41));
    const secret = bytesOf([0x17, 3, 3, 1, 0], Buffer.alloc(256, 0x18));
    const https = await rowOf([
      ...[['client', hello] as const, ['server', hello] as const],
      ...[['client', secret] as const, ['server', secret] as const],
    ]);
    const page = '<html>\n<p>bash and sh, uid=0, MZ, 530 of them\n</html>';
    const http = await rowOf([
      ['client', 'GET /index.html HTTP/1.1\r\nHost: example.org\r\n\r\n'],
      ['server', `HTTP/1.1 200 OK\r\nContent-Length: ${page.length}\r\n\r\n${page}`],
      ['server', page],
    ]);
    const nothing = { signs: 0, httpPosts: 0, httpErrors: 0, httpRefusals: 0, loginAttempts: 0, loginRefusals: 0 };
    expect(https).toMatchObject({ ...nothing, httpRequests: 0, sourceWindowDenied: 0 });
    expect(http).toMatchObject({ ...nothing, httpRequests: 1, sourceWindowDenied: 0 });
  });
});

describe('a host window', () => {
  it('says in how many of its flows the server said no, and how the answers vary', async () => {
    const flow = (port: number, answer: string): readonly Uint8Array[] => [
      tcpFrame({ source: CLIENT, destination: SERVER, sourcePort: port, payload: 'GET / HTTP/1.1\r\n' }),
      tcpFrame({ source: SERVER, destination: CLIENT, sourcePort: 80, destinationPort: port, payload: answer }),
    ];
    const frames = ['200', '404', '200', '401'].flatMap((status, k) => flow(40_001 + k, `HTTP/1.1 ${status} x`));
    const row = await rowOfFrames([...frames, ...flow(40_005, `HTTP/1.1 200 ${'x'.repeat(35)}`)]);
    // The SYN of the first flow, whose server says nothing, is looked at, too.
    expect(row.sourceWindowDenied).toBeCloseTo(2 / 6);
    const answers = [0, 14, 14, 14, 14, 48];
    const mean = answers.reduce((sum, one) => sum + one) / 6;
    const deviation = Math.sqrt(answers.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 6);
    expect(row.sourceWindowDestinationBytesVariation).toBeCloseTo(deviation / mean);
  });
});
