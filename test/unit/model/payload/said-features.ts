// support: what the first payload bytes of one flow say, as features by name, and pairs of flows that one of them tells apart.

import { describe, expect, it } from 'vitest';
import { PAYLOAD_BYTES } from '../../../../lib/flow/flow-fields.ts';
import type { PayloadFeatures } from '../../../../lib/model/payload/payload-features.ts';
import { PAYLOAD_TEXT } from '../../../../lib/model/payload/payload-text.ts';
import { type FlowValues, flowRows } from '../../../support/flow-rows.ts';

export type Said = string | Uint8Array;

export const UDP = 17;

export function saidFeatures(flow: FlowValues): Readonly<Record<string, number>> {
  const values = new Float32Array(PAYLOAD_TEXT.names.length);
  PAYLOAD_TEXT.bind(flowRows([flow]).columns)(0, values, 0);
  return Object.fromEntries(PAYLOAD_TEXT.names.map((name, k) => [name, values[k] ?? Number.NaN]));
}

function packets(side: 'source' | 'destination', said: Said): FlowValues {
  const bytes = typeof said === 'string' ? Buffer.from(said, 'latin1') : said;
  return Object.fromEntries(
    [0, 1, 2].map((k) => [`${side}Payload${k}`, bytes.subarray(k * PAYLOAD_BYTES, (k + 1) * PAYLOAD_BYTES)]),
  );
}

/** The client says this, in up to three full packets. */
export function asks(said: Said, flow: FlowValues = {}): FlowValues {
  return { ...packets('source', said), ...flow };
}

/** The server answers this to a client that says nothing. */
export function answers(said: Said, flow: FlowValues = {}): FlowValues {
  return { ...packets('destination', said), ...flow };
}

/** A request with these header lines. */
export function request(line: string, headers = '', body = ''): FlowValues {
  return asks(`${line} HTTP/1.1\r\n${headers}\r\n${body}`);
}

/** A flow that has the feature and one alike that has not, and their values where these are not 1 and 0. */
export type Pair = readonly [has: FlowValues, lacks: FlowValues, value?: number, otherwise?: number];

export function describePairs(title: string, { names }: PayloadFeatures, pairs: Readonly<Record<string, Pair>>): void {
  describe(title, () => {
    it('have a pair of flows each that one tells apart', () => {
      expect(Object.keys(pairs)).toEqual(names);
    });

    it.each(Object.entries(pairs))('tell by %s', (name, [has, lacks, value = 1, otherwise = 0]) => {
      expect(saidFeatures(has)[name]).toBeCloseTo(value, 4);
      expect(saidFeatures(lacks)[name]).toBeCloseTo(otherwise, 4);
    });
  });
}
