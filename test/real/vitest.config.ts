// The comparison with the tools of others on real captures: `npm run test:real`.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts'],
    globalSetup: ['test/real/ask-tshark.ts', 'test/real/prepare-model-servers.ts', 'test/real/prepare-opensearch.ts'],
    env: { ORT_DISABLE_TELEMETRY: '1' },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    // OpenSearch takes its time to start, the more so beside other tests.
    hookTimeout: 300_000,
    reporters: ['default'],
    // Node's own loader: through vite's, decoding is five times slower.
    experimental: { viteModuleRunner: false },
  },
});
