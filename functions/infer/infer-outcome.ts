// infer: what is said of a chunk when its results are there, or when it gives none.

import type { ChunkMessage } from '../../lib/chunk/message.ts';
import type { Counts } from '../../lib/dump/ledger.ts';
import type { Progress } from '../../lib/dump/progress.ts';
import type { Comparison } from '../../lib/dump/rescoring.ts';

/** What the ledger calls the packet model where none is installed. */
export const PACKET_MODEL = 'bert_packet';

export interface ChunkOutcome {
  /** Own flows, and those of them that are detections, by label. */
  readonly ownFlows: number;
  readonly detections: Readonly<Record<string, number>>;
  /** Detections of own flows whose reasons, set to what is ordinary, do not change the verdict. */
  readonly unexplained: number;
  readonly documents: number;
  /** Packets of own flows, by what the packet model made of them. */
  readonly packets: { readonly scored: number; readonly notScored: Counts };
  /** Of a rescore. */
  readonly comparison?: Comparison;
}

/** Names under which the ledger counts. */
export interface ScoringModels {
  readonly flowModel: string;
  readonly packetModel: string;
}

type Common = Pick<Progress, 'dumpId' | 'etag' | 'attempt' | 'run' | 'chunk' | 'stage'>;

function common({ dumpId, etag, attempt, run, chunk }: ChunkMessage): Common {
  return { dumpId, etag, attempt, run, chunk, stage: 'inferred' };
}

/** A chunk whose flows are scored and whose results object is written. */
export function inferredProgress(
  message: ChunkMessage,
  { flowModel, packetModel }: ScoringModels,
  { ownFlows, detections, packets, comparison }: ChunkOutcome,
  seconds: number,
): Progress {
  return {
    ...common(message),
    scored: { [flowModel]: ownFlows, ...(packets.scored > 0 && { [packetModel]: packets.scored }) },
    notScored: Object.keys(packets.notScored).length === 0 ? {} : { [packetModel]: packets.notScored },
    detections,
    ...(comparison !== undefined && { comparison }),
    documents: 0,
    seconds,
  };
}

/** A chunk that gave no results, for what the reason says. */
export function gapProgress(message: ChunkMessage, reason: string): Progress {
  const { offset, length } = message;
  return {
    ...common(message),
    gap: { offset, length, reason },
    scored: {},
    notScored: {},
    detections: {},
    documents: 0,
    seconds: 0,
  };
}
