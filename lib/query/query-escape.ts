// query: backslashes in a query text, taken away and put in.
import { querySyntaxError } from './query-syntax-error.ts';

/** The characters meant by an escaped text: `\x` is x, `\u0041` is A. */
export function unescapeQueryText(text: string): string {
  if (!text.includes('\\')) return text;
  let plain = '';
  for (let at = 0; at < text.length; at += 1) {
    if (text.charAt(at) !== '\\') {
      plain += text.charAt(at);
    } else if (text.charAt(at + 1) === 'u') {
      const digits = text.slice(at + 2, at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits))
        throw querySyntaxError('"\\u" is not followed by four hex digits', at, '\\uXXXX');
      plain += String.fromCharCode(Number.parseInt(digits, 16));
      at += 5;
    } else {
      if (at + 1 >= text.length) throw querySyntaxError('a backslash ends the text', at, 'the character it escapes');
      plain += text.charAt(at + 1);
      at += 1;
    }
  }
  return plain;
}

/** A value as a quoted phrase that means exactly itself. */
export function quoteQueryText(value: string): string {
  return `"${value.replaceAll(/[\\"]/g, '\\$&')}"`;
}

/** A text in which nothing is an operator any more: each character that could be one gets a backslash. */
export function escapeQueryText(text: string): string {
  return text.replaceAll(/[\\+\-!():^[\]"{}~*?|&/]/g, '\\$&');
}
