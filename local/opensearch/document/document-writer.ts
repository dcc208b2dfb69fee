// local/opensearch/document: takes writes in turn: small requests before large ones, each answered when the journal has it.
import type { DocumentPlanner, GroupOutcome } from './document-planner.ts';
import type { PendingWrites } from './pending-writes.ts';
import type { WriteOperation, WriteResult } from './write-operation.ts';

/** Writes planned at once. A bulk request is no transaction in OpenSearch either; cut into pieces, it lets others through. */
const MAX_GROUP = 2_048;
/** Requests of up to this many writes go before larger ones. */
const SMALL_REQUEST = 16;
/** Groups on their way to the journal: while one is compressed and synced the next is planned. */
const MAX_UNDER_WAY = 3;

interface Request {
  readonly operations: readonly WriteOperation[];
  readonly results: WriteResult[];
  /** How many of the operations have been planned. */
  taken: number;
  readonly resolve: (results: readonly WriteResult[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A request's next writes, as they go into one group with others'. */
interface Piece {
  readonly request: Request;
  readonly operations: readonly WriteOperation[];
}

export class DocumentWriter {
  private readonly pending: PendingWrites;
  private readonly planner: DocumentPlanner;
  private readonly small: Request[] = [];
  private readonly large: Request[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private running = false;

  constructor(pending: PendingWrites, planner: DocumentPlanner) {
    this.pending = pending;
    this.planner = planner;
  }

  /** Results in the order of the operations; resolves once they would be there after a crash. */
  submit(operations: readonly WriteOperation[]): Promise<readonly WriteResult[]> {
    return new Promise((resolve, reject) => {
      const request: Request = { operations, results: [], taken: 0, resolve, reject };
      (operations.length <= SMALL_REQUEST ? this.small : this.large).push(request);
      if (!this.running) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.running = true;
    while (this.small.length + this.large.length > 0) {
      let pieces: readonly Piece[] = [];
      try {
        const rows = await this.pending.makeRoom();
        pieces = this.nextPieces(Math.min(MAX_GROUP, rows));
        const operations = pieces.flatMap((piece) => piece.operations);
        const outcome = await this.pending.turn(() => this.planner.plan(operations));
        this.follow(pieces, outcome);
      } catch (error) {
        this.reject(pieces.length > 0 ? pieces : this.nextPieces(MAX_GROUP), error);
      }
      while (this.underWay.size >= MAX_UNDER_WAY) await Promise.race(this.underWay);
    }
    this.running = false;
  }

  /** All small requests that fit, else the next piece, of `rows` at most, of the oldest large one. */
  private nextPieces(rows: number): readonly Piece[] {
    const pieces: Piece[] = this.small
      .splice(0, MAX_GROUP / SMALL_REQUEST)
      .map((request) => ({ request, operations: request.operations }));
    const [request] = this.large;
    if (pieces.length > 0 || request === undefined) return pieces;
    const operations = request.operations.slice(request.taken, request.taken + rows);
    request.taken += operations.length;
    if (request.taken >= request.operations.length) this.large.shift();
    return [{ request, operations }];
  }

  private follow(pieces: readonly Piece[], { results, durable }: GroupOutcome): void {
    const ended = durable.then(
      () => this.answer(pieces, results),
      (error: unknown) => this.reject(pieces, error),
    );
    this.underWay.add(ended);
    void ended.then(() => this.underWay.delete(ended));
  }

  private answer(pieces: readonly Piece[], results: readonly WriteResult[]): void {
    let from = 0;
    for (const { request, operations } of pieces) {
      for (const result of results.slice(from, from + operations.length)) request.results.push(result);
      from += operations.length;
      if (request.results.length === request.operations.length) request.resolve(request.results);
    }
  }

  private reject(pieces: readonly Piece[], error: unknown): void {
    for (const { request } of pieces) {
      const at = this.large.indexOf(request);
      if (at >= 0) this.large.splice(at, 1);
      request.reject(error);
    }
  }
}
