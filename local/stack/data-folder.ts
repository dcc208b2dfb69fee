// stack: who owns a data folder: one running stack at a time, which says in it where it listens.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';

const ownerSchema = z.strictObject({ pid: z.int().min(1), apiUrl: z.string(), s3Url: z.string() });
export type DataFolderOwner = z.infer<typeof ownerSchema>;

const ANSWER_TIMEOUT_MS = 2000;

function ownerFile(dataDir: string): string {
  return join(dataDir, 'running.json');
}

/** The stack that runs over this folder, or undefined; what a killed one left behind does not count. */
export async function findOwner(dataDir: string): Promise<DataFolderOwner | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(ownerFile(dataDir), 'utf8'));
  } catch {
    return undefined;
  }
  const owner = ownerSchema.safeParse(value);
  return owner.success && isAlive(owner.data.pid) && (await answers(owner.data.apiUrl)) ? owner.data : undefined;
}

/** @throws PipelineError `conflict` when another process owns the folder. */
export async function refuseOwnedFolder(dataDir: string): Promise<void> {
  const owner = await findOwner(dataDir);
  if (owner === undefined) return;
  throw new PipelineError(
    'conflict',
    `${dataDir} belongs to the running process ${owner.pid} (${owner.apiUrl}); stop it, or set SMARTIDS_DATA_DIR to another folder`,
    { permanent: true },
  );
}

export function writeOwner(dataDir: string, owner: DataFolderOwner): void {
  writeFileSync(ownerFile(dataDir), `${JSON.stringify(owner)}\n`, { mode: 0o600 });
}

export function removeOwner(dataDir: string): void {
  rmSync(ownerFile(dataDir), { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // alive, but another user's
  }
}

/** A process id may have gone to another program since: only one that serves our API counts. */
async function answers(apiUrl: string): Promise<boolean> {
  try {
    return (await fetch(new URL('/health/live', apiUrl), { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })).ok;
  } catch {
    return false;
  }
}
