// infer: what follows from a chunk of a rescore: its run may be whole now, or will never be.

import type { ChunkMessage } from '../../lib/chunk/message.ts';
import { chunkReason, failRescore, finishRescore } from '../../lib/dump/finish-rescore.ts';
import type { InferDeps } from './infer-deps.ts';

const FIRST_RUN = 1;

/** After the chunk's progress was written, with results or with a gap. */
export async function chunkWritten(deps: InferDeps, message: ChunkMessage): Promise<void> {
  if (message.run > FIRST_RUN) await finishRescore(deps, message, message.chunk);
}

/** No other try follows: said at once, though other chunks are still under way. */
export async function chunkLost(deps: InferDeps, message: ChunkMessage, reason: string): Promise<void> {
  if (message.run > FIRST_RUN) await failRescore(deps, message, chunkReason(message.chunk, reason));
}
