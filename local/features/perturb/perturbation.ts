// local: what a shortcut control changes of a capture, a record at a time; what a detector must not depend on.

import type { Packet } from '../../../lib/decode/packet.ts';
import type { CaptureRecord } from '../../generate/file/record.ts';
import type { Random } from '../../generate/random.ts';
import { connectionPorts } from './connection-ports.ts';
import { cutTo, dropped, stretched } from './record-changes.ts';
import { segmented } from './segments.ts';
import { strangeTtlAndMac } from './ttl-and-mac.ts';

/** A record of the original, its bytes a copy that may be changed. */
export interface OriginalRecord {
  readonly timestampNs: bigint;
  readonly bytes: Uint8Array;
  readonly originalLength: number;
  readonly interfaceId: number;
  readonly linktype: number;
  /** The decoded record, positions into `bytes`; the next record's when the next record comes. */
  readonly packet: Packet;
}

/** What stands in the record's place: none, itself, or several. */
export type Perturbation = (record: OriginalRecord) => readonly CaptureRecord[];

/** Each makes a perturbation for one capture: they remember its hosts and connections. */
export const PERTURBATIONS = {
  /** Written anew, nothing changed: what the others are compared with. */
  none: () => (record) => [record],
  /** Each connection's client gets another port. */
  'source-ports': (random) => connectionPorts(random, { moveServers: false }),
  /** And each service another one above 1023, the same for all hosts. */
  ports: (random) => connectionPorts(random, { moveServers: true }),
  'stretch-0.5': () => stretched(1n, 2n),
  'stretch-2': () => stretched(2n, 1n),
  'drop-5-percent': (random) => dropped(random, 0.05),
  'mtu-576': () => segmented(600, 536),
  'cut-256': () => cutTo(256),
  'cut-128': () => cutTo(128),
  'ttl-and-mac': (random) => strangeTtlAndMac(random),
} as const satisfies Readonly<Record<string, (random: Random) => Perturbation>>;

export type PerturbationName = keyof typeof PERTURBATIONS;
