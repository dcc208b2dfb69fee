// model: a request's words as an application behind a careless filter reads them.

/** `%41` → `A`, twice, `+` → space, SQL's comments → space: as an application behind a careless filter reads it. */
export function decodeWords(text: string): string {
  return unescapeText(unescapeText(text))
    .replaceAll('+', ' ')
    .replace(/\/\*.{0,30}?\*\//g, ' ');
}

function unescapeText(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%(u00)?([0-9a-f]{2})/g, (_, _wide, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)).toLowerCase(),
  );
}
