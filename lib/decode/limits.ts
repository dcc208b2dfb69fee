// decode: how deep packets are followed, and the ceilings on what reassembly holds; what happens at each stands beside it.

/** Tags, labels and link headers in front of the network layer; behind more nothing is looked at: `not-ip`. */
export const MAX_LINK_HEADERS = 16;

/** Labels of one MPLS stack; the same. */
export const MAX_MPLS_LABELS = 16;

/** Tunnels in tunnels; what lies deeper is not looked at, and counted: `tunnel-too-deep`. */
export const MAX_TUNNEL_DEPTH = 8;

/** IPv6 extension headers; a longer chain is an attack on whoever follows it: `ipv6-malformed`. */
export const MAX_EXTENSION_HEADERS = 256;

/** Extension headers of one GTP-U packet or source routes of one GRE packet; more: `tunnel-malformed`. */
export const MAX_TUNNEL_OPTIONS = 32;

/** Fragmented packets in reassembly at once, and the bytes of their buffers; at either the oldest is given up. */
export const MAX_DATAGRAMS = 4096;
export const MAX_DATAGRAM_BYTES = 16 * 1024 * 1024;

/** Gaps between a packet's fragments; a fragment that makes one more is refused. */
export const MAX_HOLES = 64;

/** A fragmented packet whose last fragment came this many records ago is given up. */
export const MAX_DATAGRAM_AGE_RECORDS = 100_000;
