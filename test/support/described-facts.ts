// support: whether facts of an application protocol have only members that the flow documents' field table describes.

import { APPLICATION_FIELDS } from '../../lib/document/application-fields.ts';
import { field, REQUIRED } from '../../lib/document/field.ts';
import { PROTOCOL_FIELDS } from '../../lib/document/protocol-fields.ts';
import { documentChecker } from './document-faults.ts';

/** What is wrong with them; undefined where nothing is. */
export const undescribedFacts = documentChecker({
  'network.protocol': field('keyword', 'Application protocol', 'http', REQUIRED),
  ...APPLICATION_FIELDS,
  ...PROTOCOL_FIELDS,
});
