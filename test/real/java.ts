// real: a Java new enough for OpenSearch, found where one is usually installed; none is an error that says what to do.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const OLDEST = 21;
/** Where systems keep theirs: Debian and Fedora, macOS, SDKMAN. */
const FOLDERS = [
  '/usr/lib/jvm',
  '/Library/Java/JavaVirtualMachines',
  join(process.env['HOME'] ?? '/', '.sdkman/candidates/java'),
];

/** Home of a JDK of at least version 21: OPENSEARCH_JAVA_HOME, JAVA_HOME, or the newest installed. @throws without one. */
export function requireJavaHome(): string {
  const asked = [process.env['OPENSEARCH_JAVA_HOME'], process.env['JAVA_HOME']].filter((home) => home !== undefined);
  const named = asked.find((home) => versionOf(home) >= OLDEST);
  if (named !== undefined) return named;
  const [newest] = FOLDERS.filter(existsSync)
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .flatMap((home) => [home, join(home, 'Contents', 'Home')])
    .sort((left, right) => versionOf(right) - versionOf(left));
  if (newest !== undefined && versionOf(newest) >= OLDEST) return newest;
  throw new Error(
    `OpenSearch needs a JDK ${OLDEST} or newer, and none is in OPENSEARCH_JAVA_HOME, in JAVA_HOME or under ${FOLDERS.join(', ')}`,
  );
}

/** 25 for a JDK 25, from its release file; 0 where there is none. */
function versionOf(home: string): number {
  const release = join(home, 'release');
  if (!existsSync(release) || !existsSync(join(home, 'bin', 'java'))) return 0;
  return Number(/^JAVA_VERSION="(\d+)/m.exec(readFileSync(release, 'utf8'))?.[1] ?? 0);
}
