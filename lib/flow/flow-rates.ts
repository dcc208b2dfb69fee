// flow: packets and bytes a second, as the corrected CICFlowMeter defines them (github.com/GintsEngelen/CICFlowMeter: "Fwd Packets/s", "Bwd Packets/s", "Flow Bytes/s").

import type { FlowRows } from './flow-fields.ts';

const MICROSECONDS = 1e6;

export interface FlowRates {
  readonly sourcePacketsPerSecond: number;
  readonly destinationPacketsPerSecond: number;
  /** Transport payload of both directions. */
  readonly payloadBytesPerSecond: number;
}

/**
 * Over the time from the flow's first packet to its last, in whole microseconds as that tool counts them.
 * Undefined where no time passes (the tool divides by 0 there).
 */
export function flowRates({ columns }: FlowRows, i: number): FlowRates | undefined {
  const microseconds =
    ((columns.endSeconds[i] ?? 0) - (columns.startSeconds[i] ?? 0)) * MICROSECONDS +
    Math.floor((columns.endNanoseconds[i] ?? 0) / 1000) -
    Math.floor((columns.startNanoseconds[i] ?? 0) / 1000);
  if (microseconds <= 0) return undefined;
  const seconds = microseconds / MICROSECONDS;
  return {
    sourcePacketsPerSecond: (columns.sourcePackets[i] ?? 0) / seconds,
    destinationPacketsPerSecond: (columns.destinationPackets[i] ?? 0) / seconds,
    payloadBytesPerSecond: ((columns.sourcePayloadBytes[i] ?? 0) + (columns.destinationPayloadBytes[i] ?? 0)) / seconds,
  };
}
