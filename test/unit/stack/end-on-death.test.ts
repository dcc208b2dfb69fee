// stack: the process ends, with words, when its index dies.
import { expect, it, vi } from 'vitest';
import { endOnDeath } from '../../../local/stack/end-on-death.ts';
import { createRecordingLog } from '../../support/recording-log.ts';

it('a stack whose search engine dies logs it, says so and ends with code 1', async () => {
  const words = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const log = createRecordingLog();
  const codes: number[] = [];
  await endOnDeath({ died: Promise.resolve(new Error('out of memory')) }, log, (code) => void codes.push(code));
  expect(words.mock.calls.join()).toContain('the search engine died (out of memory)');
  words.mockRestore();
  expect(log.lines).toMatchObject([{ level: 'error', fields: { error: 'out of memory' } }]);
  expect(codes).toEqual([1]);
});
