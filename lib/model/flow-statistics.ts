// model: features from a flow's counters: volume, rates, shares, TCP flags and state, sizes and gaps.

import { TCP_STATES } from '../flow/flow-fields.ts';
import type { FeatureGroup, FeatureWriter, FlowColumns } from './feature-group.ts';

const ICMP_PROTOCOLS: readonly number[] = [1, 58];
const TCP = 6;
const UDP = 17;

/** Payload sizes and gaps kept of the flow's first packets: more of them told nothing in training. */
const FIRST_SIZES = 8;
const FIRST_GAPS = 6;

const FLAGS = ['Fin', 'Syn', 'Rst', 'Psh', 'Ack', 'Urg'] as const;
const SPREAD = ['SizeMin', 'SizeMax', 'SizeMean', 'SizeStd', 'GapMin', 'GapMax', 'GapMean', 'GapStd'] as const;
const FLOW_SPREAD = ['sizeMin', 'sizeMax', 'sizeMean', 'sizeStd', 'gapMin', 'gapMax', 'gapMean', 'gapStd'] as const;
const VOLUME = ['Packets', 'Bytes', 'PayloadPackets', 'PayloadBytes'] as const;

/** Below this a flow's rates are counted over one millisecond, so that a burst in one tick of the clock has a finite rate. */
const SHORTEST_SECONDS = 0.001;

const SIDES = ['source', 'destination'] as const;

const names: readonly string[] = [
  ...['tcp', 'udp', 'icmp', 'icmpEcho', 'icmpUnreachable', 'ipv6', 'multicast', 'continued'],
  'durationSeconds',
  ...SIDES.flatMap((side) => VOLUME.map((field) => `${side}${field}`)),
  ...['sourcePacketShare', 'sourcePayloadShare', 'packetsPerSecond', 'bytesPerSecond', 'emptyPacketShare'],
  ...SIDES.flatMap((side) => FLAGS.map((flag) => `${side}${flag}Share`)),
  ...['sourceSyn', 'sourceRst', 'destinationRst'],
  ...SIDES.flatMap((side) => SPREAD.map((field) => `${side}${field}`)),
  ...FLOW_SPREAD,
  ...SIDES.map((side) => `${side}RetransmissionShare`),
  ...TCP_STATES.map((state) => `tcpState${state}`),
  ...Array.from({ length: FIRST_SIZES }, (_, k) => `firstSize${k}`),
  ...Array.from({ length: FIRST_GAPS }, (_, k) => `firstGap${k + 1}`),
];

function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

/** IPv4 224.0.0.0/4 and 255.255.255.255, IPv6 ff00::/8: a kind of conversation, not an identity. */
function isMulticast(address: Uint8Array, start: number, ipVersion: number): boolean {
  const first = ipVersion === 4 ? (address[start + 12] ?? 0) : (address[start] ?? 0);
  return ipVersion === 4 ? first >= 224 : first === 0xff;
}

function bind(columns: FlowColumns): FeatureWriter {
  const { protocol, ipVersion, icmpType, icmpUnreachable, destination, part, tcpState } = columns;
  const { startSeconds, startNanoseconds, endSeconds, endNanoseconds, firstSizes, firstGaps } = columns;
  const volume = SIDES.flatMap((side) => VOLUME.map((field) => columns[`${side}${field}`]));
  const flags = SIDES.map((side) => FLAGS.map((flag) => columns[`${side}${flag}`]));
  const spread = SIDES.flatMap((side) => SPREAD.map((field) => columns[`${side}${field}`]));
  const flowSpread = FLOW_SPREAD.map((field) => columns[field]);

  return (row, out, start) => {
    let at = start;
    const put = (value: number): void => {
      out[at] = value;
      at += 1;
    };
    const at0 = (column: { readonly [index: number]: number }): number => column[row] ?? 0;
    const proto = at0(protocol);
    const type = at0(icmpType);
    const isIcmp = ICMP_PROTOCOLS.includes(proto);
    put(proto === TCP ? 1 : 0);
    put(proto === UDP ? 1 : 0);
    put(isIcmp ? 1 : 0);
    put(isIcmp && (type === 8 || type === 128) ? 1 : 0);
    put(at0(icmpUnreachable));
    put(at0(ipVersion) === 6 ? 1 : 0);
    put(isMulticast(destination.values, destination.offsets[row] ?? 0, at0(ipVersion)) ? 1 : 0);
    put(at0(part) > 0 ? 1 : 0);

    const seconds = at0(endSeconds) - at0(startSeconds) + (at0(endNanoseconds) - at0(startNanoseconds)) / 1e9;
    const duration = Math.max(seconds, 0);
    put(duration);
    for (const column of volume) put(at0(column));

    const sourcePackets = at0(columns.sourcePackets);
    const destinationPackets = at0(columns.destinationPackets);
    const packets = sourcePackets + destinationPackets;
    const sourcePayload = at0(columns.sourcePayloadBytes);
    const rateSeconds = Math.max(duration, SHORTEST_SECONDS);
    const payloadPackets = at0(columns.sourcePayloadPackets) + at0(columns.destinationPayloadPackets);
    put(share(sourcePackets, packets));
    put(share(sourcePayload, sourcePayload + at0(columns.destinationPayloadBytes)));
    put(packets > 1 ? packets / rateSeconds : 0);
    put(packets > 1 ? (at0(columns.sourceBytes) + at0(columns.destinationBytes)) / rateSeconds : 0);
    put(share(packets - payloadPackets, packets));

    for (const [side, sideFlags] of flags.entries()) {
      for (const column of sideFlags) put(share(at0(column), side === 0 ? sourcePackets : destinationPackets));
    }
    put(at0(columns.sourceSyn));
    put(at0(columns.sourceRst));
    put(at0(columns.destinationRst));
    for (const column of spread) put(at0(column));
    for (const column of flowSpread) put(at0(column));
    put(share(at0(columns.sourceRetransmissions), sourcePackets));
    put(share(at0(columns.destinationRetransmissions), destinationPackets));

    const state = at0(tcpState);
    for (let code = 0; code < TCP_STATES.length; code += 1) put(state === code ? 1 : 0);

    const sizeStart = firstSizes.offsets[row] ?? 0;
    const sizeEnd = firstSizes.offsets[row + 1] ?? sizeStart;
    for (let k = 0; k < FIRST_SIZES; k += 1) put(sizeStart + k < sizeEnd ? (firstSizes.values[sizeStart + k] ?? 0) : 0);
    const gapStart = firstGaps.offsets[row] ?? 0;
    const gapEnd = firstGaps.offsets[row + 1] ?? gapStart;
    for (let k = 1; k <= FIRST_GAPS; k += 1) put(gapStart + k < gapEnd ? (firstGaps.values[gapStart + k] ?? 0) : -1);
  };
}

/** Volume, rates, TCP flags and state, packet sizes and gaps. */
export const FLOW_STATISTICS: FeatureGroup = { names, bind };
