// document: Community ID v1 as its specification publishes it (github.com/corelight/community-id-spec, baseline).
import { expect, test } from 'vitest';
import { type CommunityTuple, communityId } from '../../../lib/document/community-id.ts';

/** `128.232.110.120` or `fe80::1:2` in the last bytes, or all, of 16. */
function addressOf(text: string): Uint8Array {
  const bytes = new Uint8Array(16);
  if (!text.includes(':')) {
    bytes.set(text.split('.').map(Number), 12);
    return bytes;
  }
  const [front = '', back = ''] = text.split('::');
  const words = (part: string) => (part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16)));
  const [left, right] = [words(front), words(back)];
  const all = [...left, ...new Array(8 - left.length - right.length).fill(0), ...right];
  for (const [at, word] of all.entries()) bytes.set([word >> 8, word & 0xff], at * 2);
  return bytes;
}

function tuple(protocol: number, source: string, destination: string, a: number, b: number): CommunityTuple {
  const isIcmp = protocol === 1 || protocol === 58;
  return {
    ipVersion: source.includes(':') ? 6 : 4,
    protocol,
    source: addressOf(source),
    destination: addressOf(destination),
    sourcePort: isIcmp ? 0 : a,
    destinationPort: isIcmp ? 0 : b,
    icmpType: isIcmp ? a : -1,
    icmpCode: isIcmp ? b : -1,
  };
}

test.each([
  ['TCP', 6, '128.232.110.120', '66.35.250.204', 34_855, 80, '1:LQU9qZlK+B5F3KDmev6m5PMibrg='],
  ['TCP, the other way', 6, '66.35.250.204', '128.232.110.120', 80, 34_855, '1:LQU9qZlK+B5F3KDmev6m5PMibrg='],
  ['UDP', 17, '192.168.1.52', '8.8.8.8', 54_585, 53, '1:d/FP5EW3wiY1vCndhwleRRKHowQ='],
  ['SCTP', 132, '192.168.170.8', '192.168.170.56', 7, 7, '1:MP2EtRCAUIZvTw6MxJHLV7N7JDs='],
  ['an echo', 1, '192.168.0.89', '192.168.0.1', 8, 0, '1:X0snYXpgwiv9TZtqg64sgzUn6Dk='],
  ['its reply', 1, '192.168.0.1', '192.168.0.89', 0, 0, '1:X0snYXpgwiv9TZtqg64sgzUn6Dk='],
  [
    'a neighbour solicitation',
    ...([58, 'fe80::200:86ff:fe05:80da', 'fe80::260:97ff:fe07:69ea', 135, 0] as const),
    '1:dGHyGvjMfljg6Bppwm3bg0LO8TY=',
  ],
  [
    'its advertisement',
    ...([58, 'fe80::260:97ff:fe07:69ea', 'fe80::200:86ff:fe05:80da', 136, 0] as const),
    '1:dGHyGvjMfljg6Bppwm3bg0LO8TY=',
  ],
] as const)('of %s is the published one', (_name, protocol, source, destination, a, b, expected) => {
  expect(communityId(tuple(protocol, source, destination, a, b))).toBe(expected);
});

test('with a seed is another', () => {
  const flow = tuple(6, '128.232.110.120', '66.35.250.204', 34_855, 80);
  expect(communityId(flow, 1)).toBe('1:3V71V58M3Ksw/yuFALMcW0LAHvc=');
});
