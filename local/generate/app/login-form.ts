// generate: a name and a password as web applications take them.
import { textBytes } from '../bytes/text.ts';
import type { WebRequest } from './http-habits.ts';

export type Form = 'form' | 'query' | 'basic' | 'json' | 'xml';

export function loginRequest(
  form: Form,
  page: string,
  [user, password]: readonly [string, string],
  name: string,
  secret: string,
  extra: string,
): WebRequest {
  const fields = `${user}=${name}&${password}=${encodeURIComponent(secret)}${extra}`;
  switch (form) {
    case 'form':
      return { method: 'POST', target: page, mediaType: 'application/x-www-form-urlencoded', body: textBytes(fields) };
    case 'query':
      return { method: 'GET', target: `${page}?${fields}` };
    case 'basic': {
      const credentials = Buffer.from(`${name}:${secret}`).toString('base64');
      return { method: 'GET', target: page, headers: [['Authorization', `Basic ${credentials}`]] };
    }
    case 'json':
      return {
        method: 'POST',
        target: page,
        mediaType: 'application/json',
        body: textBytes(JSON.stringify({ [user]: name, [password]: secret })),
      };
    case 'xml':
      return {
        ...{ method: 'POST', target: page, mediaType: 'text/xml' },
        body: textBytes(
          `<?xml version="1.0"?><methodCall><methodName>wp.getUsersBlogs</methodName><params><param><value>${name}</value></param><param><value>${secret}</value></param></params></methodCall>`,
        ),
      };
  }
}
