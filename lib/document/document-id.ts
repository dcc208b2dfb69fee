// document: the ids of documents: dump, version and record, never chunk, model or time, so that a repeat overwrites.

import { shortEtag } from '../dump/dump-id.ts';

/** What an id needs to know of the dump. */
export interface DumpVersion {
  readonly dumpId: string;
  readonly etag: string;
}

/** Start of every document id of this version of the dump. */
export function documentIdPrefix(version: DumpVersion): string {
  return `${version.dumpId}.${shortEtag(version.etag)}.`;
}

/** `record` is the number of the flow's first record. */
export function flowDocumentId(version: DumpVersion, record: number): string {
  return `${documentIdPrefix(version)}f${record}`;
}

export function packetDocumentId(version: DumpVersion, record: number): string {
  return `${documentIdPrefix(version)}p${record}`;
}

/** `record` is the number of the first record of the alert's earliest flow. */
export function alertDocumentId(version: DumpVersion, record: number, label: string): string {
  return `${documentIdPrefix(version)}a${record}.${label}`;
}
