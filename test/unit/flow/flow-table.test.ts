import { describe, expect, it } from 'vitest';
import { END_REASONS, TCP_STATES } from '../../../lib/flow/flow-fields.ts';
import type { FlowTableOptions } from '../../../lib/flow/flow-table.ts';
import { encodePcap } from '../../../local/generate/file/pcap.ts';
import { icmpFrame, tcpFrame, udpFrame } from '../../../local/generate/frame.ts';
import { ownRows, type PlainRow, pieces, splitAll } from '../../support/split-results.ts';

interface Timed {
  readonly at: number;
  readonly frame: Uint8Array;
}

const CLIENT = '10.0.0.1';
const SERVER = '10.0.0.2';

async function split(packets: readonly Timed[], flows: FlowTableOptions = {}) {
  const records = packets.map(({ at, frame }) => ({
    timestampNs: 1_700_000_000_000_000_000n + BigInt(Math.round(at * 1e9)),
    bytes: frame,
  }));
  const capture = Buffer.concat([...encodePcap(records, { linktype: 1, resolution: 'nanoseconds' })]);
  return splitAll(pieces(capture), { flows });
}

async function rowsOf(packets: readonly Timed[], flows: FlowTableOptions = {}): Promise<readonly PlainRow[]> {
  return ownRows(await split(packets, flows));
}

function address(bytes: PlainRow['source']): string {
  return [bytes].flat().slice(12).join('.');
}

function text(bytes: PlainRow['sourcePayload0']): string {
  return Buffer.from([bytes].flat()).toString();
}

const syn = (at: number, fields: Partial<Parameters<typeof tcpFrame>[0]> = {}): Timed => ({
  at,
  frame: tcpFrame({ source: CLIENT, destination: SERVER, flags: ['syn'], ...fields }),
});
const back = { source: SERVER, destination: CLIENT, sourcePort: 80, destinationPort: 40_000 } as const;

