// app: SMB conversations of both generations.
import { describe, expect, it } from 'vitest';
import { readNtlmNames } from '../../../lib/app/ntlmssp.ts';
import { dissectSmb } from '../../../lib/app/smb.ts';
import { bytesOf, le16, le32, type Part, tcp, utf16 } from './plain-conversation.ts';

const frame = (...parts: readonly Part[]): Buffer => {
  const body = bytesOf(...parts);
  return bytesOf([0, 0, body.length >> 8, body.length & 0xff], body);
};

function smb1(command: number, words: Uint8Array, data: Uint8Array, isResponse = false, status = 0): Buffer {
  const flags = isResponse ? 0x80 : 0;
  const head = bytesOf([0xff], 'SMB', [command], le32(status), [flags], le16(0xc001), Buffer.alloc(20));
  return frame(head, [words.length / 2], words, le16(data.length), data);
}

function smb2(command: number, body: Uint8Array, isResponse = false, status = 0): Buffer {
  const head = bytesOf(
    [0xfe],
    'SMB',
    le16(64),
    le16(0),
    le32(status),
    le16(command),
    le16(1),
    le32(isResponse ? 1 : 0),
  );
  return frame(head, Buffer.alloc(64 - head.length), body);
}

/** An AUTHENTICATE message in UTF-16. */
function ntlmLogin(domain: string, user: string, workstation: string): Buffer {
  const texts = [domain, user, workstation].map(utf16);
  let offset = 64;
  const fields = texts.map((text) => {
    const field = bytesOf(le16(text.length), le16(text.length), le32(offset));
    offset += text.length;
    return field;
  });
  return bytesOf('NTLMSSP\0', le32(3), Buffer.alloc(16), ...fields, Buffer.alloc(8), le32(1), ...texts);
}

describe('SMB 2', () => {
  const blob = bytesOf('wrapped', ntlmLogin('CORP', 'ann', 'PC-7'));
  const share = utf16('\\\\srv\\C$');
  const file = utf16('temp\\кот.exe');
  const client = bytesOf(
    smb2(0, bytesOf(le16(36), le16(2), Buffer.alloc(32), le16(0x0210), le16(0x0311))),
    smb2(1, bytesOf(Buffer.alloc(12), le16(64 + 24), le16(blob.length), Buffer.alloc(8), blob)),
    smb2(3, bytesOf(le16(9), le16(0), le16(64 + 8), le16(share.length), share)),
    smb2(5, bytesOf(Buffer.alloc(44), le16(64 + 56), le16(file.length), Buffer.alloc(8), file)),
  );
  const server = bytesOf(
    smb2(0, bytesOf(le16(65), le16(1), le16(0x0311), Buffer.alloc(60)), true),
    smb2(1, Buffer.alloc(8), true, 0xc000006d),
  );

  it('gives dialect, account, share and file', () => {
    expect(dissectSmb(tcp(client, server, 445))).toStrictEqual({
      network: { protocol: 'smb' },
      user: { name: 'ann', domain: 'CORP' },
      host: { hostname: 'PC-7' },
      file: { path: 'temp\\кот.exe', name: 'кот.exe' },
      smartids: {
        smb: {
          ...{ version: 2, dialect: '3.1.1', commands: ['NEGOTIATE', 'SESSION_SETUP', 'TREE_CONNECT', 'CREATE'] },
          ...{ shares: ['\\\\srv\\C$'], files: ['temp\\кот.exe'], statuses: ['LOGON_FAILURE'] },
        },
      },
    });
  });

  it('gives what is whole at every cut', () => {
    for (let length = 12; length < client.length; length += 1) {
      const facts = dissectSmb(tcp(client.subarray(0, length), '', 445));
      expect(facts?.network.protocol).toBe('smb');
      expect([undefined, 'temp\\кот.exe']).toContain(facts?.file?.path);
    }
  });

  it('says that messages are sealed', () => {
    expect(dissectSmb(tcp(frame([0xfd], 'SMB', Buffer.alloc(60))))?.smartids.smb).toStrictEqual({ encrypted: true });
  });
});

describe('SMB 1', () => {
  it('names the dialect that was agreed on, share and pipe', () => {
    const dialects = bytesOf([2], 'PC NETWORK PROGRAM 1.0\0', [2], 'NT LM 0.12\0');
    const tree = bytesOf([0xff, 0], le16(0), le16(0), le16(1));
    const client = bytesOf(
      smb1(0x72, Buffer.alloc(0), dialects),
      // One byte of password, then the path on an even offset: header 32, count 1, words 8, bytes 2, password 1.
      smb1(0x75, tree, bytesOf([0], utf16('\\\\srv\\IPC$\0'), '?????\0')),
      smb1(0x32, bytesOf(Buffer.alloc(28), le16(0x0e)), Buffer.alloc(4)),
    );
    const server = smb1(0x72, le16(1), Buffer.alloc(0), true);
    expect(dissectSmb(tcp(client, server))?.smartids.smb).toStrictEqual({
      ...{ version: 1, dialect: 'NT LM 0.12', shares: ['\\\\srv\\IPC$'] },
      commands: ['NEGOTIATE', 'TREE_CONNECT_ANDX', 'TRANSACTION2/SESSION_SETUP'],
    });
  });
});

describe('NTLMSSP', () => {
  it('gives the server’s own names', () => {
    const pairs = bytesOf(le16(1), le16(6), utf16('SRV'), le16(2), le16(8), utf16('CORP'), le16(0), le16(0));
    const message = bytesOf(
      'NTLMSSP\0',
      le32(2),
      Buffer.alloc(8),
      le32(1),
      Buffer.alloc(16),
      le16(pairs.length),
      le16(0),
      le32(48),
      pairs,
    );
    expect(readNtlmNames(message)).toEqual({ serverName: 'SRV', serverDomain: 'CORP' });
  });
});
