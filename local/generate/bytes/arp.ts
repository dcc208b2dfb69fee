// generate: ARP bodies for IPv4 over Ethernet, https://www.rfc-editor.org/rfc/rfc826.
import { writeUint16 } from './ip.ts';

export interface ArpFields {
  readonly operation: 'request' | 'reply';
  readonly senderMac: Uint8Array;
  readonly senderAddress: Uint8Array;
  readonly targetMac: Uint8Array;
  readonly targetAddress: Uint8Array;
}

export function encodeArpBody(arp: ArpFields): Uint8Array {
  const bytes = new Uint8Array(28);
  writeUint16(bytes, 0, 1);
  writeUint16(bytes, 2, 0x0800);
  bytes[4] = 6;
  bytes[5] = 4;
  writeUint16(bytes, 6, arp.operation === 'request' ? 1 : 2);
  bytes.set(arp.senderMac, 8);
  bytes.set(arp.senderAddress, 14);
  bytes.set(arp.targetMac, 18);
  bytes.set(arp.targetAddress, 24);
  return bytes;
}
