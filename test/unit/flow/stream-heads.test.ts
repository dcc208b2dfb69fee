// flow: what is kept of each side's first bytes.
import { describe, expect, it } from 'vitest';
import { createPacket, type Packet } from '../../../lib/decode/packet.ts';
import { SIDE } from '../../../lib/flow/flow-cells.ts';
import { createHeadPayload, readHeadPayload } from '../../../lib/flow/head-payload.ts';
import { StreamHeads } from '../../../lib/flow/stream-heads.ts';
import { PSH, SYN } from '../../../lib/flow/tcp-state.ts';

const SEQUENCE = 0xffff_fffe;

/** One side of a flow; TCP's sequence numbers are told from `SEQUENCE` on. */
function createSide(maxBlocks = 100) {
  const page = new Float64Array(SIDE.earlyEnd + 1);
  page[SIDE.streamBlock] = -1;
  page[SIDE.firstSequence] = -1;
  const heads = new StreamHeads(maxBlocks);
  const payloadOf = (text: string, fields: Partial<Packet> = {}) => {
    const bytes = Buffer.from(text, 'latin1');
    const payload = createHeadPayload();
    readHeadPayload(
      { ...createPacket(), bytes, payloadCaptured: bytes.length, payloadLength: bytes.length, ...fields },
      payload,
    );
    return payload;
  };
  return {
    page,
    segment: (at: number, text: string, tcpFlags = PSH) =>
      heads.addSegment(page, 0, payloadOf(text, { tcpFlags, tcpSequence: (SEQUENCE + at) >>> 0 })),
    datagram: (text: string) => heads.addDatagram(page, 0, payloadOf(text)),
    text: () => (page[SIDE.streamLength] === 0 ? '' : Buffer.from(heads.head(page, 0, 0)).toString('latin1')),
    datagrams: () => heads.datagrams(page, 0, 0).map((bytes) => Buffer.from(bytes).toString('latin1')),
    release: () => heads.release(page, 0),
  };
}

describe('the head of a stream', () => {
  it.each([
    ['in order', [[0, 'GET '] as const, [4, '/a'] as const], 'GET /a'],
    ['twice, as it came first', [[0, 'GET '] as const, [2, 'XX/a'] as const], 'GET /a'],
    ['with a piece too early', [[0, 'G'] as const, [4, '/a'] as const, [1, 'ET '] as const], 'GET /a'],
    ['up to a hole', [[0, 'GET '] as const, [6, 'x'] as const], 'GET '],
    ['from its first payload on', [[4, '/a'] as const, [0, 'GET '] as const], '/a'],
  ])('is kept %s', (_, segments, text) => {
    const side = createSide();
    for (const [at, part] of segments) side.segment(at, part);
    expect(side.text()).toBe(text);
  });

  it('begins behind a SYN, whose own data counts', () => {
    const side = createSide();
    side.page[SIDE.firstSequence] = SEQUENCE;
    side.segment(5, '/a');
    side.segment(0, 'GET ', SYN);
    expect(side.text()).toBe('GET /a');
  });

  it.each([
    ['behind a keep-alive', [[-1, '\0', 0] as const, [-1, '\0', 0] as const, [0, 'GET /'] as const], 'GET /'],
    ['with the byte that probed a closed window', [[0, 'G', 0] as const, [0, 'GET /'] as const], 'GET /'],
    ['with a key pressed', [[0, 'l'] as const, [1, 's'] as const], 'ls'],
    ['with a byte that a hole follows', [[0, 'l', 0] as const, [2, 's'] as const, [1, '_'] as const], 'l_s'],
    ['with a keep-alive where there is nothing else', [[-1, '\0', 0] as const], '\0'],
  ])('begins in the middle %s', (_, segments, text) => {
    const side = createSide();
    for (const [at, part, flags] of segments) side.segment(at, part, flags);
    expect(side.text()).toBe(text);
  });

  it('is long where it begins like text or a handshake', () => {
    for (const [start, length] of [
      ['GET', 8192],
      ['\x16\x03', 8192],
      ['\0\0', 1536],
    ] as const) {
      const side = createSide();
      const whole = start + 'abcdefg'.repeat(2000);
      for (let at = 0; at < whole.length; at += 700) side.segment(at, whole.slice(at, at + 700));
      expect(side.text() === whole.slice(0, length), start).toBe(true);
    }
  });

  describe('of TLS', () => {
    const handshake = `\x16\x03\x03\0\x04abcd`;
    const changeOfCipher = '\x14\x03\x03\0\x01\x01';
    const applicationData = '\x17\x03\x03\x20\0';
    const clear = handshake + changeOfCipher + applicationData;

    it.each([
      ['in one segment', [clear.length + 100, 2000]],
      ['in several', [handshake.length, clear.length + 10, 2000]],
      ['behind a record that goes on', [7, handshake.length, 2000]],
    ])('ends behind the header of the first encrypted record %s', (_, ends) => {
      const side = createSide();
      const whole = clear.padEnd(2000, 'x');
      let at = 0;
      for (const end of ends) {
        side.segment(at, whole.slice(at, end));
        at = end;
      }
      expect(side.text()).toBe(clear);
    });

    it('is long where the header lies in two segments, and where what follows is no record', () => {
      for (const [whole, cut] of [
        [clear.padEnd(2000, 'x'), clear.length - 2],
        [`${handshake}what is this${applicationData}`.padEnd(2000, 'x'), 40],
      ] as const) {
        const side = createSide();
        side.segment(0, whole.slice(0, cut));
        side.segment(cut, whole.slice(cut));
        expect(side.text()).toBe(whole);
      }
    });
  });

  it('ends where there is no more memory, which is free for others later', () => {
    const side = createSide(4);
    expect(side.segment(0, 'a'.repeat(1000))).toBe(true);
    expect(side.segment(1000, 'b'.repeat(100))).toBe(false);
    expect(side.text()).toBe('a'.repeat(1000));
    side.release();
    side.page.fill(0, SIDE.streamLength, SIDE.streamBlock);
    side.page.fill(0, SIDE.nextRecord);
    expect(side.segment(0, 'c')).toBe(true);
    expect(side.text()).toBe('c');
  });
});

describe('the first datagrams', () => {
  it('are three, each cut at 4,096 bytes', () => {
    const side = createSide();
    for (const text of ['one', 'b'.repeat(5000), 'three', 'four']) side.datagram(text);
    expect(side.datagrams()).toEqual(['one', 'b'.repeat(4096), 'three']);
  });

  it('are one where there was one', () => {
    const side = createSide();
    side.datagram('only');
    expect(side.datagrams()).toEqual(['only']);
  });
});
