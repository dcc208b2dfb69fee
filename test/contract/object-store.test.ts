// contract, object store: the suite against the embedded bucket.
import { startEmbedded } from '../unit/s3/embedded-store.ts';
import { describeObjectStore } from './object-store-suite.ts';

describeObjectStore('the embedded bucket', async () => {
  const { store, target, close } = await startEmbedded();
  const { accessKeyId, secretAccessKey, region } = target;
  return { endpoint: store.endpoint, region, credentials: { accessKeyId, secretAccessKey }, bucket: 'captures', close };
});

describeObjectStore('the embedded bucket in another region', async () => {
  const { store, target, close } = await startEmbedded({ region: 'eu-central-1' });
  const { accessKeyId, secretAccessKey, region } = target;
  return { endpoint: store.endpoint, region, credentials: { accessKeyId, secretAccessKey }, bucket: 'captures', close };
});
