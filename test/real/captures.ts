// real: the captures that are compared: all of `odd`, and a sample of `labelled` that a seed chooses.
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const SAMPLE_SIZE = 150;
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

/** @throws where the folder is missing: a comparison with nothing is no proof. */
export function oddCaptures(): readonly RealCapture[] {
  return list('odd');
}

export function labelledSample(): readonly RealCapture[] {
  return [...list('labelled')].sort((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, SAMPLE_SIZE);
}

export function realCaptures(): readonly RealCapture[] {
  return [...oddCaptures(), ...labelledSample()];
}
