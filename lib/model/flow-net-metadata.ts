// model: what stands beside flow_net's model file: its features, thresholds, and what training found out about them.

import { z } from 'zod';
import { LABELS } from '../detection/labels.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { FLOW_NET_FEATURE_VERSION, FLOW_NET_FEATURES } from './flow-net-features.ts';
import { MODEL_NAME, MODEL_VERSION } from './model-reference.ts';

const label = z.enum(LABELS);

/** Quantiles of a feature among training's Normal flows: 0.1, 1, 5, 50, 95, 99 and 99.9 %. */
export const NORMAL_QUANTILES = [0.001, 0.01, 0.05, 0.5, 0.95, 0.99, 0.999] as const;

/**
 * One behaviour, written by hand: where all its conditions hold, the graph adds `weight` to the label's log-odds. Values and
 * thresholds are compared as float32, as the graph does.
 */
export const detectorSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  label,
  weight: z.number(),
  all: z.array(z.tuple([z.string(), z.enum(['>', '<=']), z.number()])).min(1),
});
export type Detector = z.infer<typeof detectorSchema>;

export const flowNetMetadataSchema = z.strictObject({
  model: z.string().regex(MODEL_NAME),
  version: z.string().regex(MODEL_VERSION),
  featureVersion: z.int().min(1),
  features: z.array(z.string()),
  /** Of model.onnx: another file under this name is refused by whoever reads both. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Column order of `probabilities`. */
  labels: z.array(label),
  /** Labels the model may give, Normal among them; it never saw enough of the others. */
  claimed: z.array(label).min(2),
  /** A flow of this label is a detection from this probability on. */
  thresholds: z.partialRecord(label, z.number().min(0).max(1)),
  /** Share of the label among training's flows. */
  priors: z.partialRecord(label, z.number().min(0).max(1)),
  /** Per label: features that spoke for it in training, with the mean of what they added to its log-odds. */
  importances: z.partialRecord(label, z.array(z.tuple([z.string(), z.number().min(0)]))),
  /** The graph's first layer, as data: the graph has it inside, here it only tells reasons. */
  detectors: z.array(detectorSchema),
  /** Per feature, in the features' order: NORMAL_QUANTILES. */
  normalQuantiles: z.array(z.array(z.number()).length(NORMAL_QUANTILES.length)),
});
export type FlowNetMetadata = z.infer<typeof flowNetMetadataSchema>;

/**
 * Read features.json.
 * @throws PipelineError `model-mismatch` when it fits no schema, or was made with other features than this code computes.
 */
export function parseFlowNetMetadata(value: unknown): FlowNetMetadata {
  const result = flowNetMetadataSchema.safeParse(value);
  if (!result.success) throw mismatch(z.prettifyError(result.error));
  const metadata = result.data;
  if (metadata.featureVersion !== FLOW_NET_FEATURE_VERSION) {
    throw mismatch(`feature version ${metadata.featureVersion}; this code computes ${FLOW_NET_FEATURE_VERSION}`);
  }
  const { features, normalQuantiles, labels } = metadata;
  if (features.length !== FLOW_NET_FEATURES.length || normalQuantiles.length !== features.length) {
    throw mismatch(`${features.length} features; this code computes ${FLOW_NET_FEATURES.length}`);
  }
  const at = features.findIndex((name, index) => name !== FLOW_NET_FEATURES[index]);
  if (at >= 0) throw mismatch(`feature ${at} is ${features[at]}; this code computes ${FLOW_NET_FEATURES[at]}`);
  if (labels.length !== LABELS.length || labels.some((name, index) => name !== LABELS[index])) {
    throw mismatch('labels are not the 24 in their order');
  }
  const known = new Set(features);
  for (const { name, all } of metadata.detectors) {
    const unknown = all.find(([feature]) => !known.has(feature));
    if (unknown !== undefined) throw mismatch(`detector ${name} asks for ${unknown[0]}, which is no feature`);
  }
  return metadata;
}

function mismatch(message: string): PipelineError {
  return new PipelineError('model-mismatch', `flow_net features.json: ${message}`, { permanent: false });
}
