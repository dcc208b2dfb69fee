// decode: EtherTypes that lead on (iana.org/assignments/ieee-802-numbers).

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
/** RFC 903: ARP's packet, asking for one's own IP address. */
export const ETHERTYPE_RARP = 0x8035;
export const ETHERTYPE_VLAN = 0x8100;
export const ETHERTYPE_SERVICE_VLAN = 0x88a8;
/** QinQ of switches older than 802.1ad. */
export const ETHERTYPE_OLD_VLAN = 0x9100;
/** A whole Ethernet frame follows (RFC 1701, as GRE and Geneve use it). */
export const ETHERTYPE_BRIDGED = 0x6558;
export const ETHERTYPE_IPV6 = 0x86dd;
export const ETHERTYPE_PPP = 0x880b;
export const ETHERTYPE_MPLS = 0x8847;
export const ETHERTYPE_MPLS_MULTICAST = 0x8848;
export const ETHERTYPE_PPPOE_SESSION = 0x8864;
/** 802.1ah: the customer's frame behind a provider's tag. */
export const ETHERTYPE_BACKBONE = 0x88e7;
/** Cisco's security group tag, between the MAC header and what it labels. */
export const ETHERTYPE_CISCO_METADATA = 0x8909;
/** 802.1BR's forerunner, on fabric extenders. */
export const ETHERTYPE_VN_TAG = 0x8926;
/** Service chains (RFC 8300). */
export const ETHERTYPE_NSH = 0x894f;

/** Below it the field is a length, and an LLC header follows (IEEE 802.3, clause 3.2.6). */
export const FIRST_ETHERTYPE = 0x0600;
export const LLC_FOLLOWS = 0;
