// detection: features that tell of the same thing, by their names.

const FAMILIES: readonly (readonly [name: string, features: RegExp])[] = [
  ['sourceWindow', /^sourceWindow/],
  ['destinationWindow', /^destinationWindow/],
  ['state', /^tcpState|^(?:source|destination)(?:Fin|Syn|Rst|Psh|Ack|Urg)(?:Share)?$/],
  ['service', /^service[A-Z]|^(?:tcp|udp|icmp|icmpEcho|icmpUnreachable|ipv6|multicast|continued)$/],
  ['timing', /gap|PerSecond$|^durationSeconds$/i],
  ['volume', /^size|Size|(?:Packets|Bytes|PayloadLength\d|PacketShare|PayloadShare|RetransmissionShare)$/],
  ['sourceText', /^source(?:First|Payload)/],
  ['destinationText', /^destination(?:First|Payload)/],
];
const SAID = 'said';

/** `sourceWindow`, `state`, `timing`, …; what an application protocol says is the rest. */
export function featureFamily(feature: string): string {
  return FAMILIES.find(([, features]) => features.test(feature))?.[0] ?? SAID;
}
