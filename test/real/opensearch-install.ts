// real: OpenSearch from Maven, in a folder of its own: the distribution its own integration tests run, without plugins.
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { requireJavaHome } from './java.ts';
import { cacheFolder } from './tools.ts';
import { run } from './triton-install.ts';

export const OPENSEARCH_VERSION = '3.8.0';
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';

export interface OpenSearchInstallation {
  readonly home: string;
  readonly javaHome: string;
}

/** OpenSearch never runs as root, and another user may not enter root's home: root's copy lies in the system's cache. */
const folder = join(
  process.getuid?.() === 0 ? '/var/cache/smart-ids' : cacheFolder,
  `opensearch-${OPENSEARCH_VERSION}`,
);

/** @throws where Java, Maven or its repository is not to be had: a test that needs a server fails, it is never skipped. */
export function requireOpenSearch(): OpenSearchInstallation {
  const javaHome = requireJavaHome();
  if (!existsSync(folder)) {
    console.log(`test:real: installing OpenSearch ${OPENSEARCH_VERSION}, some 200 MB`);
    // Moved to its name last: an installation that broke off is begun anew.
    const begun = `${folder}.begun`;
    rmSync(begun, { recursive: true, force: true });
    mkdirSync(begun, { recursive: true, mode: 0o755 });
    const artifact = `org.opensearch.distribution.integ-test-zip:opensearch:${OPENSEARCH_VERSION}:zip`;
    run('mvn', '-B', '-q', COPY, `-Dartifact=${artifact}`, `-DoutputDirectory=${begun}`);
    const archive = join(begun, `opensearch-${OPENSEARCH_VERSION}.zip`);
    run('unzip', '-q', archive, '-d', begun);
    rmSync(archive);
    for (const path of [begun, join(begun, '..')]) chmodSync(path, 0o755);
    renameSync(begun, folder);
  }
  return { home: join(folder, `opensearch-${OPENSEARCH_VERSION}`), javaHome };
}
