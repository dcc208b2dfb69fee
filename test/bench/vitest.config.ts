// The benches of `npm run bench`: ratios in one run against named rivals, never a timed assertion.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 300_000,
    // Node's own loader: through vite's, every use of another module's export is a getter, and decoding five times slower.
    experimental: { viteModuleRunner: false },
    benchmark: { include: ['test/bench/**/*.bench.ts'] },
  },
});
