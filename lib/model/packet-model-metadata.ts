// model: what stands beside a packet model's file (model.json, written by triton/export): what it is and what it takes.

import { z } from 'zod';
import { LABELS } from '../detection/labels.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { MAX_SEQUENCE_TOKENS } from './packet-tokens.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Other members (parity, tools) tell people how the file was made. */
export const packetModelMetadataSchema = z.looseObject({
  kind: z.literal('packet'),
  model: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  version: z.string().regex(/^\d{1,9}$/),
  precision: z.enum(['fp32', 'fp16', 'int8']),
  maxTokens: z.literal(MAX_SEQUENCE_TOKENS),
  /** The input line has digits and dashes only: nothing to make lower. */
  lowerCase: z.boolean(),
  /** Column order of the output. */
  labels: z.array(z.enum(LABELS)),
  inputs: z.tuple([z.literal('input_ids'), z.literal('attention_mask')]),
  output: z.literal('logits'),
  /** Of model.onnx and vocab.txt: other files under these names are refused. */
  sha256,
  vocabularySha256: sha256,
});
export type PacketModelMetadata = z.infer<typeof packetModelMetadataSchema>;

/**
 * Read model.json.
 * @throws PipelineError `model-mismatch` when it fits no schema or its labels are not ours.
 */
export function parsePacketModelMetadata(value: unknown): PacketModelMetadata {
  const result = packetModelMetadataSchema.safeParse(value);
  if (!result.success) throw mismatch(z.prettifyError(result.error));
  const { labels } = result.data;
  if (labels.length !== LABELS.length) throw mismatch(`${labels.length} labels, not ${LABELS.length}`);
  const at = LABELS.findIndex((label, index) => label !== labels[index]);
  if (at >= 0) throw mismatch(`label ${at} is ${labels[at]}, not ${LABELS[at]}`);
  return result.data;
}

function mismatch(message: string): PipelineError {
  return new PipelineError('model-mismatch', `packet model's model.json: ${message}`, { permanent: false });
}
