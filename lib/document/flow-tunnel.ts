// document: the tunnel that a flow lies in.

import { TUNNEL_TYPES } from '../decode/packet.ts';
import type { FlowRows } from '../flow/flow-fields.ts';
import { formatAddress } from './address-text.ts';
import { bytesAt, valueAt } from './flow-side.ts';

export interface FlowTunnel {
  readonly type: string | undefined;
  readonly id: number | undefined;
  readonly depth: number;
  readonly source: { readonly ip: string } | undefined;
  readonly destination: { readonly ip: string } | undefined;
}

/** Undefined for a flow in no tunnel. */
export function flowTunnel({ columns }: FlowRows, i: number): FlowTunnel | undefined {
  const depth = valueAt(columns.tunnelDepth, i);
  if (depth === 0) return undefined;
  const id = valueAt(columns.tunnelId, i);
  return {
    type: TUNNEL_TYPES[valueAt(columns.tunnelType, i)],
    id: id < 0 ? undefined : id,
    depth,
    source: endpoint(bytesAt(columns.tunnelSource, i)),
    destination: endpoint(bytesAt(columns.tunnelDestination, i)),
  };
}

function endpoint(address: Uint8Array): { readonly ip: string } | undefined {
  if (address.length === 0) return undefined;
  return { ip: formatAddress(isMapped(address) ? 4 : 6, address, 0) };
}

/** `::ffff:a.b.c.d`: the outer packet is IPv4. */
function isMapped(address: Uint8Array): boolean {
  return address.subarray(0, 10).every((byte) => byte === 0) && address[10] === 0xff && address[11] === 0xff;
}