describe('flow table', () => {
  it('makes the sender of a SYN the source, also where its SYN+ACK comes first', async () => {
    const answer = { at: 0, frame: tcpFrame({ ...back, flags: ['syn', 'ack'] }) };
    const [row] = await rowsOf([answer, { at: 0.1, frame: tcpFrame({ source: CLIENT, destination: SERVER }) }]);
    expect(address(row?.source ?? [])).toBe(CLIENT);
    expect(row).toMatchObject({ sourcePort: 40_000, destinationPort: 80, sourcePackets: 1, destinationPackets: 1 });
    expect(row?.firstDirections).toEqual([1, 0]);
  });

  it.each([
    ['idle', [syn(0), { at: 61, frame: udpFrame({}) }], {}],
    ['idle', [syn(0), { at: 60, frame: udpFrame({}) }, { at: 60.000000001, frame: udpFrame({}) }], {}],
    ['end-of-dump', [syn(0), { at: 60, frame: udpFrame({}) }], {}],
    ['active', [0, 50, 100, 120.1].map((at) => syn(at)), {}],
    [
      'closed',
      [syn(0), { at: 0.1, frame: tcpFrame({ ...back, flags: ['rst', 'ack'] }) }, syn(2, { source: '10.9.9.9' })],
      {},
    ],
    ['volume', [syn(0), syn(0.1), syn(0.2), syn(0.3)], { volumeRecords: 3 }],
    ['volume', [syn(0), syn(0.1), syn(0.2)], { volumeBytes: 2 * (16 + 54) }],
    ['cap', [syn(0), syn(0, { sourcePort: 40_001 }), syn(0, { sourcePort: 40_002 })], { maxOpenFlows: 2 }],
  ] as const)('ends a flow: %s', async (reason, packets, options) => {
    const [row] = await rowsOf(packets, options);
    expect(END_REASONS[Number(row?.endReason)]).toBe(reason);
  });

  it('numbers the parts of a long conversation and keeps its direction', async () => {
    const data = (at: number, fromServer: boolean) => ({
      at,
      frame: fromServer ? tcpFrame({ ...back, payload: 'data' }) : tcpFrame({ source: CLIENT, destination: SERVER }),
    });
    const rows = await rowsOf([
      syn(0),
      { at: 0.1, frame: tcpFrame({ ...back, flags: ['syn', 'ack'] }) },
      data(0.2, false),
      data(100, true),
      data(200, true),
      data(300, true),
      data(301, false),
    ]);
    expect(rows.map(({ part }) => part)).toEqual([0, 1, 2, 3]);
    expect(rows.map(({ source }) => address(source))).toEqual([CLIENT, CLIENT, CLIENT, CLIENT]);
    expect(rows.map(({ tcpState }) => TCP_STATES[Number(tcpState)])).toEqual(['S1', 'S1', 'S1', 'S1']);
  });

  it('begins a new connection at a SYN after RST, with part 0', async () => {
    const refused = { at: 0.1, frame: tcpFrame({ ...back, flags: ['rst', 'ack'] }) };
    const rows = await rowsOf([syn(0), refused, syn(0.2), { ...refused, at: 0.3 }]);
    expect(rows.map(({ tcpState, part }) => [TCP_STATES[Number(tcpState)], part])).toEqual([
      ['REJ', 0],
      ['REJ', 0],
    ]);
  });

  it('takes ICMP questions and answers as one flow, one-way messages as one in each direction', async () => {
    const rows = await rowsOf([
      { at: 0, frame: icmpFrame({ type: 8 }) },
      { at: 0.1, frame: icmpFrame({ source: SERVER, destination: CLIENT, type: 0 }) },
      { at: 0.2, frame: icmpFrame({ type: 11 }) },
      { at: 0.3, frame: icmpFrame({ source: SERVER, destination: CLIENT, type: 11 }) },
    ]);
    expect(rows.map(({ icmpType, records }) => [icmpType, records])).toEqual([
      [8, 2],
      [11, 1],
      [11, 1],
    ]);
  });

  it('marks the flow that an ICMP unreachable quotes', async () => {
    const probe = udpFrame({ source: CLIENT, destination: SERVER, destinationPort: 161 });
    const refusal = icmpFrame({ source: SERVER, destination: CLIENT, type: 3, code: 3, body: probe.slice(14, 42) });
    const rows = await rowsOf([
      { at: 0, frame: probe },
      { at: 0.1, frame: refusal },
    ]);
    expect(rows.map(({ icmpUnreachable }) => icmpUnreachable)).toEqual([1, 0]);
    expect(rows[0]?.sourceWindowRefused).toBe(1);
  });

  it('gives later fragments to the flow of their own first one', async () => {
    const fragment = (at: number, identification: number, port: number, word: number) => {
      const frame = udpFrame({ identification, sourcePort: port, payload: 'x'.repeat(40) }).slice();
      frame.set([word >> 8, word & 0xff], 20);
      return { at, frame };
    };
    const { totals, rows } = await split([
      fragment(0, 7, 1111, 0x2000),
      fragment(0, 8, 2222, 0x2000),
      fragment(0, 8, 0, 6),
      fragment(0, 7, 0, 6),
      fragment(0, 7, 0, 12),
      fragment(0, 9, 0, 6),
    ]);
    const packets = [...rows.values()].flat().map(({ sourcePort, sourcePackets }) => [sourcePort, sourcePackets]);
    expect(packets.sort()).toEqual([
      [1111, 3],
      [2222, 2],
    ]);
    expect(totals.undecodable).toEqual({ 'fragment-without-first': 1 });
  });

  it('keeps the first bytes of the first three payload packets of each direction', async () => {
    const sent = ['GET / HTTP/1.1', 'a', 'b', 'c'].map((payload, k) => ({
      at: k / 10,
      frame: tcpFrame({ source: CLIENT, destination: SERVER, sequence: 1000 + 20 * k, flags: ['psh', 'ack'], payload }),
    }));
    const answer = { at: 1, frame: tcpFrame({ ...back, payload: 'z'.repeat(500) }) };
    const [row] = await rowsOf([...sent, answer]);
    expect([row?.sourcePayload0, row?.sourcePayload1, row?.sourcePayload2].map((bytes) => text(bytes ?? []))).toEqual([
      'GET / HTTP/1.1',
      'a',
      'b',
    ]);
    expect(text(row?.destinationPayload0 ?? [])).toBe('z'.repeat(192));
    expect(row).toMatchObject({
      destinationPayloadLength0: 500,
      destinationPayloadRecord0: 4,
      sourcePayloadPackets: 4,
    });
    expect(row).toMatchObject({ destinationPayloadRecord1: -1, sourcePayloadRecord2: 2 });
  });

  it('ends the least recently active flows where payload memory is full, and counts them', async () => {
    const packets = [1, 2, 3].map((port) => ({ at: port, frame: udpFrame({ sourcePort: port, payload: 'x' }) }));
    const { totals, rows } = await split(packets, { maxPayloadBlocks: 2 });
    const reasons = [...rows.values()].flat().map(({ endReason }) => END_REASONS[Number(endReason)]);
    expect(reasons).toEqual(['cap', 'end-of-dump', 'end-of-dump']);
    expect(totals.warnings).toEqual({ 'payload-memory-full': 1 });
  });

  it('puts a flow where its records are in time when the dump steps a day ahead', async () => {
    const day = 86_400;
    const other = (at: number) => ({ at, frame: udpFrame({ sourcePort: 5 }) });
    const rows = await rowsOf([syn(0, { sourcePort: 7 }), syn(day), other(day + 1), other(day + 2), syn(day + 3)]);
    expect(rows.map(({ startSeconds, endSeconds, records }) => [startSeconds, endSeconds, records])).toEqual([
      [1_700_000_000, 1_700_000_000, 1],
      [1_700_086_400, 1_700_086_403, 2],
      [1_700_086_401, 1_700_086_402, 2],
    ]);
  });

  it('goes on counting where the dump steps two hours back inside a flow: its end is what the clock says passed', async () => {
    const rows = await rowsOf([0, 1, -7200, -7199, -7198, -7196].map((at) => syn(at)));
    expect(rows.map(({ startSeconds, endSeconds, records }) => [startSeconds, endSeconds, records])).toEqual([
      [1_700_000_000, 1_700_000_003, 6],
    ]);
  });
});

