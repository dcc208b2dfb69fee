// cli: words and tables for people; nothing from a capture reaches the terminal with a control character in it.

import Table from 'cli-table3';

// C0, DEL, C1 and the bidirectional overrides: what could move the cursor, forge a line or turn text round.
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

export function printable(text: string): string {
  return text.replace(UNSAFE, '·');
}

const CELL_PADDING = 2;
const NARROWEST_WRAPPED = 24;

/** With `width`, the last column's text is wrapped so that the table is no wider. */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  width?: number,
): string {
  const cells = rows.map((row) => row.map((cell) => printable(String(cell))));
  const wrapped = width === undefined ? {} : { wordWrap: true, colWidths: columnWidths([head, ...cells], width) };
  const out = new Table({ head: [...head], style: { head: [], border: [], compact: true }, ...wrapped });
  out.push(...cells);
  return out.toString();
}

/** All columns as wide as their widest cell, and the last one what remains. */
function columnWidths(rows: readonly (readonly string[])[], width: number): number[] {
  const [head = []] = rows;
  const natural = head.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)) + CELL_PADDING);
  const last = natural.pop() ?? 0;
  const borders = head.length + 1;
  const remaining = width - borders - natural.reduce((sum, one) => sum + one, 0);
  return [...natural, Math.min(last, Math.max(NARROWEST_WRAPPED, remaining))];
}

export function thousands(value: number): string {
  return value.toLocaleString('en-US');
}

export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(Math.floor(Math.log2(Math.max(value, 1)) / 10), units.length - 1);
  return `${(value / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

export interface ProgressLine {
  /** Replaces the line on a terminal; elsewhere nothing is written. */
  show(text: string): void;
  clear(): void;
}

/** One line on standard error that is written over, where standard error is a terminal. */
export function createProgressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  const write = (text: string) => {
    if (stream.isTTY) stream.write(`\r\u001b[2K${printable(text).slice(0, (stream.columns ?? 80) - 1)}`);
  };
  return { show: write, clear: () => write('') };
}
