// stack: what happens when the search engine dies under a running stack: words, and the end of the process.

import type { Log } from '../../lib/log/log.ts';
import type { SearchEngine } from '../opensearch/server.ts';

const EXIT_CODE = 1;

/** Without its index every stage would only fail and retry: whoever started the process is told at once instead. */
export async function endOnDeath(
  search: Pick<SearchEngine, 'died'>,
  log: Log,
  exit: (code: number) => void = process.exit,
): Promise<void> {
  const { message } = await search.died;
  log.error({ error: message }, 'the search engine died');
  process.stderr.write(
    `smart-ids: the search engine died (${message}); what was stored is kept, and work goes on at the next start\n`,
  );
  exit(EXIT_CODE);
}
