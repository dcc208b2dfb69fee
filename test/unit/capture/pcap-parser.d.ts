// capture (tests): the part of pcap-parser 0.2.1 that the oracle test uses; the package ships no types.
declare module 'pcap-parser' {
  import type { EventEmitter } from 'node:events';
  import type { Readable } from 'node:stream';

  interface ParsedPacket {
    readonly header: {
      readonly timestampSeconds: number;
      readonly timestampMicroseconds: number;
      readonly capturedLength: number;
      readonly originalLength: number;
    };
    readonly data: Buffer;
  }

  export function parse(
    input: Readable,
  ): EventEmitter<{ packet: [packet: ParsedPacket]; end: []; error: [error: Error] }>;
}
