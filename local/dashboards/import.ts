// dashboards: `npm run dashboards -- URL`: imports the dashboards; a name and a password come from the environment.

import { SAVED_OBJECTS } from './dashboard-files.ts';
import { importObjects } from './import-objects.ts';

const [url = 'http://127.0.0.1:5601'] = process.argv.slice(2);
const { DASHBOARDS_USERNAME: username, DASHBOARDS_PASSWORD: password, DASHBOARDS_TENANT: tenant } = process.env;
try {
  const taken = await importObjects({ url, username, password, tenant }, SAVED_OBJECTS);
  console.log(`${taken} objects are in ${url}: look for "Smart IDS" among its dashboards.`);
} catch (error) {
  const reason =
    error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error);
  console.error(`${url}: ${reason}`);
  process.exitCode = 1;
}
