// document: flows as ECS documents.
import { describe, expect, it } from 'vitest';
import { dissect } from '../../../lib/app/dissect.ts';
import { type FlowDocument, flowDocument } from '../../../lib/document/flow-document.ts';
import { FLOW_DOCUMENT_FIELDS } from '../../../lib/document/flow-document-fields.ts';
import { CONTEXT } from '../../support/analysis.ts';
import { SCAN, verdictOf } from '../../support/detections.ts';
import { documentChecker } from '../../support/document-faults.ts';
import { type FlowValues, flowRows, ipv4 } from '../../support/flow-rows.ts';

const NO_PAYLOAD: FlowValues = {
  ...{ sourcePayloadRecord0: -1, sourcePayloadRecord1: -1, sourcePayloadRecord2: -1 },
  ...{ destinationPayloadRecord0: -1, destinationPayloadRecord1: -1, destinationPayloadRecord2: -1 },
};

/** One payload packet of each side. */
function payloads(source: string, destination: string): FlowValues {
  return {
    ...NO_PAYLOAD,
    sourcePayloadRecord0: 3,
    sourcePayload0: source,
    sourcePayloadLength0: source.length,
    destinationPayloadRecord0: 4,
    destinationPayload0: destination,
    destinationPayloadLength0: destination.length,
  };
}

function documentOf(values: FlowValues, verdict = verdictOf(SCAN)): FlowDocument {
  return flowDocument(flowRows([{ record: 7 }, { ...NO_PAYLOAD, ...values }]), 1, CONTEXT, verdict);
}

/** What split writes of a conversation with these first bytes. */
function application(transport: 'tcp' | 'udp', port: number, client: string, server: string): FlowValues {
  const head = (text: string) => ({ pieces: [new Uint8Array(Buffer.from(text, 'latin1'))], isWhole: true });
  const facts = dissect({ transport, client: { port: 40_000, ...head(client) }, server: { port, ...head(server) } });
  const protocol = transport === 'tcp' ? 6 : 17;
  return { ...NO_PAYLOAD, protocol, destinationPort: port, application: JSON.stringify(facts) };
}

const HTTP = application(
  'tcp',
  8080,
  'GET /a?b=c HTTP/1.1\r\nHost: www.example.org:8080\r\nUser-Agent: curl/8\r\n\r\n',
  'HTTP/1.1 404 Not Found\r\nContent-Type: text/html; charset=utf-8\r\n\r\n',
);

