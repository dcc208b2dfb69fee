// local/opensearch/document: takes groups of writes into the file, in order: while one is written and synced the next is compressed.
import { encodeRecord, type JournalEntry } from './journal-record.ts';
import { compressBlocks, type PackedBlock } from './source-block.ts';
import type { GoneRows, StoredWrite, TextFile } from './text-file.ts';

/** A group on its way into the file. */
export interface JournalWrite {
  /** Follows the one before. */
  readonly number: number;
  readonly entries: readonly JournalEntry[];
  /** Where the texts are packed: nobody changes it before the write is answered. */
  readonly memory: Uint8Array;
  readonly blocks: readonly (PackedBlock & { readonly table: number })[];
}

/** Carried out in the order of the calls. */
export interface JournalWriter {
  /** Synced when it resolves. What could not be written is kept, and tried again before anything that comes later. */
  write(write: JournalWrite): Promise<void>;
  /** Tries again what could not be written. */
  retry(): Promise<void>;
  /** Records up to this number are in the tables; the texts of the given rows are needed no more. */
  forget(number: number, gone: readonly GoneRows[]): Promise<void>;
  /** Takes all texts of a table that is gone away. */
  dropTable(table: number): Promise<void>;
  /** After all that was asked before. */
  close(): Promise<void>;
}

export class JournalQueue implements JournalWriter {
  private readonly file: TextFile;
  private lastTurn: Promise<unknown> = Promise.resolve();
  private readonly unwritten: StoredWrite[] = [];

  constructor(file: TextFile) {
    this.file = file;
  }

  write(write: JournalWrite): Promise<void> {
    const stored = storedWrite(write);
    return this.turn(async () => {
      this.unwritten.push(await stored);
      this.writeAll();
    });
  }

  retry(): Promise<void> {
    return this.turn(() => this.writeAll());
  }

  private writeAll(): void {
    for (let next = this.unwritten[0]; next !== undefined; next = this.unwritten[0]) {
      this.file.write(next);
      this.unwritten.shift();
    }
  }

  forget(number: number, gone: readonly GoneRows[]): Promise<void> {
    return this.turn(() => this.file.forget(number, gone));
  }

  dropTable(table: number): Promise<void> {
    return this.turn(() => this.file.dropTable(table));
  }

  close(): Promise<void> {
    return this.turn(() => this.file.close());
  }

  private turn(work: () => void | Promise<void>): Promise<void> {
    const turn = this.lastTurn.then(work);
    this.lastTurn = turn.catch(() => undefined);
    return turn;
  }
}

async function storedWrite({ number, entries, memory, blocks }: JournalWrite): Promise<StoredWrite> {
  const [record, compressed] = await Promise.all([encodeRecord(entries), compressBlocks(memory, blocks)]);
  return { number, record, blocks: compressed.map((block, at) => ({ table: blocks[at]?.table ?? 0, block })) };
}
