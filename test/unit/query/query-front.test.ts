// What the API's front does with a person's query text: quotes CIDR blocks, names unknown fields, bounds patterns.
import { describe, expect, it } from 'vitest';
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';
import { prepareQueryString } from '../../../lib/query/query-front.ts';

const knownFields = new Set(['source.ip', 'destination.ip', 'http.request.method', 'message']);

function failure(text: string): PipelineError {
  try {
    prepareQueryString(text, { knownFields });
  } catch (error) {
    if (error instanceof PipelineError) return error;
  }
  throw new Error(`${text} was accepted`);
}

describe('prepareQueryString', () => {
  it.each([
    ['source.ip:10.0.0.0/8', 'source.ip:"10.0.0.0/8"'],
    [
      'source.ip:(10.0.0.0/8 OR 192.168.0.0/16) AND message:x',
      'source.ip:("10.0.0.0/8" OR "192.168.0.0/16") AND message:x',
    ],
    ['source.ip:2001\\:db8\\:\\:/32', 'source.ip:"2001:db8::/32"'],
    ['-10.0.0.0/8', '-"10.0.0.0/8"'],
    ['source.ip:"10.0.0.0/8"', 'source.ip:"10.0.0.0/8"'],
    ['message:"see 10.0.0.0/8 there"', 'message:"see 10.0.0.0/8 there"'],
    ['message:/10.0.0.0\\/8/', 'message:/10.0.0.0\\/8/'],
  ])('sends %s on as %s', (text, expected) => {
    expect(prepareQueryString(text, { knownFields })).toBe(expected);
  });

  it.each([
    ['sorce.ip:1', 'source.ip'],
    ['source_ip:1', 'source.ip'],
    ['method:GET', 'http.request.method'],
    ['_exists_:destination.ipp', 'destination.ip'],
  ])('names the field that %s does not find, and what was meant: %s', (text, meant) => {
    expect(failure(text).details['suggestion']).toBe(meant);
  });

  it.each([
    ['source.ip:10.0.0.0/8 AND (x', 27],
    ['source.ip:(10.0.0.0/8 OR 2001\\:db8\\:\\:/32) AND sorce.ip:1', 47],
    ['10.0.0.0/8 192.168.0.0/16 message:*evil', 34],
  ])('names positions in the text as it was typed: %s', (text, position) => {
    expect(failure(text).details['position']).toBe(position);
    expect(failure(text).message).toContain(`position ${position}`);
  });

  it('accepts names with wildcards and parents in _exists_', () => {
    const text = '\\*.ip:1 _exists_:http';
    expect(prepareQueryString(text, { knownFields })).toBe(text);
    expect(failure('nothing.\\*:1').message).toContain('nothing.*');
  });

  it('takes patterns that begin with a wildcard where the field is made for them', () => {
    const options = { knownFields, leadingWildcardFields: new Set(['message']) };
    for (const text of ['message:*evil', 'message:(a OR *evil)', 'message:/.*evil/']) {
      expect(prepareQueryString(text, options)).toBe(text);
    }
    expect(() => prepareQueryString('http.request.method:*ET', options)).toThrow('begins with a wildcard');
    expect(() => prepareQueryString('*evil', options)).toThrow('begins with a wildcard');
  });

  it('refuses patterns that begin with a wildcard, and regular expressions beyond the limit', () => {
    expect(failure('message:*evil').message).toContain('begins with a wildcard');
    expect(failure('message:/.*evil/').message).toContain('begins with a wildcard');
    expect(failure(`message:/${'a'.repeat(300)}/`).message).toContain('at most 256');
    expect(failure(Array.from({ length: 40 }, (_, index) => `message:a${index}*`).join(' ')).message).toContain(
      'at most 32',
    );
  });
});
