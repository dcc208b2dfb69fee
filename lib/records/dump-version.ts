// records: which objects of the bucket the records of a dump are read from.

/** One version of a dump, as far as reading it back needs to know. */
export interface DumpObjects {
  readonly dumpId: string;
  readonly etag: string;
  /** Key of the dump itself. */
  readonly key: string;
  /** Absent while split still reads. */
  readonly chunks: number | undefined;
}
