// flow: an ending flow as the application layer is given it.

import type { Conversation, SideHead } from '../app/conversation.ts';
import { CELL, cell, SIDE, sideBase } from './flow-cells.ts';
import type { FlowTable } from './flow-table.ts';

const PROTOCOL_TCP = 6;
const PROTOCOL_UDP = 17;

/** Undefined where the flow's transport carries no conversation, or no bytes are kept of any. */
export function flowConversation(table: FlowTable, slot: number): Conversation | undefined {
  const { streams } = table;
  const page = table.cells.page(slot);
  const base = table.cells.base(slot);
  const protocol = cell(page, base + CELL.protocol);
  if (streams === undefined || (protocol !== PROTOCOL_TCP && protocol !== PROTOCOL_UDP)) return undefined;
  const head = (direction: number, port: number): SideHead => {
    const side = sideBase(base, direction);
    if (cell(page, side + SIDE.streamLength) === 0) return { port, pieces: [], isWhole: true };
    const pieces = protocol === PROTOCOL_TCP ? [streams.stream(page, side)] : streams.datagrams(page, side);
    const kept = pieces.reduce((sum, { length }) => sum + length, 0);
    return { port, pieces, isWhole: kept >= cell(page, side + SIDE.payloadBytes) };
  };
  return {
    transport: protocol === PROTOCOL_TCP ? 'tcp' : 'udp',
    client: head(0, cell(page, base + CELL.sourcePort)),
    server: head(1, cell(page, base + CELL.destinationPort)),
  };
}
