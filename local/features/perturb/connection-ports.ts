// local: other port numbers for a capture's TCP and UDP connections, in their packets and where ICMP errors quote them.

import type { Packet } from '../../../lib/decode/packet.ts';
import { DECODED } from '../../../lib/decode/reasons.ts';
import type { Endpoints } from '../../../lib/flow/flow-key.ts';
import { readQuotedEndpoints } from '../../../lib/flow/icmp-quote.ts';
import { patchChecksum } from '../../generate/bytes/checksum.ts';
import type { Random } from '../../generate/random.ts';
import type { Perturbation } from './perturbation.ts';

const TCP = 6;
const UDP = 17;
const ICMP = 1;
const ICMPV6 = 58;
const SYN = 2;
const ACK = 16;
const LOWEST_PORT = 1024;
const HIGHEST_PORT = 65_535;
const UDP_CHECKSUM = 6;
const TCP_CHECKSUM = 16;
const IPV6_HEADER = 40;

interface Ends {
  readonly protocol: number;
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
}

interface Renumbered {
  readonly client: string;
  readonly clientPort: number;
  /** The new numbers. */
  readonly ports: { readonly client: number; readonly server: number };
}

/** A connection keeps its new numbers as long as the capture lasts, and no two of one pair of hosts become one. */
export function connectionPorts(random: Random, options: { readonly moveServers: boolean }): Perturbation {
  const connections = new Map<string, Renumbered>();
  const taken = new Set<string>();
  const serverPort = options.moveServers ? movedPorts(random) : (port: number) => port;

  function renumber(ends: Ends, isClientSource: boolean): Renumbered {
    const key = keyOf(ends);
    const known = connections.get(key) ?? connections.get(keyOf(turned(ends)));
    if (known !== undefined) return known;
    const { protocol, source: client, sourcePort: clientPort, ...server } = isClientSource ? ends : turned(ends);
    const to = serverPort(server.destinationPort);
    const pair = `${protocol} ${client} ${server.destination} ${to}`;
    let port = random.integer(LOWEST_PORT, HIGHEST_PORT);
    for (let tries = 0; taken.has(`${pair} ${port}`) && tries <= HIGHEST_PORT; tries += 1) {
      port = port === HIGHEST_PORT ? LOWEST_PORT : port + 1;
    }
    taken.add(`${pair} ${port}`);
    const found = { client, clientPort, ports: { client: port, server: to } };
    connections.set(key, found);
    return found;
  }

  return (record) => {
    const { packet, bytes } = record;
    if (packet.reason !== DECODED || packet.fragmentOffset > 0 || packet.bytes !== bytes) return [record];
    const transport = packet.networkStart + packet.ipHeaderLength;
    if (packet.protocol === TCP || packet.protocol === UDP) {
      const ends = endsOf(packet);
      writePorts(bytes, transport, ends, renumber(ends, isFromClient(packet)));
      patchTransportChecksum(bytes, transport, packet.protocol, ends);
    } else if (packet.protocol === ICMP || packet.protocol === ICMPV6) {
      const quoted = readQuotedEndpoints(packet);
      if (quoted === undefined || (quoted.protocol !== TCP && quoted.protocol !== UDP)) return [record];
      const ends = endsOf(quoted);
      const start = packet.payloadStart;
      const header = packet.protocol === ICMP ? ((bytes[start] ?? 0) & 0x0f) * 4 : IPV6_HEADER;
      writePorts(bytes, start + header, ends, renumber(ends, quoted.sourcePort >= quoted.destinationPort));
    }
    return [record];
  };
}

/** As opened; where the opening is not seen, the lower number is the server's. */
function isFromClient({ tcpFlags, sourcePort, destinationPort }: Packet): boolean {
  if ((tcpFlags & SYN) !== 0) return (tcpFlags & ACK) === 0;
  return sourcePort >= destinationPort;
}

/** Another port above 1023 for each port, never one for two (of the first 64,512). */
function movedPorts(random: Random): (port: number) => number {
  const free = Array.from({ length: HIGHEST_PORT - LOWEST_PORT + 1 }, (_, k) => LOWEST_PORT + k);
  const moved = new Map<number, number>();
  return (port) => {
    const known = moved.get(port);
    if (known !== undefined) return known;
    const at = random.integer(0, Math.max(0, free.length - 1));
    const to = free[at] ?? port;
    const last = free.pop();
    if (last !== undefined && at < free.length) free[at] = last;
    moved.set(port, to);
    return to;
  };
}

function endsOf(packet: Endpoints): Ends {
  const { protocol, sourcePort, destinationPort } = packet;
  const source = `${packet.source0}.${packet.source1}.${packet.source2}.${packet.source3}`;
  const destination = `${packet.destination0}.${packet.destination1}.${packet.destination2}.${packet.destination3}`;
  return { protocol, source, sourcePort, destination, destinationPort };
}

function turned({ protocol, source, sourcePort, destination, destinationPort }: Ends): Ends {
  return {
    protocol,
    source: destination,
    sourcePort: destinationPort,
    destination: source,
    destinationPort: sourcePort,
  };
}

function keyOf({ protocol, source, sourcePort, destination, destinationPort }: Ends): string {
  return `${protocol} ${source} ${sourcePort} ${destination} ${destinationPort}`;
}

function writePorts(bytes: Uint8Array, at: number, ends: Ends, { client, clientPort, ports }: Renumbered): void {
  const isFromClient = ends.source === client && ends.sourcePort === clientPort;
  writeUint16(bytes, at, isFromClient ? ports.client : ports.server);
  writeUint16(bytes, at + 2, isFromClient ? ports.server : ports.client);
}

function patchTransportChecksum(bytes: Uint8Array, transport: number, protocol: number, before: Ends): void {
  const at = transport + (protocol === TCP ? TCP_CHECKSUM : UDP_CHECKSUM);
  const checksum = readUint16(bytes, at);
  if (protocol === UDP && checksum === 0) return;
  const after = readUint16(bytes, transport) + readUint16(bytes, transport + 2);
  writeUint16(bytes, at, patchChecksum(checksum, before.sourcePort + before.destinationPort, after));
}

function readUint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** What was not captured is not written. */
function writeUint16(bytes: Uint8Array, at: number, value: number): void {
  if (at + 2 > bytes.length) return;
  bytes[at] = value >> 8;
  bytes[at + 1] = value;
}
