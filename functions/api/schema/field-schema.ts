// api: the fields a search may name, as the reply carries them.

import { z } from 'zod';
import { FIELD_TYPES } from '../../../lib/document/field.ts';

export const fieldListSchema = z
  .strictObject({
    fields: z.array(
      z.strictObject({
        name: z.string().meta({ description: 'As a query writes it.' }),
        type: z.enum(FIELD_TYPES).meta({ description: "The index's type; `stored`: returned, not searched." }),
        about: z.string(),
        example: z.union([z.string(), z.number(), z.boolean()]),
        many: z.boolean().meta({ description: 'A document may have several values.' }),
        values: z.array(z.string()).optional().meta({ description: 'All values there are, where they are few.' }),
        aliasOf: z.string().optional().meta({ description: "The field that this other tool's name stands for." }),
      }),
    ),
  })
  .meta({ id: 'FieldList' });
export type FieldList = z.infer<typeof fieldListSchema>;
