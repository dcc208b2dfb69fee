// infer: what is said of a chunk when its results are there, or when it gives none.

import type { ChunkMessage } from '../../lib/chunk/message.ts';
import type { Progress } from '../../lib/dump/progress.ts';
import type { Comparison } from '../../lib/dump/rescoring.ts';

/** The packet model has no part in this stage yet: every own flow is counted as not scored by it. */
export const PACKET_MODEL = 'bert_packet';
export const NOT_INSTALLED = 'not-installed';

export interface ChunkOutcome {
  /** Own flows, and those of them that are detections, by label. */
  readonly ownFlows: number;
  readonly detections: Readonly<Record<string, number>>;
  readonly documents: number;
  /** Of a rescore. */
  readonly comparison?: Comparison;
}

type Common = Pick<Progress, 'dumpId' | 'etag' | 'attempt' | 'run' | 'chunk' | 'stage'>;

function common({ dumpId, etag, attempt, run, chunk }: ChunkMessage): Common {
  return { dumpId, etag, attempt, run, chunk, stage: 'inferred' };
}

/** A chunk whose flows are scored and whose results object is written. */
export function inferredProgress(
  message: ChunkMessage,
  model: string,
  { ownFlows, detections, comparison }: ChunkOutcome,
  seconds: number,
): Progress {
  return {
    ...common(message),
    scored: { [model]: ownFlows },
    notScored: ownFlows === 0 ? {} : { [PACKET_MODEL]: { [NOT_INSTALLED]: ownFlows } },
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
