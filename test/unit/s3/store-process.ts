// A server in a process of its own, whose queue never answers: for the tests that kill it.
import { startObjectStore } from '../../../local/s3/server.ts';
import { BUCKET, CREDENTIALS } from './embedded-store.ts';

const store = await startObjectStore({
  dataDir: process.argv[2] ?? '',
  host: '127.0.0.1',
  port: 0,
  region: 'us-east-1',
  credentials: [CREDENTIALS],
  buckets: [BUCKET],
  notifications: [{ id: 'dumps', bucket: BUCKET, prefix: 'dumps/', suffix: '', target: 'dump-events' }],
  deliver: () => new Promise(() => {}),
});
process.send?.({ endpoint: store.endpoint });
process.on('disconnect', () => process.exit());
