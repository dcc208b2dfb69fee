// document: the lower-case names of IP protocols and versions, as ECS wants them.

/** IANA protocol numbers that captures show; others have only their number. */
const TRANSPORTS: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [2, 'igmp'],
  [4, 'ipv4'],
  [6, 'tcp'],
  [17, 'udp'],
  [33, 'dccp'],
  [41, 'ipv6'],
  [46, 'rsvp'],
  [47, 'gre'],
  [50, 'esp'],
  [51, 'ah'],
  [58, 'ipv6-icmp'],
  [88, 'eigrp'],
  [89, 'ospf'],
  [94, 'ipip'],
  [103, 'pim'],
  [112, 'vrrp'],
  [115, 'l2tp'],
  [132, 'sctp'],
  [136, 'udplite'],
]);

const PROTOCOLS_WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

export const TCP_PROTOCOL = 6;

export function transportName(protocol: number): string | undefined {
  return TRANSPORTS.get(protocol);
}

export function networkType(ipVersion: number): 'ipv4' | 'ipv6' {
  return ipVersion === 4 ? 'ipv4' : 'ipv6';
}

export function hasPorts(protocol: number): boolean {
  return PROTOCOLS_WITH_PORTS.has(protocol);
}
