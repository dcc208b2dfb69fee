// model: payload that fits neither its port nor any protocol: code, bytes of no known form, programs, keys both sides share.

import { flag, payloadFeatures } from './payload-features.ts';
import type { PayloadSide, PayloadView } from './payload-view.ts';
import { REQUEST } from './shell-words.ts';

const TCP = 6;
const WIN_RM = 5985;
const WEB_PORTS = new Set([80, 8000, 8008, 8080, 8081, 8888]);
const TLS_PORTS = new Set([443, 465, 636, 853, 989, 990, 992, 993, 994, 995, 5061, 8443]);

/** Fills space in records and frames everywhere, so long runs of it say nothing. */
const FILLING = new Set([0x00, 0x20, 0xff]);
const NO_OPERATION = 0x90;
const LONGEST_HEADER = 24;
/** zlib's first bytes by how hard it tried (RFC 1950 §2.2). */
const ZLIB = 0x78;
const ZLIB_LEVELS = new Set([0x01, 0x9c, 0xda]);
/** First bytes of what is asked in HTTP or something alike, over any port. */
const WORD = /^[a-z]{3,11} \S/;

/** Longest run of one byte value that `counts`, over a side's kept packets. */
function longestRun({ packets }: PayloadSide, counts: (byte: number) => boolean): number {
  let longest = 0;
  for (const bytes of packets) {
    let run = 0;
    let previous = -1;
    for (let k = 0; k < bytes.length; k += 1) {
      const byte = bytes[k] ?? 0;
      run = byte === previous ? run + 1 : 1;
      previous = byte;
      if (run > longest && counts(byte)) longest = run;
    }
  }
  return longest;
}

function isPayload(byte: number): boolean {
  return !FILLING.has(byte);
}

function isNoOperation(byte: number): boolean {
  return byte === NO_OPERATION;
}

function isHello(bytes: Uint8Array): boolean {
  return bytes[0] === 22 && bytes[1] === 3 && bytes[5] === 1;
}

/** A record of TLS (RFC 8446 §5.1), or SSL 2.0's hello, which older clients began with (RFC 5246 appendix E.2). */
function isTls(bytes: Uint8Array): boolean {
  const type = bytes[0] ?? 0;
  return (type >= 20 && type <= 24 && bytes[1] === 3) || (type >= 0x80 && bytes[2] === 1 && (bytes[3] ?? 9) <= 3);
}

function isHttp({ source, destination }: PayloadView): boolean {
  return (
    WORD.test(source.firstText) || source.firstText.startsWith('http/') || destination.firstText.startsWith('http/')
  );
}

/** `MZ` at a packet's start or right behind HTTP's headers. */
function isExecutable({ packets, text }: PayloadSide): boolean {
  if (text.startsWith('http/')) return text.includes('\r\n\r\nmz');
  return packets.some(
    (bytes) => bytes[0] === 0x4d && bytes[1] === 0x5a && bytes.length > 64 && bytes.subarray(2, 64).includes(0),
  );
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length > 0 && a.length === b.length && a.every((byte, k) => byte === b[k]);
}

/** How many bytes both sides begin with: a key or a mark of their own. */
function sameStart(a: Uint8Array, b: Uint8Array): number {
  let count = 0;
  while (count < LONGEST_HEADER && count < a.length && count < b.length && a[count] === b[count]) count += 1;
  return count;
}

/** A short header, then zlib. */
function isCompressedBehindHeader(bytes: Uint8Array): boolean {
  for (let at = 4; at < LONGEST_HEADER && at + 2 < bytes.length; at += 1)
    if (bytes[at] === ZLIB && ZLIB_LEVELS.has(bytes[at + 1] ?? 0)) return true;
  return false;
}

function read(view: PayloadView): PayloadView | undefined {
  return view.source.first.length === 0 && view.destination.first.length === 0 ? undefined : view;
}

/** All 0 where neither side says anything. */
export const PAYLOAD_MISFITS = payloadFeatures<PayloadView>(read, {
  longestByteRun: ({ source }) => longestRun(source, isPayload),
  noOperations: ({ source, destination }) =>
    Math.max(longestRun(source, isNoOperation), longestRun(destination, isNoOperation)),
  rawBinary: ({ source: { first, firstText }, protocol }) =>
    flag(protocol === TCP && first.length >= 8 && firstText === '' && !isTls(first) && first[0] !== 0),
  webPortOther: (view) =>
    flag(
      view.protocol === TCP &&
        WEB_PORTS.has(view.destinationPort) &&
        view.source.first.length > 0 &&
        !isHttp(view) &&
        !isTls(view.source.first),
    ),
  tlsPortOther: ({ source, protocol, destinationPort }) =>
    flag(protocol === TCP && TLS_PORTS.has(destinationPort) && source.first.length > 1 && !isTls(source.first)),
  httpOddPort: ({ source, protocol, destinationPort }) =>
    flag(
      protocol === TCP &&
        !WEB_PORTS.has(destinationPort) &&
        destinationPort !== WIN_RM &&
        REQUEST.test(source.firstText),
    ),
  tlsOddPort: ({ source, destinationPort }) => flag(isHello(source.first) && !TLS_PORTS.has(destinationPort)),
  executableBytes: ({ source, destination }) => flag(isExecutable(source) || isExecutable(destination)),
  sameBytesBack: ({ source, destination }) => flag(sameBytes(source.first, destination.first)),
  sameStartBytes: ({ source, destination, protocol }) =>
    protocol === TCP ? sameStart(source.first, destination.first) : 0,
  compressedBehindHeader: ({ source, protocol }) => flag(protocol === TCP && isCompressedBehindHeader(source.first)),
});
