// generate: one question of SNMP v1 or v2c, https://www.rfc-editor.org/rfc/rfc1157#section-4.
import { joinBytes, textBytes } from '../bytes/text.ts';
import type { Random } from '../random.ts';

export function snmpGet(community: string, random: Random): Uint8Array {
  const object = Uint8Array.of(0x30, 0x0c, 6, 8, 0x2b, 6, 1, 2, 1, 1, random.pick([1, 5, 6]), 0, 5, 0);
  const list = joinBytes([Uint8Array.of(0x30, object.length), object]);
  const body = joinBytes([Uint8Array.of(2, 2, random.integer(0, 127), random.integer(0, 255), 2, 1, 0, 2, 1, 0), list]);
  const name = textBytes(community);
  const inner = joinBytes([
    Uint8Array.of(2, 1, random.pick([0, 1]), 4, name.length),
    name,
    Uint8Array.of(0xa0, body.length),
    body,
  ]);
  return joinBytes([Uint8Array.of(0x30, inner.length), inner]);
}
