// document: a flow's row and verdict as one ECS document.

import type { PacketModelVerdict } from '../detection/packet-verdict.ts';
import type { FlowVerdict } from '../detection/verdict.ts';
import { END_REASONS, type FlowRows, TCP_STATES } from '../flow/flow-fields.ts';
import { flowRates } from '../flow/flow-rates.ts';
import { communityId } from './community-id.ts';
import { type DocumentContext, dumpReference, ECS, eventHeader } from './document-context.ts';
import { flowDocumentId } from './document-id.ts';
import { durationNanoseconds, formatTime, OUT_OF_RANGE_TAG } from './document-time.ts';
import type { DocumentOf } from './document-type.ts';
import { flowApplication, relatedHosts, relatedUsers } from './flow-application.ts';
import type { FLOW_DOCUMENT_FIELDS } from './flow-document-fields.ts';
import { bytesAt, flowEndpoint, sideCounters, sidePayload, valueAt } from './flow-side.ts';
import { flowStatistics } from './flow-statistics.ts';
import { flowTunnel } from './flow-tunnel.ts';
import { networkType, transportName } from './network-name.ts';
import { payloadText } from './payload-text.ts';

/** On flows that no model looked at. */
export const NOT_SCORED_TAG = 'not-scored';

/** What the packet model says of the flow's packets, and why it says nothing of some. */
export interface FlowPacketVerdict {
  readonly verdict: PacketModelVerdict | undefined;
  readonly notScored: readonly string[];
}

/** As it is written to the results object: members that are undefined are absent there. */
export type FlowDocument = DocumentOf<typeof FLOW_DOCUMENT_FIELDS>;

function moment({ columns }: FlowRows, i: number, which: 'start' | 'end') {
  return {
    seconds: valueAt(columns[`${which}Seconds`], i),
    nanoseconds: valueAt(columns[`${which}Nanoseconds`], i),
  };
}

function networkFields({ columns }: FlowRows, i: number, application: string | undefined) {
  const ipVersion = valueAt(columns.ipVersion, i);
  const protocol = valueAt(columns.protocol, i);
  const vlan = valueAt(columns.vlan, i);
  return {
    transport: transportName(protocol),
    iana_number: String(protocol),
    type: networkType(ipVersion),
    protocol: application,
    bytes: valueAt(columns.sourceBytes, i) + valueAt(columns.destinationBytes, i),
    packets: valueAt(columns.sourcePackets, i) + valueAt(columns.destinationPackets, i),
    community_id: communityId({
      ipVersion,
      protocol,
      source: bytesAt(columns.source, i),
      destination: bytesAt(columns.destination, i),
      sourcePort: valueAt(columns.sourcePort, i),
      destinationPort: valueAt(columns.destinationPort, i),
      icmpType: Math.max(0, valueAt(columns.icmpType, i)),
      icmpCode: Math.max(0, valueAt(columns.icmpCode, i)),
    }),
    vlan: vlan < 0 ? undefined : { id: String(vlan) },
  };
}

function flowFields(rows: FlowRows, i: number, id: string, isDetection: boolean) {
  const { columns } = rows;
  const icmpType = valueAt(columns.icmpType, i);
  const start = moment(rows, i, 'start');
  const end = moment(rows, i, 'end');
  return {
    id,
    first_record: valueAt(columns.record, i),
    last_record: valueAt(columns.lastRecord, i),
    records: valueAt(columns.records, i),
    part: valueAt(columns.part, i),
    state: TCP_STATES[valueAt(columns.tcpState, i)],
    end_reason: END_REASONS[valueAt(columns.endReason, i)],
    interface: valueAt(columns.interfaceId, i),
    unreachable: valueAt(columns.icmpUnreachable, i) === 1 ? true : undefined,
    icmp: icmpType < 0 ? undefined : { type: icmpType, code: valueAt(columns.icmpCode, i) },
    chunks: { first: valueAt(columns.firstChunk, i), last: valueAt(columns.lastChunk, i) },
    start_seconds: formatTime(start) === undefined ? start.seconds : undefined,
    end_seconds: formatTime(end) === undefined ? end.seconds : undefined,
    source: sideCounters(rows, i, 'source'),
    destination: sideCounters(rows, i, 'destination'),
    rates: ratesFields(rows, i),
    tunnel: flowTunnel(rows, i),
    statistics: flowStatistics(rows, i, isDetection),
  };
}

