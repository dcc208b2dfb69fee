// app: the names of DNS codes (IANA "Domain Name System (DNS) Parameters").

const OP_CODES = ['QUERY', 'IQUERY', 'STATUS', undefined, 'NOTIFY', 'UPDATE', 'DSO'] as const;
/** NetBIOS name service, RFC 1002 §4.2.1.1. */
const NETBIOS_OP_CODES = [
  ...['QUERY', undefined, undefined, undefined, undefined, 'REGISTRATION', 'RELEASE', 'WACK', 'REFRESH', 'REFRESH'],
  ...[undefined, undefined, undefined, undefined, undefined, 'MULTI-HOMED REGISTRATION'],
] as const;
const RESPONSE_CODES = [
  ...['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'],
  ...['YXDOMAIN', 'YXRRSET', 'NXRRSET', 'NOTAUTH', 'NOTZONE'],
] as const;
const CLASSES: ReadonlyMap<number, string> = new Map([
  [1, 'IN'],
  [3, 'CH'],
  [4, 'HS'],
  [254, 'NONE'],
  [255, 'ANY'],
]);
const TYPES: ReadonlyMap<number, string> = new Map([
  [1, 'A'],
  [2, 'NS'],
  [5, 'CNAME'],
  [6, 'SOA'],
  [10, 'NULL'],
  [12, 'PTR'],
  [13, 'HINFO'],
  [15, 'MX'],
  [16, 'TXT'],
  [17, 'RP'],
  [18, 'AFSDB'],
  [24, 'SIG'],
  [25, 'KEY'],
  [28, 'AAAA'],
  [29, 'LOC'],
  [33, 'SRV'],
  [35, 'NAPTR'],
  [37, 'CERT'],
  [39, 'DNAME'],
  [41, 'OPT'],
  [43, 'DS'],
  [44, 'SSHFP'],
  [46, 'RRSIG'],
  [47, 'NSEC'],
  [48, 'DNSKEY'],
  [50, 'NSEC3'],
  [51, 'NSEC3PARAM'],
  [52, 'TLSA'],
  [55, 'HIP'],
  [59, 'CDS'],
  [60, 'CDNSKEY'],
  [64, 'SVCB'],
  [65, 'HTTPS'],
  [99, 'SPF'],
  [249, 'TKEY'],
  [250, 'TSIG'],
  [251, 'IXFR'],
  [252, 'AXFR'],
  [255, 'ANY'],
  [256, 'URI'],
  [257, 'CAA'],
]);
/** RFC 1002 §4.2.1.2; the numbers mean something else in DNS. */
const NETBIOS_TYPES: ReadonlyMap<number, string> = new Map([
  [0x20, 'NB'],
  [0x21, 'NBSTAT'],
]);
const FLAGS = [
  [0x0400, 'AA'],
  [0x0200, 'TC'],
  [0x0100, 'RD'],
  [0x0080, 'RA'],
  [0x0020, 'AD'],
  [0x0010, 'CD'],
] as const;

export function dnsOpCode(code: number, isNetbios: boolean): string | undefined {
  return (isNetbios ? NETBIOS_OP_CODES : OP_CODES)[code];
}

export function dnsResponseCode(code: number): string {
  return RESPONSE_CODES[code] ?? `RCODE${code}`;
}

export function dnsClass(code: number): string {
  return CLASSES.get(code) ?? `CLASS${code}`;
}

export function isKnownDnsType(code: number): boolean {
  return TYPES.has(code);
}

export function dnsType(code: number, isNetbios: boolean): string {
  return (isNetbios ? NETBIOS_TYPES.get(code) : undefined) ?? TYPES.get(code) ?? `TYPE${code}`;
}

/** `AA`, `TC`, `RD`, `RA`, `AD`, `CD`, in this order; in NetBIOS' service the last two are no flags of these. */
export function dnsFlags(word: number, isNetbios: boolean): readonly string[] {
  return FLAGS.filter(([mask]) => (word & mask) !== 0 && !(isNetbios && mask < 0x80)).map(([, name]) => name);
}
