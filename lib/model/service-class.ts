// model: the destination port as a coarse class of service; the port itself is never a feature.

import type { FeatureGroup, FeatureWriter, FlowColumns } from './feature-group.ts';

/** Well-known ports by service (iana.org/assignments/service-names-port-numbers). */
const SERVICES: Readonly<Record<string, readonly number[]>> = {
  Web: [80, 8000, 8008, 8080, 8081, 8888],
  Tls: [443, 853, 990, 993, 995, 8443],
  Dns: [53],
  Ssh: [22],
  Ftp: [20, 21],
  Telnet: [23, 2323],
  Mail: [25, 110, 143, 465, 587],
  WindowsFiles: [135, 137, 138, 139, 445],
  RemoteDesktop: [3389, 5900, 5901],
  Database: [1433, 1521, 3306, 5432, 6379, 9200, 27017],
  Directory: [88, 389, 464, 636, 3268],
  Messaging: [1883, 5222, 5672, 8883],
  Housekeeping: [67, 68, 123, 161, 162, 514, 546, 547, 1900, 5353, 5355],
  Industry: [102, 502, 2404, 4840, 20000, 44818, 47808],
};
const CLASSES = Object.keys(SERVICES);
const OTHER_LOW = CLASSES.length;
const OTHER_HIGH = CLASSES.length + 1;
const HIGHEST_WELL_KNOWN = 1023;
const PORTLESS = 255;

const CLASS_OF_PORT = new Uint8Array(65536).map((_, port) => (port <= HIGHEST_WELL_KNOWN ? OTHER_LOW : OTHER_HIGH));
for (const [index, name] of CLASSES.entries()) {
  for (const port of SERVICES[name] ?? []) CLASS_OF_PORT[port] = index;
}

const PORT_PROTOCOLS: readonly number[] = [6, 17, 132];
const names = [...CLASSES, 'OtherLow', 'OtherHigh'].map((name) => `service${name}`);

function bind({ protocol, destinationPort }: FlowColumns): FeatureWriter {
  return (row, out, at) => {
    const hasPort = PORT_PROTOCOLS.includes(protocol[row] ?? 0);
    const service = hasPort ? CLASS_OF_PORT[destinationPort[row] ?? 0] : PORTLESS;
    for (let k = 0; k < names.length; k += 1) out[at + k] = k === service ? 1 : 0;
  };
}

/** One-hot over the classes of service; all 0 where the transport has no ports. */
export const SERVICE_CLASS: FeatureGroup = { names, bind };