function ratesFields(rows: FlowRows, i: number) {
  const rates = flowRates(rows, i);
  return (
    rates && {
      source_packets: rates.sourcePacketsPerSecond,
      destination_packets: rates.destinationPacketsPerSecond,
      payload_bytes: rates.payloadBytesPerSecond,
    }
  );
}

function verdictFields(verdict: FlowVerdict | undefined) {
  const reasons = verdict?.reasons ?? [];
  return {
    label: verdict?.label,
    score: verdict?.score,
    detection: verdict?.detection,
    anomaly: verdict?.anomaly,
    reasons:
      reasons.length === 0
        ? undefined
        : {
            text: reasons.map(({ text }) => text),
            feature: reasons.flatMap(({ feature, also = [] }) => [feature, ...also.map((one) => one.feature)]),
            value: reasons.flatMap(({ value, also = [] }) => [value, ...also.map((one) => one.value)]),
          },
    model: verdict && { name: verdict.model, version: verdict.modelVersion },
  };
}

function packetModelFields(packets: FlowPacketVerdict | undefined) {
  if (packets === undefined) return undefined;
  const { verdict, notScored } = packets;
  return {
    label: verdict?.label,
    score: verdict?.score,
    packets_scored: verdict?.packetsScored,
    not_scored: notScored.length === 0 ? undefined : notScored,
  };
}

/** The document of row `i`; `verdict` undefined where the flow was not scored. */
export function flowDocument(
  rows: FlowRows,
  i: number,
  context: DocumentContext,
  verdict: FlowVerdict | undefined,
  packets?: FlowPacketVerdict,
): FlowDocument {
  const { columns } = rows;
  const id = flowDocumentId(context, valueAt(columns.record, i));
  const start = formatTime(moment(rows, i, 'start'));
  const end = formatTime(moment(rows, i, 'end'));
  const source = flowEndpoint(rows, i, 'source');
  const destination = flowEndpoint(rows, i, 'destination');
  const sourceText = payloadText(sidePayload(rows, i, 'source'));
  const destinationText = payloadText(sidePayload(rows, i, 'destination'));
  const { network: application, smartids: ownFacts, ...facts } = flowApplication(rows, i);
  const tags = [
    ...(start === undefined || end === undefined ? [OUT_OF_RANGE_TAG] : []),
    ...(verdict === undefined ? [NOT_SCORED_TAG] : []),
  ];
  return {
    '@timestamp': start ?? context.ingested,
    ecs: ECS,
    tags: tags.length === 0 ? undefined : tags,
    event: {
      ...eventHeader('flows', id, context.ingested),
      start,
      end,
      duration: durationNanoseconds(moment(rows, i, 'start'), moment(rows, i, 'end')),
    },
    source,
    destination,
    network: networkFields(rows, i, application?.protocol),
    related: {
      ip: source.ip === destination.ip ? [source.ip] : [source.ip, destination.ip],
      hosts: relatedHosts(facts),
      user: relatedUsers(facts),
    },
    ...facts,
    smartids: {
      ...ownFacts,
      dump: dumpReference(context),
      run: context.run,
      flow: flowFields(rows, i, id, verdict?.detection === true),
      payload:
        sourceText === undefined && destinationText === undefined
          ? undefined
          : { source: sourceText, destination: destinationText },
      ...verdictFields(verdict),
      packet_model: packetModelFields(packets),
    },
  };
}
