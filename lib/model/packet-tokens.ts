// model: a TCP packet and its flow's rates as the packet model's token ids: `rates -1 ports lengths ttl tos offset flags -1 payload bytes`.

import type { Packet } from '../decode/packet.ts';
import type { FlowRates } from '../flow/flow-rates.ts';
import { createIntegerTokens, MAX_TABLE_IDS, TABLE_SIZE } from './integer-tokens.ts';
import { FLAG_CODES, TOS_CODES } from './packet-codes.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Payload bytes of a training row; shorter payloads were filled up with -1. */
export const LINE_PAYLOAD_BYTES = 500;
/** Tokens of a sequence, its begin and end included; the rest of the line is cut off. */
export const MAX_SEQUENCE_TOKENS = 512;

/**
 * How a payload shorter than 500 bytes was written in training: `padded` with -1 to 500 (the author's notebook; every
 * sequence then has 512 tokens), or as `unpadded` bytes alone (the author's serving package).
 */
export const LINE_READINGS = ['padded', 'unpadded'] as const;
export type LineReading = (typeof LINE_READINGS)[number];

export interface PacketTokens {
  /** A buffer for one sequence; longer than a sequence, since ids are written some at a time. */
  createBuffer(): Int32Array<ArrayBuffer>;
  /** Writes the packet's ids to the buffer's begin and returns how many they are. The packet is TCP over IPv4 with payload. */
  encode(packet: Packet, rates: FlowRates | undefined, buffer: Int32Array): number;
}

/** Ids are written a number's worth at a time, without asking how many count. */
const SLACK = MAX_TABLE_IDS;
const LAST_TOKEN = MAX_SEQUENCE_TOKENS - 1;

export function createPacketTokens(vocabulary: Vocabulary, reading: LineReading): PacketTokens {
  const integers = createIntegerTokens(vocabulary);
  const { ids, counts } = integers;
  const minusOne = integers.of(-1);
  const padding = Int32Array.from(
    { length: LINE_PAYLOAD_BYTES * minusOne.length },
    (_, k) => minusOne[k % minusOne.length] ?? 0,
  );

  /** Of the flow whose packet came last: the packets of a flow come together. */
  let knownRates: FlowRates | undefined;
  let rateTokens = tokensOfRates(undefined);

  function tokensOfRates(rates: FlowRates | undefined): readonly number[] {
    if (rates === undefined) return [...integers.of(0), ...integers.of(0), ...integers.of(0), ...minusOne];
    const { sourcePacketsPerSecond, destinationPacketsPerSecond, payloadBytesPerSecond } = rates;
    const values = [sourcePacketsPerSecond, destinationPacketsPerSecond, payloadBytesPerSecond];
    return [...values.flatMap((value) => integers.of(value)), ...minusOne];
  }

  function put(buffer: Int32Array, from: number, tokens: readonly number[]): number {
    let at = from;
    for (const token of tokens) buffer[at++] = token;
    return at;
  }

  /** `value` is within the table: a header's field. */
  function putField(buffer: Int32Array, at: number, value: number): number {
    const from = value * MAX_TABLE_IDS;
    for (let k = 0; k < MAX_TABLE_IDS; k += 1) buffer[at + k] = ids[from + k] as number; // the table has MAX_TABLE_IDS a value
    return at + (counts[value] as number);
  }

  function putBytes(buffer: Int32Array, from: number, bytes: Uint8Array, start: number, end: number): number {
    let at = from;
    for (let i = start; i < end && at < LAST_TOKEN; i += 1) {
      const value = bytes[i] as number; // the caller's range lies within the bytes
      const row = value * MAX_TABLE_IDS;
      // A byte has three digits, three pieces at most.
      buffer[at] = ids[row] as number;
      buffer[at + 1] = ids[row + 1] as number;
      buffer[at + 2] = ids[row + 2] as number;
      at += counts[value] as number;
    }
    return Math.min(at, LAST_TOKEN);
  }

  return {
    createBuffer: () => new Int32Array(MAX_SEQUENCE_TOKENS + SLACK),
    encode: (packet, rates, buffer) => {
      if (rates !== knownRates) {
        rateTokens = tokensOfRates(rates);
        knownRates = rates;
      }
      buffer[0] = vocabulary.cls;
      let at = put(buffer, 1, rateTokens);
      at = putField(buffer, at, packet.sourcePort);
      at = putField(buffer, at, packet.destinationPort);
      at = putField(buffer, at, ipTotalLength(packet));
      // Without a length in the header (a giant of the sender's card) it may be more than 16 bits.
      at =
        packet.payloadLength < TABLE_SIZE
          ? putField(buffer, at, packet.payloadLength)
          : put(buffer, at, integers.of(packet.payloadLength));
      at = putField(buffer, at, packet.ttl);
      at = putField(buffer, at, TOS_CODES[packet.tos] ?? 0);
      at = putField(buffer, at, packet.tcpDataOffset);
      at = putField(buffer, at, flagsCode(packet));
      at = put(buffer, at, minusOne);
      const start = packet.payloadStart;
      const length = Math.min(packet.payloadLength, packet.payloadCaptured, LINE_PAYLOAD_BYTES);
      at = putBytes(buffer, at, packet.bytes, start, start + length);
      if (reading === 'padded') {
        const missing = (LINE_PAYLOAD_BYTES - length) * minusOne.length;
        const fits = Math.min(missing, LAST_TOKEN - at);
        buffer.set(padding.subarray(0, fits), at);
        at += fits;
      }
      buffer[at] = vocabulary.sep;
      return at + 1;
    },
  };
}

/** As the header says: 0 where the sender's network card was to cut the packet. */
function ipTotalLength({ bytes, networkStart }: Packet): number {
  return ((bytes[networkStart + 2] ?? 0) << 8) | (bytes[networkStart + 3] ?? 0);
}

/** Training knew nine flags: with the ninth set (accurate ECN, once the nonce) it is none of the four. */
function flagsCode({ bytes, payloadStart, tcpDataOffset, tcpFlags }: Packet): number {
  const ninth = (bytes[payloadStart - tcpDataOffset * 4 + 12] ?? 0) & 1;
  return FLAG_CODES[ninth === 1 ? 0 : tcpFlags] ?? 0;
}
