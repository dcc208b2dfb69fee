// real: Triton from PyPI, in a folder of its own: the server of the 24.10 release with its python backend, for CPUs.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './tools.ts';

const PYTRITON = '0.7.0';
/** With numpy 2 this release's python backend gives outputs of 0 bytes, of the right shape and without a word. */
const LIBRARIES = ['numpy==1.26.4', 'onnxruntime==1.23.2'];

export interface TritonInstallation {
  readonly program: string;
  readonly backends: string;
  readonly environment: NodeJS.ProcessEnv;
}

const venv = join(cacheFolder, `triton-${PYTRITON}-${LIBRARIES.map((name) => name.replaceAll('==', '-')).join('-')}`);
const python = join(venv, 'bin', 'python');
/** Written last: an installation that broke off is begun anew. */
const DONE = join(venv, 'installed');

function run(command: string, ...args: readonly string[]): string {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: Triton cannot be installed`);
  return stdout.trim();
}

/** @throws where Python, its venv or PyPI is not to be had: a test that needs a server fails, it is never skipped. */
export function requireTriton(): TritonInstallation {
  if (!existsSync(DONE)) {
    console.log(`test:real: installing Triton (nvidia-pytriton ${PYTRITON}), some 330 MB`);
    rmSync(venv, { recursive: true, force: true });
    run('python3', '-m', 'venv', venv);
    const pip = (...args: readonly string[]) =>
      run(join(venv, 'bin', 'pip'), 'install', '-q', '--disable-pip-version-check', ...args);
    // Of pytriton only the server's binary is wanted, none of what its Python side needs.
    pip('--no-deps', `nvidia-pytriton==${PYTRITON}`);
    pip(...LIBRARIES);
  }
  const asked = 'import sys, sysconfig; print(sysconfig.get_path("purelib"), sysconfig.get_config_var("LIBDIR"))';
  const [packages = '', libraries = ''] = run(python, '-c', asked).split(' ');
  const server = join(packages, 'pytriton', 'tritonserver');
  const backends = join(venv, 'backends');
  if (!existsSync(DONE)) {
    const version = run(python, '-c', 'import sys; print("%d.%d" % sys.version_info[:2])');
    assembleBackend(server, join(backends, 'python'), version);
    writeFileSync(DONE, '');
  }
  return {
    program: join(server, 'bin', 'tritonserver'),
    backends,
    environment: {
      ...process.env,
      LD_LIBRARY_PATH: `${join(packages, 'nvidia_pytriton.libs')}:${libraries}`,
      PATH: `${join(venv, 'bin')}:${process.env['PATH'] ?? ''}`,
    },
  };
}

/** A folder for sys.path with what LIBRARIES avoids. */
export function numpy2Folder(): string {
  const folder = join(cacheFolder, 'numpy-2.2.6');
  const done = join(folder, 'installed');
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true });
    run(python, '-m', 'pip', 'install', '-q', '--disable-pip-version-check', '--target', folder, 'numpy==2.2.6');
    writeFileSync(done, '');
  }
  return folder;
}

/** The package keeps a stub for each version of Python; the server looks for the one beside the backend. */
function assembleBackend(server: string, folder: string, version: string): void {
  mkdirSync(folder, { recursive: true });
  const from = join(server, 'backends', 'python');
  for (const name of ['libtriton_python.so', 'triton_python_backend_utils.py']) {
    symlinkSync(join(from, name), join(folder, name));
  }
  const stub = 'triton_python_backend_stub';
  copyFileSync(join(server, 'python_backend_stubs', version, stub), join(folder, stub));
}
