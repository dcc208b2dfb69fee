// local/opensearch/document: memory that texts are packed into for the thread that writes them: shared with it, and used again.

const FIRST_BYTES = 256 * 1024;
/** What is kept for the next texts: a group of 2,048 flows takes 6 MiB. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;
const MAX_KEPT = 2;

export class TextRoom {
  memory: Buffer = shared(FIRST_BYTES);
  /** Of what is packed. */
  length = 0;

  /** Makes room for so many bytes more. */
  reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.memory.length) return;
    const larger = shared(Math.max(needed, this.length * 2));
    this.memory.copy(larger, 0, 0, this.length);
    this.memory = larger;
  }
}

/** Rooms that nobody uses. */
export class TextRooms {
  private readonly idle: TextRoom[] = [];

  take(): TextRoom {
    return this.idle.pop() ?? new TextRoom();
  }

  giveBack(room: TextRoom): void {
    if (room.memory.length > MAX_KEPT_BYTES || this.idle.length === MAX_KEPT) return;
    room.length = 0;
    this.idle.push(room);
  }
}

function shared(bytes: number): Buffer {
  return Buffer.from(new SharedArrayBuffer(bytes));
}
