// chunk: what the application layer says of an ending flow, as it stands in the flow's row.

import { writeFacts } from '../app/dissect.ts';
import { JsonWriter } from '../app/json-writer.ts';
import { flowConversation } from '../flow/flow-conversation.ts';
import type { FlowTable } from '../flow/flow-table.ts';
import { MAX_FACTS_BYTES } from '../flow/limits.ts';

const NOTHING = new Uint8Array();
const JSON_WRITER = new JsonWriter(MAX_FACTS_BYTES);

/** JSON in UTF-8, valid until the next call; of facts that are too long only the protocol. Empty where nothing is known. */
export function flowFacts(table: FlowTable, slot: number): Uint8Array {
  const conversation = flowConversation(table, slot);
  return conversation !== undefined && writeFacts(conversation, JSON_WRITER) ? JSON_WRITER.view() : NOTHING;
}
