// real: where the number of records differs from tshark's and stands, each with its reason and no wider than it must be.
import type { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { TsharkRow } from './tshark-row.ts';

export interface RecordCounts {
  readonly rows: readonly TsharkRow[];
  readonly complaint: string;
  readonly ours: number;
  readonly error: PipelineError | undefined;
  readonly gaps: readonly string[];
}

export interface RecordCountDifference extends RecordCounts {
  readonly file: string;
}

export const KNOWN_RECORD_COUNTS: readonly {
  readonly name: string;
  readonly reason: string;
  readonly covers: (difference: RecordCountDifference) => boolean;
}[] = [
  {
    name: 'custom blocks',
    reason: 'tshark lists the custom blocks of a pcapng as frames without a link layer; capinfos counts no packet',
    covers: ({ file, rows, ours, error }) =>
      file.endsWith('.pcapng') &&
      ours === 0 &&
      error === undefined &&
      rows.every(({ protocols }) => protocols.join(':') === 'data'),
  },
  {
    name: 'link types of switch tags',
    reason: 'tshark 4.0 refuses link type 281 and reads nothing; we count its records by their LINKTYPE name',
    covers: ({ rows, complaint, ours, error }) =>
      rows.length === 0 && ours > 0 && error === undefined && complaint.includes('network type 281 unknown'),
  },
  {
    name: 'guessed record header',
    reason: 'a fuzzed pcap: tshark guesses headers of 24 bytes from its second record, which we find corrupt: a gap',
    covers: ({ file, rows, ours, gaps }) =>
      file === 'odd/dc5f9e7c3345-fuzz.pcap' && rows.length === 2 && ours === 1 && gaps.includes('record-corrupt'),
  },
];
