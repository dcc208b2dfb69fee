// support: a capture split leg by leg, each one from what the one before it left, as a split under a deadline is.

import { packPart, unpackPart } from '../../lib/checkpoint/packed-part.ts';
import type { StateExchange } from '../../lib/checkpoint/state-exchange.ts';
import { StateReader } from '../../lib/checkpoint/state-reader.ts';
import { StateWriter } from '../../lib/checkpoint/state-writer.ts';
import { resumeSplit, splitCapture } from '../../lib/chunk/split-capture.ts';
import type { SplitOptions } from '../../lib/chunk/split-options.ts';
import type { SplitOutput } from '../../lib/chunk/split-output.ts';
import { pieces } from './split-results.ts';

export interface SavedState {
  readonly parts: readonly Uint8Array[];
  readonly bytes: number;
}

/** What a checkpoint holds, in parts of `partBytes`. */
export async function saveState(save: (state: StateExchange) => Promise<void>, partBytes = 1000): Promise<SavedState> {
  const parts: Uint8Array[] = [];
  const writer = new StateWriter(async (part) => {
    const packed = await packPart(part);
    parts.push(await unpackPart(packed.part, packed.body));
  }, partBytes);
  await save(writer);
  await writer.finish();
  return { parts, bytes: writer.bytes };
}

export function openState({ parts, bytes }: SavedState): StateExchange {
  let next = 0;
  return new StateReader(async () => parts[next++], bytes);
}

export interface Legs {
  /** Of all legs, without their pauses. */
  readonly outputs: readonly SplitOutput[];
  /** Batches after which each leg stops, over and over; 1 = as soon as it may. */
  readonly legs: number;
}

/** Splits the bytes in legs whose time is up after `batchesALeg` batches. */
export async function splitInLegs(
  capture: Uint8Array,
  options: SplitOptions,
  batchesALeg: number,
  pieceBytes?: number,
): Promise<Legs> {
  const outputs: SplitOutput[] = [];
  let saved: SavedState | undefined;
  for (let legs = 1; ; legs++) {
    let batches = 0;
    const limited = { ...options, isTimeUp: () => ++batches >= batchesALeg };
    const open = (offset: number) => pieces(capture.subarray(offset), pieceBytes);
    const leg: AsyncIterable<SplitOutput> =
      saved === undefined ? splitCapture(open(0), limited) : resumeSplit(open, openState(saved), limited);
    saved = undefined;
    for await (const output of leg) {
      if (output.kind === 'pause') saved = await saveState(output.save);
      else outputs.push(output);
    }
    if (saved === undefined) return { outputs, legs };
  }
}
