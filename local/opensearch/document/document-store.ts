// local/opensearch/document: the documents' texts and the journal as the engine sees them: read here, written by a thread of their own.
import { JournalQueue, type JournalWriter } from './journal-queue.ts';
import type { JournalEntry, JournalRecord } from './journal-record.ts';
import { JournalThread } from './journal-thread.ts';
import { type BlockDocument, type PackedBlock, packBlocks } from './source-block.ts';
import { type GoneRows, type StoredText, TextFile } from './text-file.ts';
import { TextRooms } from './text-room.ts';

/** Documents of one table that follow each other by sequence number. */
export interface NewTexts {
  readonly table: number;
  readonly first: number;
  readonly documents: readonly BlockDocument[];
}

export class DocumentStore {
  private readonly file: TextFile;
  private readonly writer: JournalWriter;
  private readonly rooms = new TextRooms();
  private lastNumber: number;
  /** Whether the last write could not be made. */
  private hasUnwritten = false;

  /** `name` may be `:memory:`. */
  constructor(name: string) {
    this.file = new TextFile(name);
    this.writer = name === ':memory:' ? new JournalQueue(this.file) : new JournalThread(name);
    this.lastNumber = this.file.lastNumber;
  }

  /** Numbers of records go on from here, too, where DuckDB knows of a later one. */
  continueFrom(number: number): void {
    this.lastNumber = Math.max(this.lastNumber, number);
  }

  /**
   * Writes a record of the journal and its texts, which are copied before it returns. The record's number is told: whoever
   * has it in its tables says so by `forget`. `written` resolves when it is synced; what could not be written is tried again
   * before anything later is.
   */
  write(
    entries: readonly JournalEntry[],
    texts: readonly NewTexts[],
  ): { readonly number: number; readonly written: Promise<void> } {
    this.lastNumber += 1;
    const number = this.lastNumber;
    const room = this.rooms.take();
    const blocks: (PackedBlock & { readonly table: number })[] = [];
    for (const { table, first, documents } of texts)
      for (const block of packBlocks(first, documents, room)) blocks.push({ table, ...block });
    const { memory, length } = room;
    const written = this.follow(this.writer.write({ number, entries, memory: memory.subarray(0, length), blocks }));
    return { number, written: written.finally(() => this.rooms.giveBack(room)) };
  }

  /** Resolves when all that was written before is synced, what could not be written at first as well. */
  async retry(): Promise<void> {
    if (this.hasUnwritten) await this.follow(this.writer.retry());
  }

  private async follow(written: Promise<void>): Promise<void> {
    try {
      await written;
      this.hasUnwritten = false;
    } catch (error) {
      this.hasUnwritten = true;
      throw error;
    }
  }

  journal(): Generator<JournalRecord> {
    return this.file.journal();
  }

  /** Records up to this number are in the tables; the texts of the given rows are needed no more. */
  forget(number: number, gone: readonly GoneRows[]): Promise<void> {
    return this.writer.forget(number, gone);
  }

  /** Texts by sequence number; what is not there is left out. */
  read(table: number, seqNos: readonly number[]): Map<number, string> {
    const found = new Map<number, string>();
    for (const [seqNo, { text }] of this.stored(table, seqNos)) found.set(seqNo, text);
    return found;
  }

  /** Documents by sequence number, with their ids where these lie beside the texts. */
  stored(table: number, seqNos: readonly number[]): Generator<readonly [number, StoredText]> {
    return this.file.stored(table, seqNos);
  }

  /** All texts of a table that is gone. */
  dropTable(table: number): Promise<void> {
    return this.writer.dropTable(table);
  }

  async close(): Promise<void> {
    await this.writer.close();
    if (this.writer instanceof JournalThread) this.file.close();
  }
}

/** Sequence numbers as runs. */
export function runsOf(seqNos: readonly number[]): (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const seqNo of seqNos.toSorted((left, right) => left - right)) {
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === seqNo) last[1] += 1;
    else runs.push([seqNo, 1]);
  }
  return runs;
}
