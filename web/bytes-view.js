// web: bytes as lines of text and as a hex dump: nothing in them moves a cursor, turns text round or becomes markup.

/** @param {string} base64 */
export function bytesOf(base64) {
  const text = atob(base64);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Control and format characters but tab and line feed, and what was no UTF-8. */
const NOT_SHOWN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\ufffd]/gu;

/** @param {Uint8Array} bytes */
export function shownText(bytes) {
  return new TextDecoder().decode(bytes).replaceAll('\r\n', '\n').replaceAll(NOT_SHOWN, '·');
}

const LINE = 16;

/** @param {Uint8Array} bytes @param {number} start */
export function shownHex(bytes, start) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += LINE) {
    const line = [...bytes.subarray(at, at + LINE)];
    const hex = line.map((byte, i) => byte.toString(16).padStart(2, '0') + (i === 7 ? '  ' : ' ')).join('');
    const text = line.map((byte) => (byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '·')).join('');
    lines.push(`${(start + at).toString(16).padStart(8, '0')}  ${hex.padEnd(LINE * 3 + 1)} ${text}`);
  }
  return lines.join('\n');
}
