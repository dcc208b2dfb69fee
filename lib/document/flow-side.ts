// document: one side of a flow: its addresses and counters, taken from the flow's row.

import type { FlowRows, VariableColumn } from '../flow/flow-fields.ts';
import { formatAddress, formatMac } from './address-text.ts';
import { hasPorts, TCP_PROTOCOL } from './network-name.ts';

export type Side = 'source' | 'destination';

export interface Endpoint {
  readonly ip: string;
  readonly port: number | undefined;
  readonly mac: string | undefined;
  readonly bytes: number;
  readonly packets: number;
}

export interface SideCounters {
  readonly payload_bytes: number;
  readonly payload_packets: number;
  readonly tcp_flags:
    | Readonly<Record<'fin' | 'syn' | 'rst' | 'psh' | 'ack' | 'urg' | 'ece' | 'cwr', number>>
    | undefined;
  readonly retransmissions: number | undefined;
  readonly window: number | undefined;
  readonly ttl: number | undefined;
  readonly tos: number | undefined;
  readonly packet_bytes_mean: number;
  readonly gap_mean: number;
}

type NumberColumn = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** Value of row i; rows are checked to be there by whoever walks them. */
export function valueAt(column: NumberColumn, i: number): number {
  return column[i] ?? 0;
}

/** Bytes of row i, a view. */
export function bytesAt(column: VariableColumn<Uint8Array>, i: number): Uint8Array {
  return column.values.subarray(column.offsets[i] ?? 0, column.offsets[i + 1] ?? 0);
}

function knownOrAbsent(value: number): number | undefined {
  return value < 0 ? undefined : value;
}

export function flowEndpoint({ columns }: FlowRows, i: number, side: Side): Endpoint {
  const mac = columns[`${side}Mac`];
  const macStart = valueAt(mac.offsets, i);
  return {
    ip: formatAddress(valueAt(columns.ipVersion, i), columns[side].values, valueAt(columns[side].offsets, i)),
    port: hasPorts(valueAt(columns.protocol, i)) ? valueAt(columns[`${side}Port`], i) : undefined,
    mac: valueAt(mac.offsets, i + 1) - macStart === 6 ? formatMac(mac.values, macStart) : undefined,
    bytes: valueAt(columns[`${side}Bytes`], i),
    packets: valueAt(columns[`${side}Packets`], i),
  };
}

export function sideCounters({ columns }: FlowRows, i: number, side: Side): SideCounters {
  const isTcp = valueAt(columns.protocol, i) === TCP_PROTOCOL;
  return {
    payload_bytes: valueAt(columns[`${side}PayloadBytes`], i),
    payload_packets: valueAt(columns[`${side}PayloadPackets`], i),
    tcp_flags: isTcp
      ? {
          fin: valueAt(columns[`${side}Fin`], i),
          syn: valueAt(columns[`${side}Syn`], i),
          rst: valueAt(columns[`${side}Rst`], i),
          psh: valueAt(columns[`${side}Psh`], i),
          ack: valueAt(columns[`${side}Ack`], i),
          urg: valueAt(columns[`${side}Urg`], i),
          ece: valueAt(columns[`${side}Ece`], i),
          cwr: valueAt(columns[`${side}Cwr`], i),
        }
      : undefined,
    retransmissions: isTcp ? valueAt(columns[`${side}Retransmissions`], i) : undefined,
    window: isTcp ? knownOrAbsent(valueAt(columns[`${side}FirstWindow`], i)) : undefined,
    ttl: knownOrAbsent(valueAt(columns[`${side}FirstTtl`], i)),
    tos: knownOrAbsent(valueAt(columns[`${side}FirstTos`], i)),
    packet_bytes_mean: valueAt(columns[`${side}SizeMean`], i),
    gap_mean: valueAt(columns[`${side}GapMean`], i),
  };
}

/** The kept starts of a side's first payload packets, as views. */
export function sidePayload({ columns }: FlowRows, i: number, side: Side): readonly Uint8Array[] {
  return ([0, 1, 2] as const)
    .filter((number) => valueAt(columns[`${side}PayloadRecord${number}`], i) >= 0)
    .map((number) => bytesAt(columns[`${side}Payload${number}`], i));
}
