// support: what is wrong with a document by the schema of its field table: members that no field describes, values of other types.

import { z } from 'zod';
import { documentSchema } from '../../lib/document/document-schema.ts';
import type { FieldTable } from '../../lib/document/field.ts';

/** Checks documents as they are stored: without members that are undefined. */
export function documentChecker(fields: FieldTable): (document: unknown) => string | undefined {
  const schema = documentSchema(fields, { others: 'refused' });
  return (document) => {
    const result = schema.safeParse(JSON.parse(JSON.stringify(document)));
    return result.success ? undefined : z.prettifyError(result.error);
  };
}
