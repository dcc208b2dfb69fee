// cli: every regular file that paths given on the command line stand for: folders walked, links followed, each file once.

import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';

/** In the order of the arguments, folders sorted by name (code units); a link back into a folder being walked is not followed again. */
export async function* findFiles(paths: readonly string[]): AsyncGenerator<string> {
  const seen = new Set<string>();
  for (const path of paths) yield* walk(path, seen, true);
}

async function* walk(path: string, seen: Set<string>, named: boolean): AsyncGenerator<string> {
  let real: string;
  let entry: Awaited<ReturnType<typeof stat>>;
  try {
    real = await realpath(path);
    entry = await stat(real);
  } catch (cause) {
    if (!named) return; // a dangling link inside a folder stands for no file
    throw new PipelineError('invalid-request', `${path}: no such file or folder`, { permanent: true, cause });
  }
  if (seen.has(real)) return;
  seen.add(real);
  if (entry.isFile()) {
    yield path;
  } else if (entry.isDirectory()) {
    for (const name of (await readdir(path)).sort()) yield* walk(join(path, name), seen, false);
  }
}
