// chunk: which columns a column object holds, in words that stand in it: a reader refuses any other schema or version.

import { FLOW_SCHEMA_VERSION } from '../flow/flow-fields.ts';
import { RECORD_SCHEMA_VERSION } from './record-fields.ts';

export const RECORD_METADATA = { schema: 'records', version: RECORD_SCHEMA_VERSION } as const;
export const FLOW_METADATA = { schema: 'flows', version: FLOW_SCHEMA_VERSION } as const;
