#!/usr/bin/env node
// cli: the entry that any Node can run: goes on as main.ts in the Node 24 of this package, with a thrifty allocator.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;
const major = Number(process.versions.node.split('.', 1)[0]);
const node = major >= NEEDED_MAJOR ? process.execPath : ownNode();
// A small nursery for the main thread, whose garbage is bodies on their way: 16 MiB a half is V8's default.
const args = [
  ...process.execArgv,
  '--max-semi-space-size=4',
  fileURLToPath(new URL('./main.ts', import.meta.url)),
  ...process.argv.slice(2),
];
// glibc keeps a heap per thread, and we have a score of threads: two heaps took 95 MiB less for a dump of 2 GiB.
// What was compiled is kept beside the packages: a start takes a third of the processor time from the second one on.
const compileCache = fileURLToPath(new URL('../../node_modules/.cache/smart-ids/compiled', import.meta.url));
const env = { MALLOC_ARENA_MAX: '2', NODE_COMPILE_CACHE: compileCache, ...process.env };

if (process.env['MALLOC_ARENA_MAX'] !== undefined && node === process.execPath) {
  await import(new URL('./main.ts', import.meta.url).href);
} else if (process.execve !== undefined && process.platform === 'linux') {
  process.removeAllListeners('warning'); // that execve is young is no news for whoever runs a command
  process.execve(node, [node, ...args], env);
} else {
  const child = spawn(node, args, { stdio: 'inherit', env });
  // The child stops cleanly, and this process leaves with its code.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}

/** The binary of the npm package `node`, or a clear word that it is missing. */
function ownNode() {
  try {
    return fileURLToPath(new URL('./bin/node', import.meta.resolve('node/package.json')));
  } catch {
    console.error(
      `smart-ids needs Node ${NEEDED_MAJOR} or newer (this is ${process.version}); run "npm ci" in its folder.`,
    );
    process.exit(1);
  }
}
