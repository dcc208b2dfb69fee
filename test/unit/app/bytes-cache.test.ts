// app: remembering by bytes changes nothing but how often things are made.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BytesCache } from '../../../lib/app/bytes-cache.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

it('gives what is made of the bytes, whatever was asked for before', () => {
  const few = fc.uint8Array({ maxLength: 3, max: 3 });
  fc.assert(
    fc.property(fc.array(fc.oneof(few, fc.uint8Array({ maxLength: 20 })), { maxLength: 200 }), (keys) => {
      const cache = new BytesCache<string>(8, 10);
      for (const key of keys) expect(cache.get(key, text)).toBe(text(key));
    }),
  );
});

it('makes it once for the same bytes, and anew for those that are too long', () => {
  const cache = new BytesCache<string>(8, 4);
  let made = 0;
  const make = (bytes: Uint8Array) => {
    made += 1;
    return text(bytes);
  };
  const scratch = Uint8Array.of(1, 2, 3);
  expect(cache.get(scratch, make)).toBe('010203');
  scratch[0] = 9;
  expect(cache.get(scratch, make)).toBe('090203');
  scratch[0] = 1;
  expect(cache.get(scratch, make)).toBe('010203');
  expect(made).toBe(2);
  for (let i = 0; i < 2; i += 1) cache.get(Uint8Array.of(1, 2, 3, 4, 5), make);
  expect(made).toBe(4);
});

it('forgets of those that share a place the one longest unasked for', () => {
  const cache = new BytesCache<string>(4, 1);
  const made: string[] = [];
  const make = (bytes: Uint8Array) => {
    made.push(text(bytes));
    return text(bytes);
  };
  for (const key of [1, 2, 3, 4, 1, 5, 1, 2]) cache.get(Uint8Array.of(key), make);
  expect(made).toEqual(['01', '02', '03', '04', '05', '02']);
});
