// infer: the packet model's part of a chunk: the packets of its own flows, scored within a budget, and an account of all of them.

import type { ChunkManifest } from '../../lib/chunk/manifest.ts';
import type { ChunkMessage } from '../../lib/chunk/message.ts';
import { packetModelVerdict } from '../../lib/detection/packet-verdict.ts';
import type { FlowVerdict } from '../../lib/detection/verdict.ts';
import type { FlowPacketVerdict } from '../../lib/document/flow-document.ts';
import type { Counts } from '../../lib/dump/ledger.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { FlowRows } from '../../lib/flow/flow-fields.ts';
import { batchLimits } from '../../lib/model/batch-limits.ts';
import type { NotScoredReason } from '../../lib/model/packet-scope.ts';
import { countWanted } from './count-wanted.ts';
import type { InferDeps } from './infer-deps.ts';
import { createPacketInputReader } from './packet-inputs.ts';
import type { AbsentPacketModel, PacketModel } from './packet-models.ts';
import { scoreSequences } from './score-sequences.ts';
import { flowPackets, type WantedPacket } from './wanted-packets.ts';

/** Flows whose packets are in memory at once: at six packets of 512 ids, 6.3 MB. */
const BLOCK_FLOWS = 512;

export interface PacketScoring {
  /** By row, of those of `from` … `from + verdicts.length` that begin in this chunk. */
  score(
    rows: FlowRows,
    from: number,
    verdicts: readonly FlowVerdict[],
  ): Promise<ReadonlyMap<number, FlowPacketVerdict>>;
  /** Packets of the chunk's own flows: scored, and not scored by reason. */
  tally(): { readonly scored: number; readonly notScored: Counts };
}

export interface ChunkScope {
  readonly message: ChunkMessage;
  readonly manifest: ChunkManifest;
  /** The time for the chunk's packets is up, in the clock's milliseconds. */
  readonly untilMs: number;
  /** What the model server cannot do is left out instead of tried again: another model than expected, or no answer too. */
  readonly mayLeaveOut: 'never' | 'mismatch' | 'any';
  readonly signal: AbortSignal;
}

type ScoringDeps = Pick<InferDeps, 'store' | 'models' | 'packetBudget' | 'clock' | 'log'>;

/** The label's probabilities, or why there are none. */
type PacketScore = Float32Array | NotScoredReason;

export function createPacketScoring(
  deps: ScoringDeps,
  model: PacketModel | AbsentPacketModel,
  { message, manifest, untilMs, mayLeaveOut, signal }: ChunkScope,
): PacketScoring {
  const readInputs = createPacketInputReader(deps.store, message, manifest, signal);
  const clockMs = (): number => deps.clock().getTime();
  const account = createAccount();
  let packetsLeft: number | undefined;
  /** Set: nothing is asked, or nothing more. */
  let absence: NotScoredReason | undefined = typeof model === 'string' ? model : undefined;

  /** A score or a reason for each of the packets, which get their share of the time that is left to those of the chunk. */
  async function ask(rows: FlowRows, wanted: readonly WantedPacket[]): Promise<readonly PacketScore[]> {
    if (typeof model === 'string') return wanted.map(() => model);
    packetsLeft ??= await countWanted(deps.store, message, manifest, deps.packetBudget.packets, signal);
    const { sequences, reasons } = await readInputs(rows, wanted, model.tokens);
    const left = Math.max(0, untilMs - clockMs());
    const share = wanted.length / Math.max(packetsLeft, wanted.length);
    packetsLeft -= wanted.length;
    const options = {
      ...{ models: deps.models, signal, clockMs, lanes: deps.packetBudget.lanes, limits: batchLimits(model.metadata) },
      untilMs: clockMs() + left * share,
    };
    const scores = (await scoreSequences(model, sequences, options)).values();
    return reasons.map((reason) => reason ?? scores.next().value ?? 'deadline');
  }

  async function askOrLeave(rows: FlowRows, wanted: readonly WantedPacket[]) {
    try {
      return await ask(rows, wanted);
    } catch (error) {
      const reason = leftOut(error, mayLeaveOut);
      if (reason === undefined) throw error;
      absence = reason;
      deps.log.error({ err: error }, LEFT_OUT_WORDS[reason]);
      return wanted.map(() => reason);
    }
  }

  async function scoreBlock(rows: FlowRows, own: readonly number[], isDetection: (row: number) => boolean) {
    const wanted: WantedPacket[] = [];
    for (const row of own) {
      const flow = flowPackets(rows, row, deps.packetBudget.packets, isDetection(row));
      // Without a model, how it would have been asked does not matter.
      if (typeof model === 'string') account.leave(row, model, packetCount(flow));
      else {
        for (const [reason, packets] of flow.others) account.leave(row, reason, packets);
        wanted.push(...flow.wanted);
      }
    }
    wanted.sort((a, b) => a.record - b.record);
    const known = absence;
    if (wanted.length === 0) return;
    const scores = known === undefined ? await askOrLeave(rows, wanted) : wanted.map(() => known);
    for (const [k, { row }] of wanted.entries()) account.add(row, scores[k] ?? 'deadline');
  }

  return {
    tally: account.tally,
    score: async (rows, from, verdicts) => {
      const own = verdicts.map((_, k) => from + k).filter((row) => rows.columns.firstChunk[row] === message.chunk);
      const isDetection = (row: number): boolean => verdicts[row - from]?.detection === true;
      for (let at = 0; at < own.length; at += BLOCK_FLOWS) {
        await scoreBlock(rows, own.slice(at, at + BLOCK_FLOWS), isDetection);
      }
      return account.takeVerdicts(own);
    },
  };
}

