// bench: how fast packets become token ids, in ids a CPU second of one core.

import { decodePacket } from '../../../lib/decode/decode-packet.ts';
import { createPacket } from '../../../lib/decode/packet.ts';
import type { PacketTokens } from '../../../lib/model/packet-tokens.ts';
import { tcpFrame } from '../../../local/generate/frame.ts';

const ETHERNET = 1;
const PACKETS = 64;
const PACKETS_OF_A_FLOW = 4;
const ENCODINGS = 60_000;
const ROUNDS = 5;
/** Payloads from a command to a full segment. */
const PAYLOAD_BYTES = [8, 40, 120, 300, 600, 1400];

/** The best of some rounds: what disturbs only ever adds. */
export function tokenSpeed(tokens: PacketTokens): number {
  const packets = Array.from({ length: PACKETS }, (_, k) => {
    const length = PAYLOAD_BYTES[k % PAYLOAD_BYTES.length] ?? 0;
    const frame = tcpFrame({ payload: Uint8Array.from({ length }, (_, i) => i * 7 + k * 13) });
    const packet = createPacket();
    decodePacket(frame, 0, frame.length, frame.length, ETHERNET, packet);
    return packet;
  });
  const flows = Array.from({ length: PACKETS / PACKETS_OF_A_FLOW }, (_, k) => ({
    ...{ sourcePacketsPerSecond: k * 3.3, destinationPacketsPerSecond: k, payloadBytesPerSecond: k * 123_456.7 },
  }));
  const buffer = tokens.createBuffer();
  let best = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    let ids = 0;
    for (let k = 0; k < ENCODINGS; k += 1) {
      const at = k % PACKETS;
      const packet = packets[at];
      if (packet !== undefined) ids += tokens.encode(packet, flows[Math.floor(at / PACKETS_OF_A_FLOW)], buffer);
    }
    const { user, system } = process.cpuUsage(before);
    best = Math.max(best, ids / ((user + system) / 1e6));
  }
  return best;
}
