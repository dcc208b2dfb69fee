// real: Triton behind TLS, and behind TLS that wants to know who asks.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTlsFiles, type TlsPaths } from '../../lib/triton/tls-files.ts';
import { createTritonModelServer } from '../../lib/triton/triton-model-server.ts';
import { writeTinyRepository } from '../support/tiny-onnx.ts';
import { startTriton, type Triton } from './triton-server.ts';

let folder: string;
const path = (name: string) => join(folder, name);

function openssl(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
}

function makeAuthority(name: string): void {
  const subject = ['-subj', `/CN=${name}`, '-days', '2', '-nodes', '-newkey', 'rsa:2048'];
  openssl('req', '-x509', ...subject, '-keyout', `${name}.key`, '-out', `${name}.pem`);
}

function makeCertificate(name: string, authority: string): void {
  openssl(
    'req',
    '-new',
    '-nodes',
    '-newkey',
    'rsa:2048',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.csr`,
  );
  writeFileSync(path('names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  const signer = ['-CA', `${authority}.pem`, '-CAkey', `${authority}.key`, '-CAcreateserial'];
  openssl('x509', '-req', '-in', `${name}.csr`, ...signer, '-days', '2', '-extfile', 'names', '-out', `${name}.pem`);
}

async function ask(triton: Triton, files: TlsPaths, host = '127.0.0.1'): Promise<string> {
  const endpoints = [{ target: `${host}:${triton.ports.grpc}`, tls: true }];
  const server = createTritonModelServer({ endpoints, tls: readTlsFiles(files), retryForMs: 300 });
  try {
    return (await server.metadata('echo', '1')).name;
  } finally {
    await server.close();
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'smart-ids-tls-'));
  writeTinyRepository(path('models'));
  makeAuthority('authority');
  makeAuthority('stranger');
  makeCertificate('server', 'authority');
  makeCertificate('client', 'authority');
  makeCertificate('impostor', 'stranger');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function start(...args: readonly string[]): Promise<Triton> {
  const certificate = [
    '--grpc-use-ssl=true',
    `--grpc-server-cert=${path('server.pem')}`,
    `--grpc-server-key=${path('server.key')}`,
  ];
  return startTriton({ repository: path('models'), models: ['echo'], args: [...certificate, ...args] });
}

describe('Triton behind TLS', () => {
  let triton: Triton;
  beforeAll(async () => {
    triton = await start();
  });
  afterAll(() => triton.stop());

  it('answers who knows its authority, by address and by name', async () => {
    expect(await ask(triton, { ca: path('authority.pem') })).toBe('echo');
    expect(await ask(triton, { ca: path('authority.pem') }, 'localhost')).toBe('echo');
  });

  it.each([
    ['of another authority', () => ({ ca: path('stranger.pem') })],
    ['of none that Node knows', () => ({})],
  ])('is not believed with a certificate %s', async (_, files) => {
    await expect(ask(triton, files())).rejects.toMatchObject({
      code: 'model-unavailable',
      message: expect.stringMatching(/certificate/),
    });
  });

  it('is not asked in clear', async () => {
    const server = createTritonModelServer({ endpoints: [triton.address], retryForMs: 300 });
    await expect(server.metadata('echo', '1')).rejects.toMatchObject({ code: 'model-unavailable' });
    await server.close();
  });
});

describe('Triton that wants to know who asks', () => {
  let triton: Triton;
  beforeAll(async () => {
    triton = await start('--grpc-use-ssl-mutual=true', `--grpc-root-cert=${path('authority.pem')}`);
  });
  afterAll(() => triton.stop());
  const own = (name: string) => ({ ca: path('authority.pem'), cert: path(`${name}.pem`), key: path(`${name}.key`) });

  it('answers a client with a certificate of its authority', async () => {
    expect(await ask(triton, own('client'))).toBe('echo');
  });

  it('refuses a client without one, and one of another authority', async () => {
    await expect(ask(triton, { ca: path('authority.pem') })).rejects.toMatchObject({ code: 'model-unavailable' });
    await expect(ask(triton, own('impostor'))).rejects.toMatchObject({ code: 'model-unavailable' });
  });

  it('is not asked with a key that is not the certificate’s', () => {
    expect(() => readTlsFiles({ ...own('client'), key: path('server.key') })).toThrow(/do not go together/);
    expect(readFileSync(path('client.pem'), 'utf8')).toContain('BEGIN CERTIFICATE');
  });
});
