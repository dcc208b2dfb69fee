// local: `node local/python/run.ts training/train.py …`: a script under triton/, in an environment with its requirements.

import { spawn } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { virtualEnvironment } from './virtual-environment.ts';

const [script = '', ...args] = process.argv.slice(2);
const environment = virtualEnvironment(dirname(script));
environment.install();
const child = spawn(environment.python, [join(environment.folder, basename(script)), ...args], {
  stdio: 'inherit',
  env: {
    ...process.env,
    ...{ PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' },
  },
});
// The child has the same terminal and hears Ctrl-C itself; what it leaves undone it says.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
