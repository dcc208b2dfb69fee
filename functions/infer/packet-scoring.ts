// infer: the packet model's part of a chunk: the first payload packets of its own flows, scored within a budget, and an account of the rest.

import type { ChunkManifest } from '../../lib/chunk/manifest.ts';
import type { ChunkMessage } from '../../lib/chunk/message.ts';
import type { ChunkRecords } from '../../lib/chunk/record-fields.ts';
import { DECODED } from '../../lib/decode/reasons.ts';
import { packetModelVerdict } from '../../lib/detection/packet-verdict.ts';
import type { FlowVerdict } from '../../lib/detection/verdict.ts';
import type { FlowPacketVerdict } from '../../lib/document/flow-document.ts';
import type { Counts } from '../../lib/dump/ledger.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { FlowRows } from '../../lib/flow/flow-fields.ts';
import { type FlowRates, flowRates } from '../../lib/flow/flow-rates.ts';
import { batchLimits } from '../../lib/model/batch-limits.ts';
import { flowOutOfScope, type NotScoredReason, packetOutOfScope } from '../../lib/model/packet-scope.ts';
import { readRecords } from './chunk-flows.ts';
import { readChunkPackets } from './chunk-packets.ts';
import { type ChunkPlace, chunkPlaces } from './chunk-place.ts';
import type { InferDeps } from './infer-deps.ts';
import type { AbsentPacketModel, PacketModel } from './packet-models.ts';
import { scoreSequences } from './score-sequences.ts';
import { SequenceList } from './sequence-list.ts';

/** Flows whose packets are in memory at once: at six packets of 512 ids, 6.3 MB. */
const BLOCK_FLOWS = 512;
const SIDES = ['source', 'destination'] as const;
const HEADS = [0, 1, 2] as const;
/** Packets of flows with a detection come before all others, then first packets before second ones. */
const RANK_WITHOUT_DETECTION = HEADS.length;

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
  /** No other try follows: what the model server cannot do is left out instead of tried again. */
  readonly isLastTry: boolean;
  readonly signal: AbortSignal;
}

interface WantedPacket {
  readonly row: number;
  readonly record: number;
  readonly rank: number;
}