describe('a flow document', () => {
  it('carries the five-tuple, counters and times under ECS names', () => {
    const document = documentOf({
      record: 12,
      lastRecord: 99,
      startNanoseconds: 5,
      vlan: 100,
      source: ipv4('192.0.2.1'),
      sourceMac: Uint8Array.of(0, 0, 0x5e, 0, 0x53, 0x23),
      sourceBytes: 300,
      destinationBytes: 200,
      sourcePackets: 3,
      destinationPackets: 2,
    });
    expect(document).toMatchObject({
      '@timestamp': '2023-11-14T22:13:20.000000005Z',
      event: { kind: 'event', dataset: 'smartids.flow', duration: 999_999_995, ingested: CONTEXT.ingested },
      source: { ip: '192.0.2.1', port: 40_000, mac: '00-00-5E-00-53-23', bytes: 300, packets: 3 },
      destination: { ip: '10.0.0.2', port: 80, bytes: 200, packets: 2 },
      network: { transport: 'tcp', iana_number: '6', type: 'ipv4', bytes: 500, packets: 5, vlan: { id: '100' } },
      related: { ip: ['192.0.2.1', '10.0.0.2'] },
    });
    expect(document.event.id).toBe(`${CONTEXT.dumpId}.abcdef01.f12`);
    expect(document.smartids.flow).toMatchObject({
      id: document.event.id,
      first_record: 12,
      last_record: 99,
      state: 'SF',
    });
  });

  it('has the Community ID of the specification’s example', () => {
    const { network } = documentOf({
      source: ipv4('128.232.110.120'),
      sourcePort: 34_855,
      destination: ipv4('66.35.250.204'),
      destinationPort: 80,
    });
    expect(network.community_id).toBe('1:LQU9qZlK+B5F3KDmev6m5PMibrg=');
  });

  it('names an HTTP request and its answer', () => {
    expect(documentOf(HTTP)).toMatchObject({
      network: { protocol: 'http' },
      http: { version: '1.1', request: { method: 'GET' }, response: { status_code: 404, mime_type: 'text/html' } },
      url: { original: '/a?b=c', path: '/a', query: 'b=c', domain: 'www.example.org' },
      user_agent: { original: 'curl/8' },
      related: { hosts: ['www.example.org'] },
    });
  });

  it('keeps payload as text: line ends are spaces, other control bytes dots, packets lines', () => {
    const document = documentOf({
      ...payloads('USER a\r\n\0é', ''),
      sourcePayloadRecord1: 5,
      sourcePayload1: 'PASS b',
    });
    expect(document.smartids.payload?.source).toBe('USER a  ..\nPASS b');
    expect(document.smartids.payload?.destination).toBeUndefined();
  });

  it('names no protocol where the row has no facts', () => {
    expect(documentOf({ destinationPort: 80 }).network.protocol).toBeUndefined();
  });

  it('keeps what ECS has no name for below smartids, and names the user', () => {
    const document = documentOf(application('tcp', 21, 'USER admin\r\nPASS b\r\n', '220 hello\r\n331 \r\n530 \r\n'));
    expect(document).toMatchObject({
      network: { protocol: 'ftp' },
      user: { name: 'admin' },
      related: { user: ['admin'] },
      smartids: { ftp: { credentials_seen: true, login_failures: 1 }, flow: { first_record: 0 } },
    });
    expect(JSON.stringify(document)).not.toContain('PASS b');
  });

  it('takes the time of ingest where the capture’s fits no date, and says so', () => {
    const document = documentOf({ startSeconds: -5, endSeconds: 9e15 });
    expect(document['@timestamp']).toBe(CONTEXT.ingested);
    expect(document.tags).toEqual(['timestamp-out-of-range']);
    expect(document.event.start).toBeUndefined();
    expect(document.smartids.flow).toMatchObject({ start_seconds: -5, end_seconds: 9e15 });
  });

  it('keeps the host windows of detections only', () => {
    const normal = verdictOf({ ...SCAN, label: 'Normal' });
    expect(documentOf({ sourceWindowPorts: 142 }).smartids.flow.statistics.sourceWindow).toMatchObject({ ports: 142 });
    expect(documentOf({ sourceWindowPorts: 142 }, normal).smartids.flow.statistics.sourceWindow).toBeUndefined();
  });

  it('says when no model looked at it', () => {
    const document = flowDocument(flowRows([NO_PAYLOAD]), 0, CONTEXT, undefined);
    expect(document.tags).toEqual(['not-scored']);
    expect(document.smartids.label).toBeUndefined();
  });

  it('has the members and types that its field table describes, and no other', () => {
    const reasons = [{ feature: 'sourceWindowPorts', value: 142, text: '142 ports in 3.1 s' }];
    const everything = {
      ...{ vlan: 1, sourceMac: 'abcdef', destinationMac: 'ghijkl', icmpUnreachable: 1, sourcePackets: 1 },
      ...{ startSeconds: -1, sourceWindowPorts: 142 },
    };
    const dns = '\x12\x34\x81\x80\0\x01\0\x01\0\0\0\0\x01a\x03org\0\0\x01\0\x01';
    const documents = [
      documentOf({ ...HTTP, ...everything }, verdictOf({ ...SCAN, reasons })),
      documentOf(application('tcp', 22, 'SSH-2.0-client\r\n', 'SSH-2.0-server\r\n')),
      documentOf(application('udp', 53, dns, dns)),
      documentOf(application('tcp', 25, 'EHLO a\r\nAUTH LOGIN\r\nSTARTTLS\r\n', '220 mail\r\n250 \r\n')),
      documentOf({ protocol: 1, icmpType: 8, icmpCode: 0 }),
      flowDocument(flowRows([NO_PAYLOAD]), 0, CONTEXT, undefined, {
        verdict: { label: 'DoS', score: 1, packetsScored: 3 },
        notScored: ['sampled'],
      }),
    ];
    expect(documents.map(documentChecker(FLOW_DOCUMENT_FIELDS)).filter((fault) => fault !== undefined)).toEqual([]);
  });
});
