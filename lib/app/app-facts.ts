// app: what a flow's first payload bytes say of the application, whichever side of it was seen first.

import { type DnsMessage, decodeDnsMessage } from './dns.ts';
import { decodeHttpRequest, decodeHttpResponse, type HttpRequest, type HttpResponse } from './http.ts';
import { decodeSshBanner, type SshBanner } from './ssh.ts';
import { type ClientHello, decodeClientHello, decodeServerHello, type ServerHello } from './tls.ts';
import { protocolOfPorts } from './well-known-ports.ts';

/** One payload packet: its kept first bytes, and how many it had on the wire. */
export interface PayloadPacket {
  readonly bytes: Uint8Array;
  readonly wireLength: number;
}

export interface FlowPayload {
  /** IP protocol number. */
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly source: readonly PayloadPacket[];
  readonly destination: readonly PayloadPacket[];
}

export interface AppFacts {
  /** Lower-case name by the bytes, else by the ports; undefined where no payload was seen. */
  readonly protocol: string | undefined;
  readonly httpRequest?: HttpRequest | undefined;
  readonly httpResponse?: HttpResponse | undefined;
  readonly dnsQuery?: DnsMessage | undefined;
  readonly dnsAnswer?: DnsMessage | undefined;
  readonly clientHello?: ClientHello | undefined;
  readonly serverHello?: ServerHello | undefined;
  readonly clientSsh?: SshBanner | undefined;
  readonly serverSsh?: SshBanner | undefined;
}

const TCP = 6;
const UDP = 17;
const DNS_PORTS: ReadonlySet<number> = new Set([53, 5353, 5355]);
const TCP_DNS_PREFIX_BYTES = 2;

/** The stream's first bytes: packets joined as long as each was kept whole. */
function joinWhole(packets: readonly PayloadPacket[]): Uint8Array {
  const [first] = packets;
  if (first === undefined) return new Uint8Array();
  if (packets.length === 1 || first.bytes.length < first.wireLength) return first.bytes;
  const cut = packets.findIndex(({ bytes, wireLength }) => bytes.length < wireLength);
  return Buffer.concat(packets.slice(0, cut < 0 ? packets.length : cut + 1).map(({ bytes }) => bytes));
}

function readTcpFacts(source: Uint8Array, destination: Uint8Array): AppFacts | undefined {
  const clientHello = decodeClientHello(source);
  const serverHello = decodeServerHello(destination);
  if (clientHello !== undefined || serverHello !== undefined) return { protocol: 'tls', clientHello, serverHello };
  const httpRequest = decodeHttpRequest(source);
  const httpResponse = decodeHttpResponse(destination);
  if (httpRequest !== undefined || httpResponse !== undefined) return { protocol: 'http', httpRequest, httpResponse };
  const clientSsh = decodeSshBanner(source);
  const serverSsh = decodeSshBanner(destination);
  if (clientSsh !== undefined || serverSsh !== undefined) return { protocol: 'ssh', clientSsh, serverSsh };
  return undefined;
}

function readDnsFacts(flow: FlowPayload, source: Uint8Array, destination: Uint8Array): AppFacts | undefined {
  const skip = flow.protocol === TCP ? TCP_DNS_PREFIX_BYTES : 0;
  const messages = [decodeDnsMessage(source.subarray(skip)), decodeDnsMessage(destination.subarray(skip))];
  const dnsQuery = messages.find((message) => message?.response === false);
  const dnsAnswer = messages.find((message) => message?.response === true);
  if (dnsQuery === undefined && dnsAnswer === undefined) return undefined;
  return { protocol: protocolOfPorts(flow.sourcePort, flow.destinationPort), dnsQuery, dnsAnswer };
}

/** Facts of one flow; any bytes give a value. */
export function readAppFacts(flow: FlowPayload): AppFacts {
  if (flow.protocol !== TCP && flow.protocol !== UDP) return { protocol: undefined };
  if (flow.source.length === 0 && flow.destination.length === 0) return { protocol: undefined };
  const byPort = protocolOfPorts(flow.sourcePort, flow.destinationPort);
  const isDns = DNS_PORTS.has(flow.sourcePort) || DNS_PORTS.has(flow.destinationPort);
  const joined = flow.protocol === TCP;
  const source = joined ? joinWhole(flow.source) : (flow.source[0]?.bytes ?? new Uint8Array());
  const destination = joined ? joinWhole(flow.destination) : (flow.destination[0]?.bytes ?? new Uint8Array());
  if (isDns) return readDnsFacts(flow, source, destination) ?? { protocol: byPort };
  if (flow.protocol === UDP) return { protocol: byPort };
  // A flow seen from its middle on may have its sides swapped.
  return readTcpFacts(source, destination) ?? readTcpFacts(destination, source) ?? { protocol: byPort };
}
