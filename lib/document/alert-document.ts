// document: an alert as an ECS document.

import type { Alert } from '../alert/alert.ts';
import { distinctCountText } from '../alert/distinct-sketch.ts';
import type { ALERT_DOCUMENT_FIELDS } from './alert-document-fields.ts';
import { type DocumentContext, dumpReference, ECS, eventHeader } from './document-context.ts';
import { OUT_OF_RANGE_TAG } from './document-time.ts';
import type { DocumentOf } from './document-type.ts';

/** Lowest risk of the steps medium, high and critical. */
const SEVERITY_STEPS = [40, 60, 80] as const;

export type AlertDocument = DocumentOf<typeof ALERT_DOCUMENT_FIELDS>;

/** 1 low, 2 medium, 3 high, 4 critical. */
export function severityOfRisk(riskScore: number): number {
  return 1 + SEVERITY_STEPS.filter((step) => riskScore >= step).length;
}

function threatFields({ technique }: Alert) {
  return (
    technique && {
      framework: 'MITRE ATT&CK',
      tactic: { id: technique.tacticId, name: technique.tactic },
      technique: { id: technique.techniqueId, name: technique.technique },
    }
  );
}

function alertFields(alert: Alert) {
  return {
    id: alert.id,
    flows: alert.flows,
    sources: alert.sources,
    destinations: alert.destinations,
    ports: alert.distinctPorts,
    first_record: alert.firstRecord,
    flow_ids: alert.flowIds,
    query: alert.query,
    evidence: alert.evidence,
    port_counts: alert.ports,
    reasons: alert.reasons,
    evidence_text: [...alert.evidence, ...alert.reasons].map(({ text }) => text),
  };
}

function sideText(side: string | null, count: number, noun: string): string {
  return side ?? `${distinctCountText(count)} ${noun}`;
}

/** `Port Scan from 10.0.0.5 to 10.0.0.9: 142 flows, risk 74`. */
export function alertSentence(alert: Alert): string {
  const source = sideText(alert.source, alert.sources, 'sources');
  const destination = sideText(alert.destination, alert.destinations, 'hosts');
  const flows = `${alert.flows.toLocaleString('en-US')} flow${alert.flows === 1 ? '' : 's'}`;
  return `${alert.label} from ${source} to ${destination}: ${flows}, risk ${alert.riskScore}`;
}

/** `flow_net/port-scan`. */
function ruleId(label: string): string {
  return `flow_net/${label.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
}

export function alertDocument(alert: Alert, context: DocumentContext): AlertDocument {
  const ips = [alert.source, alert.destination].filter((ip) => ip !== null);
  const ports = alert.ports.map(([port]) => port);
  const hasDestination = alert.destination !== null || ports.length > 0;
  return {
    '@timestamp': alert.firstSeen ?? context.ingested,
    ecs: ECS,
    tags: alert.firstSeen === undefined || alert.lastSeen === undefined ? [OUT_OF_RANGE_TAG] : undefined,
    message: alertSentence(alert),
    event: {
      ...eventHeader('alerts', alert.id, context.ingested),
      start: alert.firstSeen,
      end: alert.lastSeen,
      duration: alert.durationNs,
      severity: severityOfRisk(alert.riskScore),
      risk_score: alert.riskScore,
    },
    source: alert.source === null ? undefined : { ip: alert.source },
    destination: hasDestination
      ? { ip: alert.destination ?? undefined, port: ports.length === 0 ? undefined : ports }
      : undefined,
    network: { transport: alert.transports, bytes: alert.bytes, packets: alert.packets },
    related: ips.length === 0 ? undefined : { ip: [...new Set(ips)] },
    rule: { id: ruleId(alert.label), name: alert.label },
    threat: threatFields(alert),
    smartids: {
      dump: dumpReference(context),
      run: context.run,
      label: alert.label,
      score: alert.score,
      alert: alertFields(alert),
    },
  };
}