function packetCount({ wanted, others }: ReturnType<typeof flowPackets>): number {
  return others.reduce((sum, [, packets]) => sum + packets, wanted.length);
}

/** What became of each packet: counted for the chunk, kept for its flow until that is documented. */
function createAccount() {
  const notScored: Record<string, number> = {};
  let scored = 0;
  const reasonsOf = new Map<number, Set<NotScoredReason>>();
  const scoresOf = new Map<number, Float32Array[]>();

  function leave(row: number, reason: NotScoredReason, packets: number): void {
    if (packets <= 0) return;
    notScored[reason] = (notScored[reason] ?? 0) + packets;
    const reasons = reasonsOf.get(row);
    if (reasons === undefined) reasonsOf.set(row, new Set([reason]));
    else reasons.add(reason);
  }

  return {
    leave,
    add: (row: number, score: PacketScore): void => {
      if (typeof score === 'string') {
        leave(row, score, 1);
        return;
      }
      scored += 1;
      const scores = scoresOf.get(row);
      if (scores === undefined) scoresOf.set(row, [score]);
      else scores.push(score);
    },
    /** By row; forgotten afterwards. */
    takeVerdicts: (rows: readonly number[]): ReadonlyMap<number, FlowPacketVerdict> => {
      const verdicts = rows.map((row): [number, FlowPacketVerdict] => [
        row,
        { verdict: packetModelVerdict(scoresOf.get(row) ?? []), notScored: [...(reasonsOf.get(row) ?? [])] },
      ]);
      reasonsOf.clear();
      scoresOf.clear();
      return new Map(verdicts);
    },
    tally: () => ({ scored, notScored }),
  };
}

const LEFT_OUT_WORDS = {
  'model-mismatch': 'the packet model is not the one expected: the packets of this chunk are left out',
  'model-unavailable': 'the packet model does not answer: the packets of this chunk are left out',
} as const satisfies Partial<Record<NotScoredReason, string>>;

/**
 * The packet model's word is a hint: where the server has another model under its name, or gives no answer to the last,
 * the chunk goes on without it. Undefined: the message is to come again.
 */
function leftOut(error: unknown, may: ChunkScope['mayLeaveOut']): keyof typeof LEFT_OUT_WORDS | undefined {
  if (!(error instanceof PipelineError) || may === 'never') return undefined;
  if (error.code === 'model-mismatch') return 'model-mismatch';
  return error.code === 'model-unavailable' && may === 'any' ? 'model-unavailable' : undefined;
}
