// The whole suite of `npm test`: embedded parts only, nothing but Node and npm packages.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,property,contract,e2e}/**/*.test.ts'],
    // onnxruntime's telemetry client starts with the library: lib/onnx/disable-telemetry.ts.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    setupFiles: ['test/support/fast-check-seed.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default'],
  },
});
