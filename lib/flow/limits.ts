// flow: when flows end, and the ceilings on what the flow table holds; what happens at each stands beside it.

/** A flow without a packet for longer than this ends: `idle`. */
export const IDLE_SECONDS = 60;

/** A flow that began longer ago than this ends: `active`. */
export const ACTIVE_SECONDS = 120;

/** A TCP flow ends this long after FIN both ways or RST: `closed`. */
export const CLOSE_SECONDS = 1;

/** A flow ends once this much of the dump lies between its first record and the present one: `volume`. */
export const VOLUME_BYTES = 1024 ** 3;
export const VOLUME_RECORDS = 2_097_152;

/** A step of the records' times by more than this is followed once STEP_RECORDS successive records agree on it. */
export const STEP_SECONDS = 3600;
export const STEP_RECORDS = 3;

/** Open flows; at the cap the least recently active is ended: `cap`, warning `flow-table-full`. */
export const MAX_OPEN_FLOWS = 131_072;

/** Payload packets whose first bytes are kept, over all open flows; at the cap the least recently active flow is ended. */
export const MAX_PAYLOAD_BLOCKS = 393_216;

/** First fragments remembered for those that follow; the oldest is forgotten. */
export const MAX_FRAGMENTS = 8192;

/** Ended flows remembered for the running part number; the oldest is forgotten. */
export const MAX_PARTS = 65_536;

/** Flows the host windows look back on, over all hosts; the oldest is forgotten. */
export const HOST_LOG_FLOWS = 262_144;

/** Hosts without an open flow that are remembered; the one longest without is forgotten. */
export const MAX_IDLE_HOSTS = 262_144;

/** A host window: at most so many flows, started within so many seconds before the flow's last packet. */
export const WINDOW_FLOWS = 100;
export const WINDOW_SECONDS = 60;

/** An open flow is counted as silent after this time without a packet. */
export const SILENT_SECONDS = 5;

/** First bytes of a stream that are kept for the application layer, and of one that begins like text or a TLS handshake. */
export const HEAD_BYTES = 1536;
export const LONG_HEAD_BYTES = 8192;

/** Datagrams a side whose first bytes are kept for the application layer, and bytes of each. */
export const MAX_HEAD_DATAGRAMS = 3;
export const MAX_DATAGRAM_HEAD_BYTES = 4096;

/** Payload packets of a direction whose first bytes are looked at for what they say. */
export const SAID_PACKETS = 256;

/** Blocks of 256 bytes for these bytes, over all open flows; at the cap the facts are read from what there is: `head-memory-full`. */
export const MAX_HEAD_BLOCKS = 131_072;

/** Bytes of a flow's application facts as JSON; of longer ones only the protocol is kept. */
export const MAX_FACTS_BYTES = 16_384;

/** IPv4 addresses that ARP tells of, and MAC addresses for each; further ones are counted: `arp-hosts-over-limit`. */
export const MAX_ARP_ADDRESSES = 16_384;
export const MAX_ARP_CLAIMS = 8;
