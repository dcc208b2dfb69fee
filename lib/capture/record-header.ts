// capture: the reusable value that the record readers of every format fill in.

export interface RecordHeader {
  /** First captured byte, as a position in the bytes that were read. */
  start: number;
  capturedLength: number;
  originalLength: number;
  /** With its header (pcap) or of the whole block (pcapng). */
  recordLength: number;
  /** Whole seconds since 1970, exact. */
  seconds: number;
  /** 0–999,999,999; straight from a pcap's header possibly more: see `carryFraction`. */
  nanoseconds: number;
  /** False for a simple packet block, which carries none: `seconds` and `nanoseconds` are 0. */
  hasTimestamp: boolean;
}

export function createRecordHeader(): RecordHeader {
  return {
    start: 0,
    capturedLength: 0,
    originalLength: 0,
    recordLength: 0,
    seconds: 0,
    nanoseconds: 0,
    hasTimestamp: true,
  };
}

const NANOSECONDS = 1_000_000_000;

/** Some writers give a pcap record a fraction of a second or more; true where that had to be moved to the seconds. */
export function carryFraction(header: RecordHeader): boolean {
  if (header.nanoseconds < NANOSECONDS) return false;
  header.seconds += Math.floor(header.nanoseconds / NANOSECONDS);
  header.nanoseconds %= NANOSECONDS;
  return true;
}
