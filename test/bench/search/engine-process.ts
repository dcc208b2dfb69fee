// bench: the embedded engine in a process of its own, so that its memory and CPU time are its own: node engine-process.ts <options as JSON>.
import { type SearchEngineOptions, startSearchEngine } from '../../../local/opensearch/server.ts';

const engine = await startSearchEngine(JSON.parse(process.argv[2] ?? '{}') as SearchEngineOptions);
process.once('SIGTERM', async () => {
  await engine.close();
  process.exit(0);
});
process.send?.(engine.endpoint);
