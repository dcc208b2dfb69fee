// support: detections as rows and verdicts, from a few named values.

import type { Label } from '../../lib/detection/labels.ts';
import type { FlowVerdict, Reason } from '../../lib/detection/verdict.ts';
import { type FlowValues, flowRows, ipv4 } from './flow-rows.ts';

/** One flow that a model takes for an attack (or, as Normal, for none). */
export interface Detection {
  readonly record: number;
  readonly label: Label;
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly score: number;
  readonly bytes: number;
  readonly reasons: readonly Reason[];
}

export const SCAN: Detection = {
  record: 0,
  label: 'Port Scan',
  source: '10.0.0.1',
  destination: '10.0.0.2',
  port: 80,
  startSeconds: 1_700_000_000,
  endSeconds: 1_700_000_001,
  score: 0.9,
  bytes: 60,
  reasons: [],
};

function valuesOf(detection: Detection): FlowValues {
  return {
    record: detection.record,
    source: ipv4(detection.source),
    destination: ipv4(detection.destination),
    destinationPort: detection.port,
    startSeconds: detection.startSeconds,
    endSeconds: detection.endSeconds,
    sourcePackets: 1,
    sourceBytes: detection.bytes,
  };
}

export function detectionRows(detections: readonly Detection[]) {
  return flowRows(detections.map(valuesOf));
}

export function verdictOf({ label, score, reasons }: Detection): FlowVerdict {
  return {
    label,
    score,
    detection: label !== 'Normal',
    anomaly: 0.5,
    reasons,
    model: 'flow_net',
    modelVersion: '1',
  };
}
