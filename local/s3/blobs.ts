// s3 blobs: the bytes of objects and parts, as files with random names that no key ever reaches.
// A blob is written, synced and only then named by a row of the catalogue; a file that no row names is swept at the next start.
import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

export interface BlobWriter {
  readonly id: string;
  /** Take bytes, which the caller must not change afterwards: they are written behind its back. */
  write(bytes: Buffer): Promise<void>;
  /** Make the bytes durable, as far as the store is meant to last. */
  commit(): Promise<void>;
  /** Forget what was written. */
  abandon(): Promise<void>;
}

export interface BlobStore {
  create(): Promise<BlobWriter>;
  open(id: string): Promise<FileHandle>;
  /** Keep the files of these blobs until the returned function is called, whatever is discarded meanwhile. */
  hold(ids: readonly string[]): () => void;
  /** Delete the files of blobs that no row names any more. */
  discard(ids: readonly string[]): void;
  /** Delete every file for which `isNamed` is false; only before the first request. */
  sweep(isNamed: (id: string) => boolean): Promise<number>;
  /** Resolves once the deletions asked for so far are done. */
  settle(): Promise<void>;
}

const FLUSH_BYTES = 1024 * 1024;
const BLOB_NAME = /^[0-9a-f]{32}$/;

/** Open the blobs under `directory`, which is made when it is not there; temporary ones wait for no disk. */
export async function openBlobs(directory: string, isTemporary = false): Promise<BlobStore> {
  const holders = new Map<string, number>();
  const doomed = new Set<string>();
  const deletions = new Set<Promise<void>>();
  const folderOf = (id: string) => join(directory, id.slice(0, 2));
  const pathOf = (id: string) => join(folderOf(id), id);
  const folders = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));
  await mkdir(directory, { recursive: true });
  const present = new Set(await readdir(directory));
  const missing = folders.filter((folder) => !present.has(folder));
  for (const folder of missing) await mkdir(join(directory, folder));
  if (missing.length > 0 && !isTemporary) await syncFolder(directory);

  const remove = (id: string) => {
    const deletion = unlink(pathOf(id)).catch(() => undefined); // what stays behind is swept at the next start
    deletions.add(deletion);
    void deletion.finally(() => deletions.delete(deletion));
  };
  const release = (id: string) => {
    const left = (holders.get(id) ?? 0) - 1;
    if (left > 0) holders.set(id, left);
    else holders.delete(id);
    if (left <= 0 && doomed.delete(id)) remove(id);
  };

  return {
    async create() {
      const id = randomBytes(16).toString('hex');
      const folder = isTemporary ? undefined : folderOf(id);
      return createWriter(id, await open(pathOf(id), 'wx', 0o600), folder, () => unlink(pathOf(id)));
    },
    open: (id) => open(pathOf(id), 'r'),
    hold(ids) {
      for (const id of ids) holders.set(id, (holders.get(id) ?? 0) + 1);
      let held = true;
      return () => {
        if (held) for (const id of ids) release(id);
        held = false;
      };
    },
    discard(ids) {
      for (const id of ids) {
        if (holders.has(id)) doomed.add(id);
        else remove(id);
      }
    },
    async sweep(isNamed) {
      let swept = 0;
      for (const folder of folders)
        for (const name of await readdir(join(directory, folder))) {
          if (!BLOB_NAME.test(name) || isNamed(name)) continue;
          await unlink(join(directory, folder, name));
          swept++;
        }
      return swept;
    },
    async settle() {
      await Promise.all(deletions);
    },
  };
}

/** Gathers small pieces, and keeps one write under way while the caller hashes the next piece; syncs where there is a folder. */
function createWriter(
  id: string,
  file: FileHandle,
  folder: string | undefined,
  remove: () => Promise<void>,
): BlobWriter {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let underWay: Promise<void> = Promise.resolve();

  const flush = async () => {
    await underWay;
    const buffers = pending;
    pending = [];
    pendingBytes = 0;
    underWay = writeAll(file, buffers);
    underWay.catch(() => undefined); // seen by whoever awaits it next
  };
  return {
    id,
    async write(bytes) {
      pending.push(bytes);
      pendingBytes += bytes.length;
      if (pendingBytes >= FLUSH_BYTES) await flush();
    },
    async commit() {
      try {
        await flush();
        await underWay;
        if (folder !== undefined) await file.sync();
      } finally {
        await file.close();
      }
      if (folder !== undefined) await syncFolder(folder);
    },
    async abandon() {
      await underWay.catch(() => undefined);
      await file.close().catch(() => undefined);
      await remove().catch(() => undefined);
    },
  };
}

async function writeAll(file: FileHandle, buffers: readonly Buffer[]): Promise<void> {
  if (buffers.length === 0) return;
  const total = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
  const { bytesWritten } = await file.writev(buffers);
  if (bytesWritten === total) return;
  const rest = Buffer.concat(buffers).subarray(bytesWritten);
  for (let at = 0; at < rest.length; ) at += (await file.write(rest, at)).bytesWritten;
}

/** A new file's name is durable only once its folder is synced. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
