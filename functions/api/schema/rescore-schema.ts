// api: a request to score a dump once more, and what a dump says of it.

import { z } from 'zod';
import { comparisonSchema, modelChoiceSchema, rescoredSchema, rescoringSchema } from '../../../lib/dump/rescoring.ts';

const reference = z.string().min(1).max(100);

export const rescoreBody = z
  .strictObject({
    model: reference.optional().meta({
      description:
        'NAME or NAME:VERSION of an installed model; the server knows its kind. Without a version the highest.',
      example: 'flow_net:2',
    }),
    models: z
      .strictObject({ flow: reference.optional(), packet: reference.optional() })
      .optional()
      .meta({ description: 'Models by kind, instead of `model`; a kind that is not named keeps the one it has.' }),
  })
  .meta({ id: 'Rescore' });
export type RescoreBody = z.infer<typeof rescoreBody>;

export const rescoreStartedSchema = z
  .strictObject({
    run: z
      .int()
      .meta({ description: 'Number of the scoring; `rescoring.run` of the dump until it is whole, then `run`.' }),
    models: modelChoiceSchema,
  })
  .meta({ id: 'RescoreStarted' });

export const rescoringViewSchema = rescoringSchema
  .extend({ inferred: z.int().meta({ description: 'Chunks scored so far, of `progress.chunks`.' }) })
  .meta({
    id: 'Rescoring',
    description: 'A scoring whose results are not all there yet; searches see the one before.',
  });

export const rescoredViewSchema = rescoredSchema
  .omit({ promotedBy: true })
  .extend({ comparison: comparisonSchema.optional().meta({ description: 'Flows by `<model>: <from> → <to>`.' }) })
  .meta({
    id: 'Rescored',
    description: 'The last rescore and what it changed; `finishedAt` when the dump was ready again.',
  });
