// flow: an ending flow as the application layer is given it.

import type { Conversation, SideHead } from '../app/conversation.ts';
import { CELL, cell, SIDE, sideBase } from './flow-cells.ts';
import type { FlowTable } from './flow-table.ts';
import type { StreamHeads } from './stream-heads.ts';

const PROTOCOL_TCP = 6;
const PROTOCOL_UDP = 17;

/** Undefined where the flow's transport carries no conversation, or no bytes are kept of any; valid until its release. */
export function flowConversation(table: FlowTable, slot: number): Conversation | undefined {
  const { streams } = table;
  const page = table.cells.page(slot);
  const base = table.cells.base(slot);
  const protocol = cell(page, base + CELL.protocol);
  if (streams === undefined || (protocol !== PROTOCOL_TCP && protocol !== PROTOCOL_UDP)) return undefined;
  const isStream = protocol === PROTOCOL_TCP;
  const client = sideHead(streams, page, base, 0, isStream);
  const server = sideHead(streams, page, base, 1, isStream);
  if (client.pieces.length === 0 && server.pieces.length === 0) return undefined;
  return { transport: isStream ? 'tcp' : 'udp', client, server };
}

function sideHead(
  streams: StreamHeads,
  page: Float64Array,
  base: number,
  direction: 0 | 1,
  isStream: boolean,
): SideHead {
  const side = sideBase(base, direction);
  const port = cell(page, base + (direction === 0 ? CELL.sourcePort : CELL.destinationPort));
  const kept = cell(page, side + SIDE.streamLength);
  if (kept === 0) return { port, pieces: [], isWhole: true };
  return {
    port,
    pieces: isStream ? [streams.head(page, side, direction)] : streams.datagrams(page, side, direction),
    isWhole: kept >= cell(page, side + SIDE.payloadBytes),
  };
}
