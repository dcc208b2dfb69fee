// capture: what every reader of a capture format gives: whole records as columns over one buffer.

/** How a capture wrote one interface's records; numbered over the whole dump in order of appearance. */
export interface CaptureInterface {
  readonly id: number;
  readonly format: 'pcap' | 'pcapng' | 'snoop';
  readonly byteOrder: 'little' | 'big';
  /** LINKTYPE_ number (tcpdump.org/linktypes). */
  readonly linktype: number;
  /** 0 = no limit was stated. */
  readonly snaplen: number;
  /** Timestamp units per second: 1e6, 1e9, or what `if_tsresol` says. */
  readonly unitsPerSecond: number;
  /** Seconds to add to every timestamp (`if_tsoffset`). */
  readonly offsetSeconds: number;
  readonly name?: string;
}

/**
 * Up to some thousands of whole records of one capture (one member of a zip), as columns.
 * `bytes` and every column belong to the reader and are valid until its next step: copy what must live longer.
 */
export interface RecordBatch {
  /** Number of the first record of the batch, counted from 0 over the whole dump. */
  readonly firstRecord: number;
  readonly count: number;
  /** Which capture of the dump they are of, counted from 0; more than one only in a zip. */
  readonly member: number;
  readonly bytes: Uint8Array;
  /** First captured byte of record i, as a position in `bytes`. */
  readonly start: Uint32Array;
  /** Captured bytes of record i, never more than lie in `bytes`. */
  readonly capturedLength: Uint32Array;
  /** Bytes on the wire as the capture claims them; may be smaller than capturedLength (counted by the reader). */
  readonly originalLength: Uint32Array;
  /** Offset of the record (its header or block) in the uncompressed stream, in bytes. */
  readonly offset: Float64Array;
  /** Length of the record with its header (pcap), of the whole block (pcapng), or with its padding (snoop), in bytes. */
  readonly recordLength: Uint32Array;
  /** Timestamp: whole seconds since 1970 (may be negative or huge in a hostile capture), exact. */
  readonly seconds: Float64Array;
  /** Timestamp: nanoseconds within the second, 0–999,999,999. */
  readonly nanoseconds: Uint32Array;
  readonly interfaceId: Uint32Array;
}
