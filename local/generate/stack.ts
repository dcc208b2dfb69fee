// generate: how the TCP/IP stacks of common systems differ on the wire: TTL, window, options.
import { writeUint16, writeUint32 } from './bytes/ip.ts';
import type { Random } from './random.ts';

export type OptionName = 'mss' | 'sack' | 'timestamps' | 'window-scale' | 'nop' | 'end';

export interface TcpStack {
  readonly name: string;
  readonly ttl: number;
  /** Window in the SYN. */
  readonly window: number;
  /** Window in the SYN-ACK. */
  readonly answerWindow: number;
  readonly windowScale: number;
  /** Options of a SYN in this system's own order. */
  readonly synOptions: readonly OptionName[];
  readonly identification: 'increments' | 'random' | 'zero';
}

const linux: TcpStack = {
  name: 'linux',
  ttl: 64,
  window: 64240,
  answerWindow: 65160,
  windowScale: 7,
  synOptions: ['mss', 'sack', 'timestamps', 'nop', 'window-scale'],
  identification: 'increments',
};

const windows: TcpStack = {
  name: 'windows',
  ttl: 128,
  window: 64240,
  answerWindow: 65535,
  windowScale: 8,
  synOptions: ['mss', 'nop', 'window-scale', 'nop', 'nop', 'sack'],
  identification: 'increments',
};

const apple: TcpStack = {
  name: 'apple',
  ttl: 64,
  window: 65535,
  answerWindow: 65535,
  windowScale: 6,
  synOptions: ['mss', 'nop', 'window-scale', 'nop', 'nop', 'timestamps', 'sack', 'end', 'end'],
  identification: 'zero',
};

const olderLinux: TcpStack = { ...linux, name: 'older-linux', window: 29200, answerWindow: 28960 };
const oldLinux: TcpStack = { ...linux, name: 'old-linux', window: 5840, answerWindow: 5792, windowScale: 5 };
const olderWindows: TcpStack = { ...windows, name: 'older-windows', window: 8192, answerWindow: 8192, windowScale: 2 };

const appliance: TcpStack = {
  name: 'appliance',
  ttl: 255,
  window: 4128,
  answerWindow: 4128,
  windowScale: 0,
  synOptions: ['mss'],
  identification: 'random',
};

export const stacks = { linux, windows, apple, olderLinux, oldLinux, olderWindows, appliance } as const;

export function pickClientStack(random: Random): TcpStack {
  return random.pick([windows, windows, windows, apple, apple, linux, linux, olderLinux, olderWindows]);
}

export function pickServerStack(random: Random): TcpStack {
  return random.pick([linux, linux, linux, linux, olderLinux, oldLinux, windows, appliance]);
}

/** What two ends agreed on in the handshake. */
export interface Negotiated {
  readonly timestamps: boolean;
  readonly windowScale: boolean;
  readonly mss: number;
}

export function negotiate(one: TcpStack, other: TcpStack, mss: number): Negotiated {
  const both = (option: OptionName): boolean => one.synOptions.includes(option) && other.synOptions.includes(option);
  return { timestamps: both('timestamps'), windowScale: both('window-scale'), mss };
}

export interface TimestampPair {
  readonly value: number;
  readonly echo: number;
}

/** Options of a SYN (`answered` undefined) or of a SYN-ACK that may use only what the SYN offered. */
export function encodeSynOptions(
  stack: TcpStack,
  mss: number,
  time: TimestampPair,
  answered: TcpStack | undefined,
): Uint8Array {
  const allowed = (option: OptionName): boolean =>
    answered === undefined ||
    option === 'mss' ||
    option === 'nop' ||
    option === 'end' ||
    answered.synOptions.includes(option);
  const parts = stack.synOptions.filter(allowed).flatMap((option) => encodeOption(option, stack, mss, time));
  // Behind an end mark only zeros may follow.
  const padding = parts.at(-1) === 0 ? 0 : 1;
  while (parts.length % 4 !== 0) parts.push(padding);
  return Uint8Array.from(parts);
}

function encodeOption(option: OptionName, stack: TcpStack, mss: number, time: TimestampPair): number[] {
  switch (option) {
    case 'mss':
      return [2, 4, mss >>> 8, mss & 0xff];
    case 'sack':
      return [4, 2];
    case 'window-scale':
      return [3, 3, stack.windowScale];
    case 'timestamps':
      return [8, 10, ...word(time.value), ...word(time.echo)];
    case 'nop':
      return [1];
    case 'end':
      return [0];
  }
}

/** NOP NOP timestamps: what every later segment carries where both ends agreed. */
export function encodeTimestampOption(time: TimestampPair): Uint8Array {
  const option = new Uint8Array(12);
  writeUint16(option, 0, 0x0101);
  writeUint16(option, 2, 0x080a);
  writeUint32(option, 4, time.value);
  writeUint32(option, 8, time.echo);
  return option;
}

function word(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
