// The comparison with the tools of others on real captures: `npm run test:real`.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts'],
    globalSetup: ['test/real/ask-tshark.ts', 'test/real/prepare-triton.ts'],
    env: { ORT_DISABLE_TELEMETRY: '1' },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default'],
    // Node's own loader: through vite's, decoding is five times slower.
    experimental: { viteModuleRunner: false },
  },
});
