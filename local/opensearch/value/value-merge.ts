// local/opensearch/value: the postings of several segments as pages of one.
import type { SegmentPage } from '../segment/segment-file.ts';
import { mergedDetail, type ValueDetail } from './value-detail.ts';
import { pageBitsOf, readKey, ValueCursor, ValuePageWriter } from './value-page.ts';

export interface ValueSource {
  /** How far what its rows are counted from lies behind what the new one's are counted from. */
  readonly distance: number;
  readonly detail: ValueDetail;
  /** In order. */
  readonly pages: Iterator<SegmentPage>;
}

/** `sources` in the order of their rows. */
export function* mergeValues(sources: readonly ValueSource[]): Generator<SegmentPage> {
  const detail = mergedDetail(sources.map((source) => source.detail));
  let readers = sources.map((source) => new SourceValues(source)).filter((reader) => reader.next());
  while (readers.length > 0) {
    const field = Math.min(...readers.map((reader) => reader.order));
    const ofField = readers.filter((reader) => reader.order === field);
    yield* mergeField(ofField, detail);
    readers = readers.filter((reader) => !reader.isOver);
  }
}

function* mergeField(sources: readonly SourceValues[], detail: ValueDetail): Generator<SegmentPage> {
  const { field, order } = sources[0] as SourceValues; // a field is one that some source is at
  const writer = new ValuePageWriter(field, pageBitsOf(detail.get(field)?.entries ?? 0));
  let readers = sources;
  while (readers.length > 0) {
    let hash = Number.POSITIVE_INFINITY;
    for (const reader of readers) if (reader.hash < hash) hash = reader.hash;
    let isOver = false;
    for (const reader of readers) {
      while (reader.hash === hash && reader.order === order) {
        writer.add(hash, reader.from, reader.to);
        if (reader.next() && reader.order === order) continue;
        isOver = true;
        break;
      }
    }
    if (isOver) readers = readers.filter((reader) => !reader.isOver && reader.order === order);
    yield* writer.take(false);
  }
  yield* writer.take(true);
}

class SourceValues {
  field = 0;
  /** As the keys order fields. */
  order = -1;
  hash = 0;
  from = 0;
  to = 0;
  isOver = false;
  private readonly source: ValueSource;
  private cursor: ValueCursor | undefined;

  constructor(source: ValueSource) {
    this.source = source;
  }

  next(): boolean {
    while (this.cursor === undefined || !this.cursor.next()) {
      const next = this.source.pages.next();
      if (next.done === true) {
        this.isOver = true;
        return false;
      }
      const { field, page } = readKey(next.value.key);
      this.field = field;
      this.order = field >>> 0;
      this.cursor = new ValueCursor(next.value.data, page, pageBitsOf(this.source.detail.get(field)?.entries ?? 0));
    }
    this.hash = this.cursor.hash;
    this.from = this.cursor.from + this.source.distance;
    this.to = this.cursor.to + this.source.distance;
    return true;
  }
}
