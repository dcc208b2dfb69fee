// golden: what is on record of a fixture: its hash, and each compared field of each packet as tshark said it.
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { FLOW_PACKET_FIELDS, RECORD_FIELDS } from '../real/packet-fields.ts';

export interface GoldenFile {
  readonly tshark: string;
  readonly sha256: string;
  readonly packets: number;
  /** By field, one value a packet; null where tshark has none. A column that is one value throughout stands as that. */
  readonly fields: Readonly<Record<string, string | null | readonly (string | null)[]>>;
}

export const GOLDEN_FIELDS = [...RECORD_FIELDS, ...FLOW_PACKET_FIELDS];

export function goldenPath(name: string): string {
  return fileURLToPath(new URL(`tshark/${name}.json`, import.meta.url));
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function goldenValue({ fields }: GoldenFile, field: string, packet: number): string | undefined {
  const column = fields[field];
  return (typeof column === 'string' ? column : column?.[packet]) ?? undefined;
}
