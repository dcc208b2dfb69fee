// payload: bytes as text of several lines that can be shown anywhere: nothing in it moves a cursor or turns text round.

/** Control and format characters but tab and line feed, lone surrogates, separators, what was no UTF-8. */
const NOT_SHOWN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\ufffd]/gu;

/** UTF-8; a dot for what cannot be shown. */
export function shownLines(bytes: Buffer): string {
  return bytes.toString('utf8').replaceAll('\r\n', '\n').replaceAll(NOT_SHOWN, '.');
}

const LINE_BYTES = 16;
const FIRST_SHOWN = 0x20;
const LAST_SHOWN = 0x7e;

/** `00000010  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1..`, offsets from `start`. */
export function hexLines(bytes: Buffer, start: number): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += LINE_BYTES) {
    const line = bytes.subarray(at, at + LINE_BYTES);
    let hex = '';
    let text = '';
    for (let i = 0; i < LINE_BYTES; i += 1) {
      const byte = line[i];
      hex += `${byte === undefined ? '  ' : byte.toString(16).padStart(2, '0')}${i === 7 ? '  ' : ' '}`;
      if (byte !== undefined) text += byte >= FIRST_SHOWN && byte <= LAST_SHOWN ? String.fromCharCode(byte) : '.';
    }
    lines.push(`${(start + at).toString(16).padStart(8, '0')}  ${hex} ${text}`);
  }
  return lines.join('\n');
}
