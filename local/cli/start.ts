// cli: `smart-ids start`: the whole product over one data folder until Ctrl-C.

import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { createLog } from '../../lib/log/log.ts';
import { loadCredentials, type StackCredentials } from '../stack/credentials.ts';
import { refuseOwnedFolder, removeOwner, writeOwner } from '../stack/data-folder.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { noticeModelServer } from './model-server-notice.ts';
import { readSettings, type StackSettings, stackOptions } from './settings.ts';

/** Resolves when the stack has stopped, with the exit code. */
export async function start(): Promise<number> {
  const settings = readSettings();
  const dataDir = settings.SMARTIDS_DATA_DIR;
  await refuseOwnedFolder(dataDir);
  const credentials = loadCredentials(dataDir);
  const log = createLog({ level: settings.SMARTIDS_LOG_LEVEL, name: 'runtime' });
  const stopped = untilStopped();
  const stack = await startWithWords(() =>
    startStack(stackOptions(settings, { dataDir, anyPorts: false, credentials, log })),
  );
  writeOwner(dataDir, { pid: process.pid, apiUrl: stack.apiUrl, s3Url: stack.s3Url });
  process.stdout.write(welcome(stack, credentials, settings));
  await noticeModelServer(stack.apiUrl);
  await stopped;
  process.stdout.write('stopping…\n');
  await stack.close();
  removeOwner(dataDir);
  process.stdout.write('stopped; everything is kept in the data folder\n');
  return 0;
}

/** A terminal signals the whole group, and a launcher may pass the same signal on: that is one wish, not two. */
const SAME_WISH_MS = 1000;

/** The first signal ends the stack cleanly; a later one ends the process at once. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const stop = () => {
      if (askedAt !== undefined && performance.now() - askedAt > SAME_WISH_MS) process.exit(130);
      askedAt ??= performance.now();
      resolve();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
  });
}

const PORT_VARIABLES = 'SMARTIDS_PORT, SMARTIDS_S3_PORT, SMARTIDS_SQS_PORT, SMARTIDS_OPENSEARCH_PORT';

async function startWithWords(run: () => Promise<Stack>): Promise<Stack> {
  try {
    return await run();
  } catch (cause) {
    const { code, port } = cause as NodeJS.ErrnoException & { port?: number }; // only read, and only if it is one
    if (code !== 'EADDRINUSE') throw cause;
    throw new PipelineError(
      'invalid-configuration',
      `port ${port} is in use by another program; set another (${PORT_VARIABLES}; 0 takes any free one)`,
      { permanent: true, cause },
    );
  }
}

function welcome(stack: Stack, { apiKey, s3 }: StackCredentials, settings: StackSettings): string {
  return `
Smart IDS is running over ${settings.SMARTIDS_DATA_DIR} (Ctrl-C stops it)

  page          ${stack.apiUrl}/#key=${apiKey}
  API           ${stack.apiUrl}/api/docs
  API key       ${apiKey}
  S3 endpoint   ${stack.s3Url}   bucket ${settings.SMARTIDS_BUCKET}   region ${settings.SMARTIDS_REGION}
                access key ${s3.accessKeyId}   secret ${s3.secretAccessKey}

Try: npx smart-ids demo
or PUT a capture under dumps/ with any S3 client, or drop it on the page.

`;
}
