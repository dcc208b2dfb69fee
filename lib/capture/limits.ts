// capture: the ceilings on everything a capture claims about itself; what happens at each stands beside it.

/** Captured bytes of one record, as libpcap and Wireshark allow for network link types; above it the record is corrupt. */
export const MAX_CAPTURED_LENGTH = 262_144;

/** The same for link types whose records are messages or transfers rather than frames (USB, D-Bus and the like). */
export const MAX_CAPTURED_LENGTH_BULK = 16 * 1024 * 1024 - 4096;

/** One pcapng block, header and trailer included; above it the block is corrupt. Also the largest buffer a reader holds. */
export const MAX_BLOCK_LENGTH = 16 * 1024 * 1024;

/** Interfaces of one dump, over all its sections; records of interfaces beyond are a gap. */
export const MAX_INTERFACES = 65_536;

/** Bytes of an interface's name that are kept. */
export const MAX_INTERFACE_NAME_BYTES = 256;

/** Gaps listed one by one (neighbours with one reason are one gap); further ones are only counted. */
export const MAX_GAPS = 1024;

/** Records a batch holds at most. */
export const BATCH_RECORDS = 4096;

/** Seconds since 1970 from which a timestamp no longer fits 64-bit nanoseconds for sure (2262-01-01). */
export const MAX_PLAUSIBLE_SECONDS = 9_214_646_400;

/** Captures in one another: a .pcap.gz in a .zip is two; deeper ones are not unpacked. */
export const MAX_CONTAINER_DEPTH = 2;

/** Captures in one zip; the members beyond are a gap. */
export const MAX_MEMBERS = 65_536;

/** Characters of a member's name that are kept. */
export const MAX_MEMBER_NAME_LENGTH = 256;

/** gzip members of one stream (a BGZF writer makes one per 64 KiB); more are refused, for each costs its set-up. */
export const MAX_GZIP_MEMBERS = 4_194_304;

/** Bytes that a compressed dump may have when unpacked, everything counted; beyond it the dump is refused. */
export const MAX_DECOMPRESSED_BYTES = 64 * 1024 ** 3;

/** Unpacked bytes per byte of the object, once RATIO_FLOOR_BYTES were unpacked; beyond it the dump is refused. */
export const MAX_DECOMPRESSION_RATIO = 1000;
export const RATIO_FLOOR_BYTES = 1024 ** 3;

/** Look-back window of a zstd frame, which is held in memory: what `zstd` itself allows unasked (2^27 = 128 MiB). */
export const MAX_ZSTD_WINDOW_LOG = 27;
