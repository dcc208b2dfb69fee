#!/usr/bin/env node
// cli: the entry that any Node can run: goes on in the Node 24 of this package where the caller's own is older.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;
const main = new URL('./main.ts', import.meta.url);
const major = Number(process.versions.node.split('.', 1)[0]);

if (major >= NEEDED_MAJOR) {
  await import(main.href);
} else {
  const node = ownNode();
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to the whole group: the child stops cleanly, and this process leaves with its code.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
  }
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}

/** The binary of the npm package `node`, or a clear word that it is missing. */
function ownNode() {
  try {
    return fileURLToPath(new URL('./bin/node', import.meta.resolve('node/package.json')));
  } catch {
    try {
      return createRequire(import.meta.url).resolve('node/bin/node');
    } catch {
      console.error(
        `smart-ids needs Node ${NEEDED_MAJOR} or newer (this is ${process.version}); run "npm ci" in its folder.`,
      );
      process.exit(1);
    }
  }
}
