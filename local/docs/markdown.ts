// docs: the little Markdown that generated pages need.

/** Text of a cell: nothing in it ends the cell or the line. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** Code, with as many backticks around it as it needs. */
export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

/** First line of every generated page. */
export const GENERATED =
  '<!-- Written by `npm run docs`: change the field tables in lib/document or local/sigma, not this page. -->\n';
