// app: the whole lines at the start of a text protocol's side; a last line without its end is left out.

import { clearText } from './clear-text.ts';
import { MAX_MESSAGES } from './limits.ts';

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** @param max lines given; those behind are not looked at. */
export function readLines(bytes: Uint8Array, max = MAX_MESSAGES): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; lines.length < max; ) {
    const end = bytes.indexOf(LINE_FEED, at);
    if (end < 0) break;
    lines.push(clearText(bytes.subarray(at, bytes[end - 1] === CARRIAGE_RETURN && end > at ? end - 1 : end)) ?? '');
    at = end + 1;
  }
  return lines;
}

export interface Command {
  /** In upper case. */
  readonly verb: string;
  readonly argument: string;
}

/** `verb SP argument` */
export function parseCommand(line: string): Command {
  const space = line.indexOf(' ');
  if (space < 0) return { verb: line.toUpperCase(), argument: '' };
  return { verb: line.slice(0, space).toUpperCase(), argument: line.slice(space + 1).trim() };
}

/** The three digits a reply begins with (FTP, SMTP); undefined for a line that is none. */
export function replyCode(line: string): number | undefined {
  const code = Number(line.slice(0, 3));
  const separator = line[3];
  if (!Number.isInteger(code) || code < 100 || code > 599) return undefined;
  return separator === undefined || separator === ' ' || separator === '-' ? code : undefined;
}

/** What stands behind `name:` in the header lines before the first empty one; names in lower case. */
export function readHeaders(lines: readonly string[], names: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of lines) {
    if (line === '') break;
    const colon = line.indexOf(':');
    const name = colon < 0 ? '' : line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (names.includes(name) && value !== '' && !values.has(name)) values.set(name, value);
  }
  return values;
}
