// app: the ceilings on what is kept of a conversation; what happens at each stands beside it.

/** Characters of one string; what is longer is cut. */
export const MAX_TEXT = 1024;

/** Characters of a name (user, host, share, command); what is longer is cut. */
export const MAX_NAME = 256;

/** Distinct values of one list (commands, answers, file names); later ones are left out. */
export const MAX_LIST = 16;

/** Messages, frames or lines looked at on one side; later ones are left unread. */
export const MAX_MESSAGES = 64;

/** Bytes of an HTTP header that are read; fields behind them are left out. */
export const MAX_HTTP_HEADER_BYTES = 8192;

/** Header fields of an HTTP message; later ones are left out. */
export const MAX_HTTP_FIELDS = 128;

/** First bytes of an HTTP body in which a password's name is looked for. */
export const MAX_HTTP_BODY_BYTES = 4096;

/** Parameters of an HTTP query or form that are looked at: more than fit into `MAX_TEXT` characters. */
export const MAX_HTTP_PARAMETERS = 512;

/** QUIC datagrams of one side that are decrypted, and packets of each; later ones are left unread. */
export const MAX_QUIC_DATAGRAMS = 8;
export const MAX_QUIC_PACKETS = 4;

/** Bytes of a hello that QUIC's CRYPTO frames spell; what lies behind is left out. */
export const MAX_QUIC_CRYPTO_BYTES = 16_384;

/** Bytes of an SSH key exchange message; a longer one is none (RFC 4253 §6.1). */
export const MAX_SSH_PACKET_BYTES = 35_000;

/** TLS clients whose offers are remembered with their fingerprints, and server answers; bytes of such an offer. */
export const MAX_KNOWN_OFFERS = 256;
export const MAX_KNOWN_OFFER_BYTES = 2048;

/** Certificates whose fields are remembered; bytes of one. */
export const MAX_KNOWN_CERTIFICATES = 512;
export const MAX_KNOWN_CERTIFICATE_BYTES = 4096;
