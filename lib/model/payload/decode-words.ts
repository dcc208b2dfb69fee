// model: a request's words as an application behind a careless filter reads them.

/** `%41` → `A`, twice, `+` → space, SQL's comments → space; what only MySQL reads, behind `/*!`, stays. */
export function decodeWords(text: string): string {
  return unescapeText(unescapeText(text))
    .replaceAll('+', ' ')
    .replace(/\/\*!\d{0,6}(.{0,60}?)\*\//g, ' $1 ')
    .replace(/\/\*.{0,30}?\*\//g, ' ');
}

function unescapeText(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%(?:u00)?([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)).toLowerCase(),
  );
}
