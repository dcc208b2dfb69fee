import { describe, expect, it } from 'vitest';
import { bytes, printable, table } from '../../../local/cli/terminal.ts';

describe('words for the terminal', () => {
  it('carry no control character and nothing that turns text round', () => {
    expect(printable('a\u001b[2Jb\r\nc\u202ed')).toBe('a·[2Jb··c·d');
    expect(table(['x'], [['\u001b]0;title\u0007']])).not.toContain('\u0007');
  });

  it('say sizes in binary units', () => {
    expect([0, 1023, 1024, 3 * 1024 ** 3].map(bytes)).toEqual(['0 B', '1023 B', '1.0 KiB', '3.0 GiB']);
  });
});
