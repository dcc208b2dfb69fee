// s3 uri: bytes in and out of a request target, encoded once and never normalised, as Signature V4 wants it for S3.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html ("UriEncode")
import { S3Error } from './errors.ts';

const UNRESERVED = /[A-Za-z0-9\-._~]/;
const ENCODED: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return byte < 128 && UNRESERVED.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes of a percent-encoded piece of a request target; `plusIsSpace` is the rule of query strings. */
export function percentDecode(raw: string, plusIsSpace: boolean): Buffer {
  const bytes = Buffer.alloc(raw.length);
  let length = 0;
  for (let i = 0; i < raw.length; i++) {
    const code = raw.charCodeAt(i);
    if (code === 0x25) {
      const hex = raw.slice(i + 1, i + 3);
      if (!/^[0-9a-fA-F]{2}$/.test(hex)) throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
      bytes[length++] = Number.parseInt(hex, 16);
      i += 2;
    } else {
      bytes[length++] = plusIsSpace && code === 0x2b ? 0x20 : code;
    }
  }
  return bytes.subarray(0, length);
}

/** Percent-encode bytes for a canonical request; in a path the slashes stay. */
export function uriEncode(bytes: Uint8Array, keepSlashes: boolean): string {
  let encoded = '';
  for (const byte of bytes) encoded += keepSlashes && byte === 0x2f ? '/' : ENCODED[byte];
  return encoded;
}

/** Encode a key as listings (`encoding-type=url`) and event records show it: a form value whose slashes stay. */
export function formEncode(text: string): string {
  return uriEncode(Buffer.from(text, 'utf8'), true).replaceAll('%20', '+').replaceAll('~', '%7E');
}

/** Text of bytes that a client sent; bytes that are no UTF-8 are refused, because keys are UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI: it is not UTF-8.");
  }
}
