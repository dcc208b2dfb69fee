// opensearch: documents gathered into bulk bodies that stay below a size and a count.

/** One document to write. `source` is its JSON on one line. */
export interface BulkDocument {
  readonly index: string;
  readonly id: string;
  readonly source: string;
  /** The run that made it: a later run's document is never overwritten by an earlier one's. */
  readonly version: number;
}

export interface BulkLimits {
  readonly maxBytes: number;
  readonly maxDocuments: number;
}

/** OpenSearch Service takes 10 MiB in one request on its smaller instances. */
export const BULK_LIMITS: BulkLimits = { maxBytes: 5 * 1024 * 1024, maxDocuments: 5000 };

/** The action line, without a document that could hold a line end. */
export function actionLine(kind: 'index' | 'delete', document: Omit<BulkDocument, 'source'>): string {
  const { index, id, version } = document;
  return JSON.stringify({ [kind]: { _index: index, _id: id, version, version_type: 'external_gte' } });
}

export function documentLines(document: BulkDocument): string {
  return `${actionLine('index', document)}\n${document.source}\n`;
}

/** A batch of documents and their lines. A document larger than a batch comes alone. */
export interface BulkBatch {
  readonly documents: readonly BulkDocument[];
  readonly lines: readonly string[];
}

export async function* batchDocuments(
  documents: AsyncIterable<BulkDocument> | Iterable<BulkDocument>,
  limits: BulkLimits = BULK_LIMITS,
): AsyncGenerator<BulkBatch> {
  let batch: BulkDocument[] = [];
  let lines: string[] = [];
  let bytes = 0;
  for await (const document of documents) {
    const text = documentLines(document);
    const length = Buffer.byteLength(text);
    const isFull = batch.length >= limits.maxDocuments || bytes + length > limits.maxBytes;
    if (isFull && batch.length > 0) {
      yield { documents: batch, lines };
      batch = [];
      lines = [];
      bytes = 0;
    }
    batch.push(document);
    lines.push(text);
    bytes += length;
  }
  if (batch.length > 0) yield { documents: batch, lines };
}
