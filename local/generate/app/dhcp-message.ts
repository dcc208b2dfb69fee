// generate: DHCP messages, https://www.rfc-editor.org/rfc/rfc2131#section-2.
import { writeUint16, writeUint32 } from '../bytes/ip.ts';
import { joinBytes } from '../bytes/text.ts';

export function encodeDhcp(
  type: number,
  transaction: number,
  card: Uint8Array,
  address: Uint8Array,
  options: readonly (readonly number[])[],
): Uint8Array {
  const head = new Uint8Array(240);
  head.set([type === 1 || type === 3 ? 1 : 2, 1, 6, 0]);
  writeUint32(head, 4, transaction);
  writeUint16(head, 10, 0x8000);
  head.set(address, 16);
  head.set(card, 28);
  head.set([0x63, 0x82, 0x53, 0x63], 236);
  const listed = options.map(([code = 0, ...data]) => Uint8Array.of(code, data.length, ...data));
  return joinBytes([head, Uint8Array.of(53, 1, type), ...listed, Uint8Array.of(255)]);
}
