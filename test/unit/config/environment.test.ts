import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../lib/config/environment.ts';
import { FUNCTION_VARIABLES } from '../../../lib/config/functions.ts';
import { VARIABLES } from '../../../lib/config/variables.ts';

describe('the environment', () => {
  it('gives typed values and defaults; an empty variable counts as absent', () => {
    const values = readEnvironment(['SMARTIDS_PORT', 'SMARTIDS_BUCKET'], { SMARTIDS_PORT: '0', SMARTIDS_BUCKET: '' });
    expect(values).toEqual({ SMARTIDS_PORT: 0, SMARTIDS_BUCKET: 'smart-ids' });
  });

  it('tells every problem at once', () => {
    const read = () =>
      readEnvironment(['SMARTIDS_PORT', 'SMARTIDS_SQS_URL_PREFIX'], {
        SMARTIDS_PORT: '70000',
        SMARTIDS_SQS_URL_PREFIX: 'ftp://x',
      });
    expect(read).toThrow(/SMARTIDS_PORT.*SMARTIDS_SQS_URL_PREFIX/);
  });

  it('refuses a misspelt variable and names what was probably meant', () => {
    expect(() => readEnvironment([], { SMARTIDS_BUKCET: 'x' })).toThrow(/SMARTIDS_BUKCET: unknown.*SMARTIDS_BUCKET/);
  });

  it('never lets a secret into its message', () => {
    const read = () => readEnvironment(['SMARTIDS_API_KEY'], { SMARTIDS_API_KEY: 'tooshort' });
    expect(read).toThrow(/SMARTIDS_API_KEY/);
    expect(read).not.toThrow(/tooshort/);
  });

  it('is described in .env.example, variable by variable', () => {
    const example = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8');
    const described = [...example.matchAll(/^#? ?(SMARTIDS_\w+)=/gm)].map((match) => match[1]).sort();
    expect(described).toEqual(Object.keys(VARIABLES).sort());
  });

  it('has a reader for every variable that a function is given', () => {
    for (const names of Object.values(FUNCTION_VARIABLES)) {
      for (const name of names) expect(VARIABLES).toHaveProperty(name);
    }
  });
});
