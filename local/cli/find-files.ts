// cli: every regular file that paths given on the command line stand for: folders walked, links followed, each file once.

import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface Skipped {
  readonly path: string;
  readonly reason: string;
  /** True where something a person meant to be read was not: named, or not permitted. */
  readonly isFailure: boolean;
}

/**
 * In the order of the arguments, folders sorted by name (code units); a link back into a folder being walked is not
 * followed again. What stands for no file is told to `onSkip`, never passed over in silence.
 */
export async function* findFiles(paths: readonly string[], onSkip: (skipped: Skipped) => void): AsyncGenerator<string> {
  const seen = new Set<string>();
  for (const path of paths) yield* walk(path, seen, true, onSkip);
}

async function* walk(
  path: string,
  seen: Set<string>,
  named: boolean,
  onSkip: (skipped: Skipped) => void,
): AsyncGenerator<string> {
  try {
    const real = await realpath(path);
    const entry = await stat(real);
    if (seen.has(real)) return;
    seen.add(real);
    if (entry.isFile()) {
      yield path;
    } else if (entry.isDirectory()) {
      for (const name of (await readdir(path)).sort()) yield* walk(join(path, name), seen, false, onSkip);
    } else {
      onSkip({ path, reason: 'not a regular file', isFailure: named });
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException; // only fs throws here
    if (code === 'ENOENT') {
      const reason = named ? 'no such file or folder' : 'a link to nowhere, or a name that is not UTF-8';
      onSkip({ path, reason, isFailure: named });
    } else {
      onSkip({ path, reason: code === 'EACCES' ? 'permission denied' : String(error), isFailure: true });
    }
  }
}
