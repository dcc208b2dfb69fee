// model-repository: which models lie in the folder that Triton would load, by what stands beside each version.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PipelineError } from '../errors/pipeline-error.ts';
import { compareVersions, MODEL_NAME, MODEL_VERSION } from '../model/model-reference.ts';

/** `flow` scores rows of flows, `packet` the bytes of packets. */
export type ModelKind = 'flow' | 'packet';

export interface InstalledModel {
  readonly name: string;
  readonly version: string;
  readonly kind: ModelKind;
}

/** What a flow model's version folder holds, and what a packet model's does. */
export const FLOW_MODEL_FILE = 'features.json';
export const PACKET_MODEL_FILE = 'model.json';

const packetModelSchema = z.looseObject({ kind: z.literal('packet') });

/**
 * By name, then version. A version folder with `features.json` is a flow model, one with a `model.json` that says
 * `"kind": "packet"` is a packet model; what is neither is none of ours.
 * @throws PipelineError `invalid-configuration` where the folder cannot be read.
 */
export function readModelRepository(folder: string): readonly InstalledModel[] {
  const found: InstalledModel[] = [];
  for (const name of foldersIn(folder, MODEL_NAME)) {
    for (const version of foldersIn(join(folder, name), MODEL_VERSION).sort(compareVersions)) {
      const kind = kindOf(join(folder, name, version));
      if (kind !== undefined) found.push({ name, version, kind });
    }
  }
  return found;
}

function foldersIn(folder: string, pattern: RegExp): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isFile() && pattern.test(entry.name))
      .map(({ name }) => name)
      .sort();
  } catch (cause) {
    const message = `SMARTIDS_MODEL_REPOSITORY: ${folder} cannot be read`;
    throw new PipelineError('invalid-configuration', message, { permanent: true, cause });
  }
}

function kindOf(versionFolder: string): ModelKind | undefined {
  let files: readonly string[];
  try {
    files = readdirSync(versionFolder);
  } catch {
    return undefined;
  }
  if (files.includes(FLOW_MODEL_FILE)) return 'flow';
  if (!files.includes(PACKET_MODEL_FILE)) return undefined;
  return isPacketModel(join(versionFolder, PACKET_MODEL_FILE)) ? 'packet' : undefined;
}

function isPacketModel(file: string): boolean {
  try {
    return packetModelSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).success;
  } catch {
    return false;
  }
}
