// model: what the packet model cannot have seen is told apart, with the reason.

import { describe, expect, it } from 'vitest';
import { decodePacket } from '../../../lib/decode/decode-packet.ts';
import { createPacket } from '../../../lib/decode/packet.ts';
import { flowOutOfScope, packetOutOfScope } from '../../../lib/model/packet-scope.ts';
import { tcpFrame } from '../../../local/generate/frame.ts';

const ETHERNET = 1;
const HEADERS = 54;

function reasonOf(payloadBytes: number, capturedPayload: number, change?: (frame: Uint8Array) => void) {
  const frame = tcpFrame({ payload: new Uint8Array(payloadBytes) });
  change?.(frame);
  const packet = createPacket();
  decodePacket(frame, 0, HEADERS + capturedPayload, frame.length, ETHERNET, packet);
  return packetOutOfScope(packet);
}

describe('the packet model’s scope', () => {
  it.each([
    [17, 4, 'not-tcp'],
    [6, 6, 'not-ipv4'],
    [6, 4, undefined],
  ] as const)('of a flow of protocol %d over IPv%d: %s', (protocol, version, expected) => {
    expect(flowOutOfScope(protocol, version)).toBe(expected);
  });

  it.each([
    [1, 1, undefined],
    [1, 0, 'truncated'],
    [499, 498, 'truncated'],
    [500, 500, undefined],
    [1400, 500, undefined],
    [1400, 499, 'truncated'],
    [0, 0, 'no-payload'],
  ] as const)('of %d payload bytes, %d captured: %s', (payload, captured, expected) => {
    expect(reasonOf(payload, captured)).toBe(expected);
  });

  it('leaves fragments out, the first among them', () => {
    expect(reasonOf(100, 100, (frame) => frame.set([0x20, 0], 20))).toBe('fragment');
    expect(reasonOf(100, 100, (frame) => frame.set([0x00, 1], 20))).toBe('fragment');
  });
});
