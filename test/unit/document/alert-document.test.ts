// document: alerts as ECS documents.
import { describe, expect, it } from 'vitest';
import { alertOfGroup } from '../../../lib/alert/alert.ts';
import { groupOfDetection } from '../../../lib/alert/group-builder.ts';
import { alertDocument, severityOfRisk } from '../../../lib/document/alert-document.ts';
import { ALERT_DOCUMENT_FIELDS } from '../../../lib/document/alert-document-fields.ts';
import { CONTEXT } from '../../support/analysis.ts';
import { detectionRows, SCAN, verdictOf } from '../../support/detections.ts';
import { documentChecker } from '../../support/document-faults.ts';

const DETECTION = { ...SCAN, reasons: [{ feature: 'f', value: 1, text: '97 % unanswered' }] };
const GROUP = groupOfDetection(detectionRows([DETECTION]), 0, verdictOf(DETECTION));

describe('an alert document', () => {
  it('is an ECS alert with rule, risk and ATT&CK', () => {
    const alert = alertOfGroup(CONTEXT, GROUP);
    expect(alertDocument(alert, CONTEXT)).toMatchObject({
      '@timestamp': alert.firstSeen,
      message: `Port Scan from 10.0.0.1 to 10.0.0.2: 1 flow, risk ${alert.riskScore}`,
      event: { kind: 'alert', category: ['network', 'intrusion_detection'], id: alert.id, risk_score: alert.riskScore },
      rule: { id: 'flow_net/port-scan', name: 'Port Scan' },
      threat: { technique: { id: 'T1046' } },
      smartids: { alert: { flow_ids: alert.flowIds, query: alert.query } },
    });
  });

  it('leaves a collapsed side out and says how many there were', () => {
    const alert = alertOfGroup(CONTEXT, { ...GROUP, source: null, sources: 1500 });
    const document = alertDocument(alert, CONTEXT);
    expect(document.source).toBeUndefined();
    expect(document.message).toContain('from about 1,500 sources to 10.0.0.2');
  });

  it('has four steps of severity', () => {
    expect([0, 39, 40, 60, 80, 100].map(severityOfRisk)).toEqual([1, 1, 2, 3, 4, 4]);
  });

  it('has the members and types that its field table describes, and no other', () => {
    const odd = { ...GROUP, firstSeenNs: '-1', source: null };
    const documents = [GROUP, odd].map((group) => alertDocument(alertOfGroup(CONTEXT, group), CONTEXT));
    expect(documents.map(documentChecker(ALERT_DOCUMENT_FIELDS))).toEqual([undefined, undefined]);
  });
});
