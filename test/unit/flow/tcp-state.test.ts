import { describe, expect, it } from 'vitest';
import type { TcpState } from '../../../lib/flow/flow-fields.ts';
import { ACK, FIN, isClosing, PSH, RST, SYN, tcpAfter, tcpState } from '../../../lib/flow/tcp-state.ts';

const FLAGS = { S: SYN, h: SYN | ACK, A: ACK, P: PSH | ACK, F: FIN | ACK, R: RST, r: RST | ACK } as const;

/** `>S <h >A`: direction and flags of each packet. */
function after(history: string): number {
  let seen = 0;
  for (const [direction, letter] of history.split(' ')) {
    seen = tcpAfter(seen, FLAGS[letter as keyof typeof FLAGS], direction === '>' ? 0 : 1); // the histories below use these letters
  }
  return seen;
}

describe('TCP state', () => {
  it.each<[TcpState, string, string]>([
    ['S0', '>S', 'attempt without an answer'],
    ['S0', '>S >S >S', 'attempts without an answer'],
    ['S1', '>S <h >A', 'established'],
    ['S1', '>S <h', 'a SYN+ACK that nobody took up'],
    ['SF', '>S <h >A >P <P >F <F >A', 'opened and closed'],
    ['REJ', '>S <r', 'a closed port'],
    ['S2', '>S <h >A >F <A', 'closed by its source only'],
    ['S3', '>S <h >A <F >A', 'closed by its destination only'],
    ['RSTO', '>S <h >R', "a SYN scan's open port"],
    ['RSTO', '>S <h >A >P >r', 'reset by its source'],
    ['RSTR', '>S <h >A <r', 'reset by its destination'],
    ['RSTOS0', '>S >R', 'given up before an answer'],
    ['RSTRH', '<h <r', 'SYN+ACK and RST of the destination, no SYN'],
    ['SH', '>S >F', 'SYN and FIN, no answer'],
    ['SHR', '<h <F', 'SYN+ACK and FIN of the destination, no SYN'],
    ['OTH', '>P <A', 'midstream'],
    ['OTH', '>P <A >F <F', 'the end of a connection'],
    ['RSTR', '>S <h >A <r >R', 'the first reset counts'],
  ])('is %s after %s: %s', (state, history) => {
    expect(tcpState(after(history))).toBe(state);
  });

  it.each([
    ['>S <h >A >F', false],
    ['>S <h >A >F <F', true],
    ['>S <r', true],
    ['>P >R', true],
    ['>F >F', false],
  ])('closes after %s: %s', (history, closing) => {
    expect(isClosing(after(history))).toBe(closing);
  });
});
