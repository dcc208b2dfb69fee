import { describe, expect, it } from 'vitest';
import { compareVersions, formatModelReference, parseModelReference } from '../../../lib/model/model-reference.ts';

describe('a reference to a model', () => {
  it.each([
    ['flow_net', { name: 'flow_net' }],
    ['flow_net:2', { name: 'flow_net', version: '2' }],
    ['bert-packet:123456789', { name: 'bert-packet', version: '123456789' }],
  ] as const)('%s is read and written the same', (text, reference) => {
    expect(parseModelReference(text)).toEqual(reference);
    expect(formatModelReference(reference)).toBe(text);
  });

  it.each(['', ':1', 'flow net', '../flow_net', 'flow_net/1', 'a'.repeat(65)])('%j has no name', (text) => {
    expect(() => parseModelReference(text)).toThrow(/expected NAME or NAME:VERSION; a name is/);
  });

  it.each(['flow_net:', 'flow_net:v2', 'flow_net:1:2', 'flow_net:../1', 'flow_net:1234567890', 'flow_net:-1'])(
    '%j has no version',
    (text) => {
      expect(() => parseModelReference(text)).toThrow(/a version is a number of up to 9 digits/);
    },
  );

  it('says what it saw, but not all of a text without end', () => {
    const read = () => parseModelReference('x'.repeat(100_000));
    expect(read).toThrow(/^.{1,300}$/);
  });

  it('versions are sorted as numbers', () => {
    expect(['10', '9', '2'].sort(compareVersions)).toEqual(['2', '9', '10']);
  });
});
