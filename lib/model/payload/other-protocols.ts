// model: what else a flow's first bytes give away: Windows' protocols, reflected answers, shells, and payload that does not fit its port.

import { countFound, flag, type PayloadFeatures, type PayloadSide, type PayloadView, writer } from './payload-view.ts';

const TCP = 6;
const UDP = 17;
const WEB_PORTS = new Set([80, 8000, 8008, 8080, 8081, 8888]);
const TLS_PORTS = new Set([443, 465, 636, 853, 989, 990, 992, 993, 994, 995, 5061, 8443]);

/** What is typed into a shell, or printed by one. */
const SHELL_WORDS: readonly RegExp[] = [
  /microsoft (?:\(r\) )?windows.{0,20}\[version/,
  /uid=\d+\(/,
  /\/bin\/(?:ba|z|k|da)?sh\b|cmd\.exe|command\.com/,
  /busybox|\/proc\/mounts|\becho -ne/,
  /\b(?:whoami|ipconfig|ifconfig|netstat|tasklist|systeminfo|hostname|uname -a|net user|net view|cat \/etc)\b/,
  /\b(?:wget|tftp|curl) .{0,40}(?:http|-g|-o)/,
  /directory of [a-z]:\\|volume in drive|[a-z]:\\(?:windows|winnt|documents)/,
  /root:x:0:0|drwxr|no such file or directory|command not found|permission denied/,
  /chmod (?:777|\+x)|rm -rf|nc -[el]|perl -|python -c/,
];
/** What a shell says first. */
const SHELL_BANNER =
  /^\s{0,4}(?:microsoft (?:\(r\) )?windows|uid=\d+\(|(?:ba)?sh-\d\.\d+[#$]|\/bin\/(?:ba)?sh:|(?:ba)?sh: |\w{1,16}@[\w-]{1,24}:[~/]|[a-z]:\\(?:windows|winnt|users|documents).{0,40}>|whoami|id\n|uname -a|ipconfig|net user)/;
/** Lines by which bots and their masters speak. */
const IRC = /(?:^|\n)(?:nick |join #|privmsg |user \S+ \S+ \S+ :|ping :)|irc\./;
const SIP_SCANNER = /friendly-scanner|sipvicious|sipcli|sundayddr|pplsip/;
const DISCOVERY_ANSWER = /^http\/1\.1 200 ok\r\n(?:.{0,150}\n)?(?:st|usn|location|cache-control|ext):/s;

const names = [
  ...[
    'smb1',
    'smb2',
    'smbNegotiateOld',
    'dceRpc',
    'kerberos',
    'ldap',
    'netbiosSession',
    'rdpConnect',
    'sunRpc',
    'sunRpcPortmap',
  ],
  ...[
    'modbus',
    'modbusUnknown',
    'mqtt',
    'shellWords',
    'shellBanner',
    'ircWords',
    'sipScanner',
    'reflectedAnswer',
    'amplifyingRequest',
  ],
  ...[
    'sqlResolutionOverflow',
    'longestByteRun',
    'noOperations',
    'rawBinary',
    'webPortOther',
    'tlsPortOther',
    'httpOddPort',
  ],
  ...['tlsOddPort', 'executableBytes', 'sameBytesBack', 'sameStartBytes', 'compressedBehindHeader'],
];

/** Longest run of one byte value, and of the one given, over a side's kept packets. */
function longestRun({ packets }: PayloadSide, value?: number): number {
  let longest = 0;
  for (const bytes of packets) {
    let run = 0;
    let previous = -1;
    for (let k = 0; k < bytes.length; k += 1) {
      const byte = bytes[k] ?? 0;
      run = byte === previous ? run + 1 : 1;
      previous = byte;
      if (run > longest && (value === undefined ? byte !== 0 && byte !== 0xff && byte !== 0x20 : byte === value))
        longest = run;
    }
  }
  return longest;
}

function hasSmb(bytes: Uint8Array, first: number): boolean {
  return bytes[4] === first && bytes[5] === 0x53 && bytes[6] === 0x4d && bytes[7] === 0x42;
}

/** Sun RPC call (RFC 5531 §9): message type 0, version 2, over UDP at 0 or over TCP behind a record mark. */
function sunRpcProgram(bytes: Uint8Array, protocol: number): number {
  const at = protocol === TCP ? 4 : 0;
  const word = (k: number): number =>
    (((bytes[at + k] ?? 0) << 24) |
      ((bytes[at + k + 1] ?? 0) << 16) |
      ((bytes[at + k + 2] ?? 0) << 8) |
      (bytes[at + k + 3] ?? 0)) >>>
    0;
  return bytes.length >= at + 24 && word(4) === 0 && word(8) === 2 && word(12) >= 100_000 && word(12) < 400_000
    ? word(12)
    : 0;
}

/** BER sequence, message id, then an LDAP operation (RFC 4511 §4.2). */
function isLdap(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x30) return false;
  const length = bytes[1] ?? 0;
  const at = length < 0x80 ? 2 : 2 + (length & 0x7f);
  return (
    bytes[at] === 0x02 && (bytes[at + 1] ?? 9) <= 4 && ((bytes[at + 2 + (bytes[at + 1] ?? 0)] ?? 0) & 0xc0) === 0x40
  );
}

/** AS-REQ 0x6a, TGS-REQ 0x6c (RFC 4120 §5.4), over TCP behind four bytes of length. */
function isKerberos(bytes: Uint8Array, port: number, protocol: number): boolean {
  const tag = bytes[protocol === TCP ? 4 : 0];
  return port === 88 && (tag === 0x6a || tag === 0x6c);
}

/** Large answers that come without a question: DNS, NTP's monlist and control, SSDP, memcached, CLDAP, CharGEN. */
function isReflected(source: PayloadSide, destination: PayloadSide, protocol: number): boolean {
  const { first, firstText } = source;
  if (protocol !== UDP || destination.first.length > 0) return false;
  const isDns =
    first.length > 12 &&
    ((first[2] ?? 0) & 0xf8) === 0x80 &&
    first[4] === 0 &&
    first[5] === 1 &&
    (first[6] ?? 0) < 2 &&
    ((first[6] ?? 0) << 8) + (first[7] ?? 0) > 0;
  const isNtp = (first[0] ?? 0) >= 0xc0 ? first[3] === 0x2a : ((first[0] ?? 0) & 0x87) === 0x86 && first.length > 12;
  const isMemcached =
    first.length > 14 &&
    first[4] === 0 &&
    firstText === '' &&
    String.fromCharCode(...first.subarray(8, 14)).toUpperCase() === 'VALUE ';
  const isCldap = first[0] === 0x30 && isLdap(first) && first.includes(0x64);
  return isDns || isNtp || isMemcached || isCldap || DISCOVERY_ANSWER.test(firstText);
}

/** Small questions with large answers. */
function isAmplifying(bytes: Uint8Array, text: string, protocol: number): boolean {
  if (protocol !== UDP) return false;
  const isMonlist = bytes[0] === 0x17 && bytes[3] === 0x2a;
  const isMemcached = bytes.length > 12 && /^(?:stats|gets? )/.test(String.fromCharCode(...bytes.subarray(8, 13)));
  return isMonlist || isMemcached || text.includes('ssdp:all');
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length > 0 && a.length === b.length && a.every((byte, k) => byte === b[k]);
}

const LONGEST_HEADER = 24;

/** How many bytes both sides begin with: a key or a mark of their own. */
function sameStart(a: Uint8Array, b: Uint8Array): number {
  let count = 0;
  while (count < LONGEST_HEADER && count < a.length && count < b.length && a[count] === b[count]) count += 1;
  return count;
}

/** A short header, then zlib (RFC 1950 §2.2). */
function isCompressedBehindHeader(bytes: Uint8Array): boolean {
  for (let at = 4; at < LONGEST_HEADER && at + 2 < bytes.length; at += 1) {
    if (bytes[at] === 0x78 && (bytes[at + 1] === 0x9c || bytes[at + 1] === 0xda || bytes[at + 1] === 0x01)) return true;
  }
  return false;
}

function write({ source, destination, protocol, destinationPort }: PayloadView, out: Float32Array, at: number): void {
  const put = writer(out, at);
  const asked = source.first;
  const isTcp = protocol === TCP;
  const isHttp =
    /^[a-z]{3,11} \S/.test(source.firstText) ||
    source.firstText.startsWith('http/') ||
    destination.firstText.startsWith('http/');
  const isRequest = /^(?:get|post|head|put|options|delete|connect|propfind) \S/.test(source.firstText);
  const isTls =
    (asked[0] === 0x16 && asked[1] === 3) ||
    ((asked[0] ?? 0) >= 0x80 && asked[2] === 1 && (asked[3] ?? 9) <= 3) ||
    ((asked[0] ?? 0) >= 20 && (asked[0] ?? 0) <= 24 && asked[1] === 3);
  const isHello = asked[0] === 0x16 && asked[1] === 3 && asked[5] === 1;
  put(flag(hasSmb(asked, 0xff)));
  put(flag(hasSmb(asked, 0xfe)));
  put(
    flag(
      hasSmb(asked, 0xff) &&
        asked[8] === 0x72 &&
        !source.packets[0]
          ?.subarray(36)
          .some((byte, k, all) => byte === 0x32 && all[k - 1] === 0x20 && all[k + 1] === 0x2e),
    ),
  );
  put(flag(asked[0] === 5 && asked[1] === 0));
  put(flag(isKerberos(asked, destinationPort, protocol)));
  put(flag(isLdap(asked)));
  put(flag(asked[0] === 0x81 && asked[1] === 0 && asked[3] === 0x44));
  put(flag(isTcp && asked[0] === 3 && asked[1] === 0 && asked[5] === 0xe0));
  const program = sunRpcProgram(asked, protocol);
  put(flag(program > 0));
  put(flag(program === 100_000));
  const isModbus = destinationPort === 502 && asked.length > 7 && asked[2] === 0 && asked[3] === 0;
  put(flag(isModbus));
  put(flag(isModbus && !MODBUS_FUNCTIONS.has(asked[7] ?? 0)));
  put(
    flag(
      isTcp &&
        asked[0] === 0x10 &&
        /mq(?:tt|isdp)/.test(source.firstText || String.fromCharCode(...asked.subarray(2, 12)).toLowerCase()),
    ),
  );
  put(isRequest ? 0 : countFound(SHELL_WORDS, source.text) + countFound(SHELL_WORDS, destination.text));
  put(flag(!isRequest && (SHELL_BANNER.test(source.firstText) || SHELL_BANNER.test(destination.firstText))));
  put(flag(IRC.test(source.text) && !isRequest));
  put(flag(SIP_SCANNER.test(source.text)));
  put(flag(isReflected(source, destination, protocol)));
  put(flag(isAmplifying(asked, source.firstText, protocol)));
  put(flag(protocol === UDP && destinationPort === 1434 && asked[0] === 4 && asked.length > 60));
  put(longestRun(source));
  put(Math.max(longestRun(source, 0x90), longestRun(destination, 0x90)));
  put(flag(isTcp && asked.length >= 8 && source.firstText === '' && !isTls && asked[0] !== 0));
  put(flag(isTcp && WEB_PORTS.has(destinationPort) && asked.length > 0 && !isHttp && !isTls));
  put(flag(isTcp && TLS_PORTS.has(destinationPort) && asked.length > 1 && !isTls));
  put(flag(isRequest && isTcp && !WEB_PORTS.has(destinationPort) && destinationPort !== 5985));
  put(flag(isHello && !TLS_PORTS.has(destinationPort)));
  put(flag(isExecutable(source) || isExecutable(destination)));
  put(flag(sameBytes(asked, destination.first)));
  put(isTcp ? sameStart(asked, destination.first) : 0);
  put(flag(isTcp && isCompressedBehindHeader(asked)));
}

/** Public function codes (Modbus Application Protocol V1.1b3, §6). */
const MODBUS_FUNCTIONS = new Set([1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 15, 16, 17, 20, 21, 22, 23, 24, 43]);

/** `MZ` at a packet's start or right behind HTTP's headers. */
function isExecutable({ packets, text }: PayloadSide): boolean {
  if (text.startsWith('http/')) return text.includes('\r\n\r\nmz');
  return packets.some(
    (bytes) => bytes[0] === 0x4d && bytes[1] === 0x5a && bytes.length > 64 && bytes.subarray(2, 64).includes(0),
  );
}

export const OTHER_PROTOCOLS: PayloadFeatures = { names, write };
