// Groups of writes on their way into the file: in order, all or nothing, whatever the disk does meanwhile.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DocumentStore } from '../../../local/opensearch/document/document-store.ts';
import { JournalQueue, type JournalWrite } from '../../../local/opensearch/document/journal-queue.ts';
import { packBlocks } from '../../../local/opensearch/document/source-block.ts';
import { type StoredWrite, TextFile } from '../../../local/opensearch/document/text-file.ts';
import { TextRoom } from '../../../local/opensearch/document/text-room.ts';

/** A file on a disk that may be full. */
class FullFile extends TextFile {
  isFull = false;

  override write(write: StoredWrite): void {
    if (this.isFull) throw new Error('the disk is full');
    super.write(write);
  }
}

const TABLE = 7;

function entryOf(first: number, count: number) {
  const ids = Array.from({ length: count }, (_, at) => `id ${first + at}`);
  return { table: TABLE, first, ids, versions: ids.map(() => 1n), deletions: [], replaced: [] };
}

function documentsOf(first: number, count: number) {
  return entryOf(first, count).ids.map((id) => ({ id, source: Buffer.from(`{"of":"${id}"}`) }));
}

function write(number: number, first: number, count: number): JournalWrite {
  const room = new TextRoom();
  const blocks = packBlocks(first, documentsOf(first, count), room).map((block) => ({ table: TABLE, ...block }));
  return { number, entries: [entryOf(first, count)], memory: room.memory, blocks };
}

describe('the queue of what is written', () => {
  it('keeps what a full disk did not take, and writes it before what comes later', async () => {
    const file = new FullFile(':memory:');
    const queue = new JournalQueue(file);
    await queue.write(write(1, 0, 40));
    file.isFull = true;
    await expect(queue.write(write(2, 40, 40))).rejects.toThrow('full');
    await expect(queue.write(write(3, 80, 40))).rejects.toThrow('full');
    await expect(queue.retry()).rejects.toThrow('full');
    expect([...file.journal()].map(({ number }) => number)).toEqual([1]);
    file.isFull = false;
    await queue.write(write(4, 120, 40));
    expect([...file.journal()].map(({ number, entries }) => [number, entries[0]?.first])).toEqual([
      [1, 0],
      [2, 40],
      [3, 80],
      [4, 120],
    ]);
    const texts = [...file.stored(TABLE, [0, 39, 40, 79, 80, 159, 160])];
    expect(texts.map(([seqNo, { id, text }]) => [seqNo, id, text])).toEqual(
      [0, 39, 40, 79, 80, 159].map((seqNo) => [seqNo, `id ${seqNo}`, `{"of":"id ${seqNo}"}`]),
    );
    await queue.forget(3, [{ table: TABLE, runs: [[0, 80]] }]);
    expect([...file.journal()].map(({ number }) => number)).toEqual([4]);
    expect([...file.stored(TABLE, [0, 79, 80])].map(([seqNo]) => seqNo)).toEqual([80]);
    await queue.close();
  });
});

describe('the store', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'document-store-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['file', ':memory:'])('has in its %s what was written, many groups at once and of any size', async (kind) => {
    const store = new DocumentStore(kind === 'file' ? join(folder, 'texts') : kind);
    store.continueFrom(41);
    const large = Buffer.alloc(9 * 1024 * 1024, 'a');
    const groups = [1, 2_048, 31, 33, 2_048, 500, 2_048].map((count, at) => {
      const first = at * 10_000;
      const documents = documentsOf(first, count);
      if (count === 31) documents[7] = { id: 'large', source: large };
      const { number, written } = store.write([entryOf(first, count)], [{ table: TABLE, first, documents }]);
      // they were copied: whoever wrote them may use their memory again
      for (const { source } of documents) if (source !== large) source.fill(0);
      return { number, written, first, count };
    });
    await Promise.all(groups.map(({ written }) => written));
    expect(groups.map(({ number }) => number)).toEqual([42, 43, 44, 45, 46, 47, 48]);
    for (const { first, count } of groups) {
      const all = Array.from({ length: count }, (_, at) => first + at);
      const texts = store.read(TABLE, all);
      expect(texts.size).toBe(count);
      for (const seqNo of all)
        if (seqNo !== 20_007 && texts.get(seqNo) !== `{"of":"id ${seqNo}"}`) expect.fail(`the text of ${seqNo}`);
    }
    expect(store.read(TABLE, [20_007]).get(20_007)?.length).toBe(large.length);
    await store.dropTable(TABLE);
    expect(store.read(TABLE, [0]).size).toBe(0);
    await store.close();
    await expect(store.forget(1, [])).rejects.toThrow();
  });
});

describe('the writing thread', () => {
  it('takes the whole process with it where it fails, after it refused what it was asked', async () => {
    const module = new URL('../../../local/opensearch/document/journal-thread.ts', import.meta.url).href;
    const script = `import { JournalThread } from ${JSON.stringify(module)};
      const thread = new JournalThread('/nowhere/at/all/texts');
      setInterval(() => {}, 1_000);
      thread.forget(1, []).catch((error) => console.log('refused:', error.message));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' });
    let output = '';
    let errors = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (errors += data));
    const [code] = await once(child, 'close');
    expect([code, output.trim()]).toEqual([1, 'refused: the thread that writes documents has failed']);
    expect(errors).toContain('unable to open database file');
  });
});
