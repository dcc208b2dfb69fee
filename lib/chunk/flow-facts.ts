// chunk: what the application layer says of an ending flow, as it stands in the flow's row.

import { writeFacts } from '../app/dissect.ts';
import { JsonWriter } from '../app/json-writer.ts';
import { flowConversation } from '../flow/flow-conversation.ts';
import { type FlowRow, writeApplication } from '../flow/flow-row.ts';
import type { FlowTable } from '../flow/flow-table.ts';
import { MAX_FACTS_BYTES } from '../flow/limits.ts';

const JSON_WRITER = new JsonWriter(MAX_FACTS_BYTES);

/** Writes them as JSON in UTF-8; of facts that are too long only the protocol, nothing where nothing is known. */
export function writeFlowFacts(row: FlowRow, table: FlowTable, slot: number): void {
  const conversation = flowConversation(table, slot);
  if (conversation === undefined || !writeFacts(conversation, JSON_WRITER)) return;
  writeApplication(row, JSON_WRITER.bytes, JSON_WRITER.length);
}
