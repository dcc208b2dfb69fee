// flow: which ICMP types are a question and its answer, as Community ID v1 has it (github.com/corelight/community-id-spec, after Zeek).

const PROTOCOL_ICMP = 1;
const PROTOCOL_ICMPV6 = 58;

const ICMP_PAIRS = [
  [8, 0], // echo
  [13, 14], // timestamp
  [15, 16], // information
  [10, 9], // router solicitation, advertisement
  [17, 18], // address mask
] as const;

const ICMPV6_PAIRS = [
  [128, 129], // echo
  [133, 134], // router solicitation, advertisement
  [135, 136], // neighbor solicitation, advertisement
  [130, 131], // multicast listener query, report
  [139, 140], // node information
  [144, 145], // home agent address discovery
] as const;

const ONE_WAY = -1;

function counterparts(pairs: readonly (readonly [number, number])[]): Int16Array {
  const table = new Int16Array(256).fill(ONE_WAY);
  for (const [question, answer] of pairs) {
    table[question] = answer;
    table[answer] = question;
  }
  return table;
}

const ICMP = counterparts(ICMP_PAIRS);
const ICMPV6 = counterparts(ICMPV6_PAIRS);

/** The type that answers (or asks for) this one; -1 where messages of this type go one way only. */
export function icmpCounterpart(protocol: number, icmpType: number): number {
  return (protocol === PROTOCOL_ICMPV6 ? ICMPV6 : ICMP)[icmpType] ?? ONE_WAY;
}

export function isIcmp(protocol: number): boolean {
  return protocol === PROTOCOL_ICMP || protocol === PROTOCOL_ICMPV6;
}