describe('host windows', () => {
  it('show a scan: many ports of one host, refused, in one minute', async () => {
    const ports = Array.from({ length: 150 }, (_, k) => k + 1);
    const rows = await rowsOf(
      ports.flatMap((port) => [
        syn(port / 100, { destinationPort: port }),
        { at: port / 100, frame: tcpFrame({ ...back, sourcePort: port, flags: ['rst', 'ack'] }) },
      ]),
    );
    expect(rows.at(-1)).toMatchObject({
      sourceWindowFlows: 100,
      sourceWindowPeers: 1,
      sourceWindowPorts: 100,
      sourceWindowPairPorts: 100,
      sourceWindowRefused: 1,
      destinationWindowFlows: 100,
      destinationWindowSamePairPort: 1,
    });
    expect(rows[0]).toMatchObject({ sourceWindowFlows: 1, destinationWindowFlows: 1 });
    expect(rows.at(-1)?.sourceWindowSeconds).toBeCloseTo(0.99, 5);
  });

  it('look back a minute from the last packet, and never ahead', async () => {
    const rows = await rowsOf([0, 30, 61, 90].map((at, k) => syn(at, { sourcePort: 1000 + k })));
    expect(rows.map(({ sourceWindowFlows }) => sourceWindowFlows)).toEqual([1, 2, 2, 3]);
  });

  it('count a flow as its own where the log has forgotten it', async () => {
    const others = Array.from({ length: 20 }, (_, k) => syn(1, { source: '10.7.7.7', sourcePort: 100 + k }));
    const [row] = await rowsOf([syn(0), ...others, syn(2)], { logFlows: 4 });
    expect(row).toMatchObject({ sourceWindowFlows: 1, sourceWindowHalfOpen: 1, destinationWindowFlows: 5 });
  });
});
