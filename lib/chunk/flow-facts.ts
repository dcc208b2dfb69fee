// chunk: what the application layer says of an ending flow, as it stands in the flow's row.

import { dissect } from '../app/dissect.ts';
import { flowConversation } from '../flow/flow-conversation.ts';
import type { FlowTable } from '../flow/flow-table.ts';
import { MAX_FACTS_BYTES } from '../flow/limits.ts';

const NOTHING = new Uint8Array();
const ENCODER = new TextEncoder();

/** JSON in UTF-8; of facts that are too long only the protocol. Empty where nothing is known. */
export function flowFacts(table: FlowTable, slot: number): Uint8Array {
  const conversation = flowConversation(table, slot);
  const facts = conversation && dissect(conversation);
  if (facts === undefined) return NOTHING;
  const bytes = ENCODER.encode(JSON.stringify(facts));
  if (bytes.length <= MAX_FACTS_BYTES) return bytes;
  return ENCODER.encode(JSON.stringify({ network: { protocol: facts.network.protocol } }));
}
