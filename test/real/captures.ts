// real: the captures that are compared: all of `odd`, and a sample of `labelled` that a seed chooses.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const SAMPLE_SIZE = 150;
/** Of each class at least so many, where it has them. */
const MIN_PER_CLASS = 4;
const DEFAULT_FOLDER = fileURLToPath(new URL('../../../shared/captures', import.meta.url));
const CAPTURE_NAME = /\.(pcap|pcapng|cap|snoop|dmp|ntar|trace)(\.\w+)?$/i;

export interface RealCapture {
  /** Inside the captures' folder: `odd/….pcap`. */
  readonly name: string;
  readonly path: string;
}

export const capturesFolder = resolve(process.env['SMARTIDS_CAPTURES'] ?? DEFAULT_FOLDER);
/** Another value takes another sample of `labelled`. */
export const sampleSeed = process.env['SMARTIDS_SAMPLE_SEED'] ?? '1';

function list(folder: string): readonly RealCapture[] {
  const root = join(capturesFolder, folder);
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && CAPTURE_NAME.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, name: relative(capturesFolder, path) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function rank({ name }: RealCapture): string {
  return createHash('sha256').update(`${sampleSeed}/${name}`).digest('hex');
}

/** Where they are missing, every test is skipped and says so. */
export const hasCaptures = existsSync(join(capturesFolder, 'odd'));
const NONE: readonly RealCapture[] = [{ name: `no captures in ${capturesFolder}`, path: '' }];

export function oddCaptures(): readonly RealCapture[] {
  return hasCaptures ? list('odd') : NONE;
}

/** `labelled/<class>/…` */
function classOf({ name }: RealCapture): string {
  return name.split('/')[1] ?? '';
}

/** The first of each class, by rank, then whatever comes first. */
export function labelledSample(): readonly RealCapture[] {
  if (!hasCaptures) return [];
  const ranked = [...list('labelled')].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  const taken = new Map<string, number>();
  const isOfTheFirst = (capture: RealCapture): boolean => {
    const count = (taken.get(classOf(capture)) ?? 0) + 1;
    taken.set(classOf(capture), count);
    return count <= MIN_PER_CLASS;
  };
  const first = ranked.filter(isOfTheFirst);
  const others = ranked.filter((capture) => !first.includes(capture));
  return [...first, ...others.slice(0, Math.max(0, SAMPLE_SIZE - first.length))];
}

export function realCaptures(): readonly RealCapture[] {
  return [...oddCaptures(), ...labelledSample()];
}