export function createPacketScoring(
  deps: Pick<InferDeps, 'store' | 'models' | 'packetBudget' | 'clock' | 'log'>,
  model: PacketModel | AbsentPacketModel,
  scope: ChunkScope,
): PacketScoring {
  const { message, manifest, untilMs, signal } = scope;
  const places = chunkPlaces(message, manifest);
  const clockMs = (): number => deps.clock().getTime();
  const notScored: Record<string, number> = {};
  let scored = 0;
  let flowsLeft = manifest.ownFlows;
  /** Once the model server has failed for good, nothing more is asked of it. */
  let failure: NotScoredReason | undefined;
  let ownRecords: ChunkRecords | undefined;

  function count(reason: NotScoredReason, packets: number): void {
    if (packets > 0) notScored[reason] = (notScored[reason] ?? 0) + packets;
  }

  async function recordsOf(place: ChunkPlace): Promise<ChunkRecords> {
    if (place.chunk !== message.chunk) return readRecords(deps.store, place.recordObject, signal);
    ownRecords ??= await readRecords(deps.store, place.recordObject, signal);
    return ownRecords;
  }

  /** Encodes the packets; the others get their reason. */
  async function encode(rows: FlowRows, wanted: readonly WantedPacket[], packetModel: PacketModel) {
    const sequences = new SequenceList();
    const reasons: (NotScoredReason | undefined)[] = wanted.map(() => undefined);
    const buffer = packetModel.tokens.createBuffer();
    const rates = new Map<number, FlowRates | undefined>();
    let next = 0;
    for (const [at, place] of places.entries()) {
      const end = places[at + 1]?.firstRecord ?? Number.POSITIVE_INFINITY;
      const first = next;
      while (next < wanted.length && (wanted[next]?.record ?? 0) < end) next += 1;
      if (next === first) continue;
      const records = await recordsOf(place);
      const source = { store: deps.store, dump: message, place, records, interfaces: manifest.interfaces };
      const chunkRows = wanted.slice(first, next).map(({ record }) => record - place.firstRecord);
      let k = first;
      for await (const { row, packet } of readChunkPackets(source, chunkRows, signal)) {
        const one = wanted[k];
        if (one === undefined) break;
        const flow = rows.columns.record[one.row];
        const isThere = records.columns.flow[row] === flow && packet.ipVersion === 4;
        const isWhole = packet.reason === DECODED || packet.fragmentOffset > 0;
        reasons[k] = isThere && isWhole ? packetOutOfScope(packet) : 'not-found';
        if (reasons[k] === undefined) {
          if (!rates.has(one.row)) rates.set(one.row, flowRates(rows, one.row));
          sequences.add(buffer, packetModel.tokens.encode(packet, rates.get(one.row), buffer), one.rank);
        }
        k += 1;
      }
    }
    return { sequences, reasons };
  }

  /** A score or a reason for each of the packets. */
  async function scorePackets(rows: FlowRows, wanted: readonly WantedPacket[], flows: number) {
    if (typeof model === 'string') return wanted.map(() => model);
    const { sequences, reasons } = await encode(rows, wanted, model);
    const left = Math.max(0, untilMs - clockMs());
    const options = {
      ...{ models: deps.models, signal, clockMs, lanes: deps.packetBudget.lanes, limits: batchLimits(model.metadata) },
      untilMs: clockMs() + left * (flows / Math.max(flowsLeft, flows, 1)),
    };
    const scores = (await scoreSequences(model, sequences, options)).values();
    return reasons.map((reason) => reason ?? scores.next().value ?? ('deadline' as const));
  }

  async function scoreOrLeave(rows: FlowRows, wanted: readonly WantedPacket[], flows: number) {
    const known = failure;
    if (known !== undefined) return wanted.map(() => known);
    try {
      return await scorePackets(rows, wanted, flows);
    } catch (error) {
      const reason = leftOut(error, scope.isLastTry);
      if (reason === undefined) throw error;
      failure = reason;
      deps.log.error({ err: error }, LEFT_OUT_WORDS[reason]);
      return wanted.map(() => reason);
    }
  }

  async function scoreBlock(rows: FlowRows, own: readonly number[], isDetection: (row: number) => boolean) {
    const reasonsOf = new Map<number, Set<NotScoredReason>>(own.map((row) => [row, new Set()]));
    const wanted: WantedPacket[] = [];
    const leave = (row: number, reason: NotScoredReason, packets: number): void => {
      count(reason, packets);
      if (packets > 0) reasonsOf.get(row)?.add(reason);
    };
    for (const row of own) {
      const outOfScope = flowOutOfScope(rows.columns.protocol[row] ?? 0, rows.columns.ipVersion[row] ?? 0);
      const { packets, payloadPackets } = packetsOf(rows, row);
      const absent = typeof model === 'string' ? model : outOfScope;
      if (absent !== undefined) {
        leave(row, absent, packets);
        continue;
      }
      leave(row, 'no-payload', packets - payloadPackets);
      const heads = wantedOf(rows, row, deps.packetBudget.packets, isDetection(row) ? 0 : RANK_WITHOUT_DETECTION);
      leave(row, 'sampled', payloadPackets - heads.length);
      wanted.push(...heads);
    }
    wanted.sort((a, b) => a.record - b.record);
    const scores = wanted.length === 0 ? [] : await scoreOrLeave(rows, wanted, own.length);
    flowsLeft -= own.length;

    const probabilities = new Map<number, Float32Array[]>();
    for (const [k, { row }] of wanted.entries()) {
      const score = scores[k] ?? 'deadline';
      if (typeof score === 'string') {
        leave(row, score, 1);
        continue;
      }
      scored += 1;
      const ofFlow = probabilities.get(row);
      if (ofFlow === undefined) probabilities.set(row, [score]);
      else ofFlow.push(score);
    }
    return own.map((row): [number, FlowPacketVerdict] => [
      row,
      { verdict: packetModelVerdict(probabilities.get(row) ?? []), notScored: [...(reasonsOf.get(row) ?? [])] },
    ]);
  }

  return {
    tally: () => ({ scored, notScored }),
    score: async (rows, from, verdicts) => {
      const own = verdicts.map((_, k) => from + k).filter((row) => rows.columns.firstChunk[row] === message.chunk);
      const isDetection = (row: number): boolean => verdicts[row - from]?.detection === true;
      const found = new Map<number, FlowPacketVerdict>();
      for (let at = 0; at < own.length; at += BLOCK_FLOWS) {
        for (const [row, verdict] of await scoreBlock(rows, own.slice(at, at + BLOCK_FLOWS), isDetection)) {
          found.set(row, verdict);
        }
      }
      return found;
    },
  };
}

function packetsOf({ columns }: FlowRows, row: number) {
  const packets = (columns.sourcePackets[row] ?? 0) + (columns.destinationPackets[row] ?? 0);
  const payloadPackets = (columns.sourcePayloadPackets[row] ?? 0) + (columns.destinationPayloadPackets[row] ?? 0);
  return { packets, payloadPackets };
}

/** The first payload packets of each direction. */
function wantedOf({ columns }: FlowRows, row: number, most: number, rank: number): readonly WantedPacket[] {
  return SIDES.flatMap((side) =>
    HEADS.slice(0, most).flatMap((k) => {
      const record = columns[`${side}PayloadRecord${k}`][row] ?? -1;
      return record < 0 ? [] : [{ row, record, rank: rank + k }];
    }),
  );
}

const LEFT_OUT_WORDS = {
  'model-mismatch': 'the packet model is not the one expected: the packets of this chunk are left out',
  'model-unavailable': 'the packet model does not answer: the packets of this chunk are left out',
} as const satisfies Partial<Record<NotScoredReason, string>>;

/**
 * The packet model's word is a hint: where the server has another model under its name, or gives no answer to the last,
 * the chunk goes on without it. Undefined: the message is to come again.
 */
function leftOut(error: unknown, isLastTry: boolean): keyof typeof LEFT_OUT_WORDS | undefined {
  if (!(error instanceof PipelineError)) return undefined;
  if (error.code === 'model-mismatch') return 'model-mismatch';
  return error.code === 'model-unavailable' && isLastTry ? 'model-unavailable' : undefined;
}
