// generate: HTTP/1.1 requests and responses, https://www.rfc-editor.org/rfc/rfc9112.
import { joinBytes, textBytes } from '../bytes/text.ts';
import type { Random } from '../random.ts';

export const browsers = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36',
] as const;

export const programs = [
  'curl/8.5.0',
  'Wget/1.21.4',
  'python-requests/2.32.3',
  'Go-http-client/1.1',
  'okhttp/4.12.0',
] as const;

export type Headers = readonly (readonly [name: string, value: string])[];

export function encodeRequest(method: string, target: string, headers: Headers, body?: Uint8Array): Uint8Array {
  return encodeMessage(`${method} ${target} HTTP/1.1`, headers, body);
}

export function encodeResponse(status: number, headers: Headers, body?: Uint8Array): Uint8Array {
  return encodeMessage(`HTTP/1.1 ${status} ${reasons[status] ?? 'Other'}`, headers, body);
}

function encodeMessage(firstLine: string, headers: Headers, body: Uint8Array | undefined): Uint8Array {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = textBytes(`${firstLine}\r\n${lines}\r\n`);
  return body === undefined ? head : joinBytes([head, body]);
}

export const reasons: Readonly<Record<number, string>> = {
  101: 'Switching Protocols',
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Found',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Payload Too Large',
  414: 'URI Too Long',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

export const serverNames = [
  'nginx',
  'nginx/1.24.0',
  'Apache/2.4.58 (Ubuntu)',
  'Apache',
  'Microsoft-IIS/10.0',
  'openresty',
] as const;

/** Prose, so that text bodies look like text; one draw makes 8 KiB, longer bodies repeat it. */
export function createProse(random: Random): (length: number) => Uint8Array {
  const words = [
    'the',
    'order',
    'of',
    'a',
    'market',
    'report',
    'and',
    'window',
    'for',
    'river',
    'table',
    'with',
    'light',
    'news',
  ];
  let text = '<p>';
  while (text.length < 8192) {
    text += words[random.integer(0, words.length - 1)];
    text += random.chance(0.1) ? '.</p>\n<p>' : ' ';
  }
  const block = textBytes(text);
  return (length) => {
    const out = new Uint8Array(length);
    let from = random.integer(0, block.length - 1);
    for (let at = 0; at < length; ) {
      const part = block.subarray(from, from + length - at);
      out.set(part, at);
      at += part.length;
      from = 0;
    }
    return out;
  };
}
