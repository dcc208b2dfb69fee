// cli: the commands and their options; each command is a file of its own.

import { Command, CommanderError } from 'commander';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';

const program = new Command('smart-ids')
  .description('Drop a packet capture into a bucket, find out what attacked whom.')
  .exitOverride()
  .showHelpAfterError();

/** A person's mistakes and the file system's refusals are one line; anything else is a bug, and told with its stack. */
function wordsOf(error: unknown): unknown {
  if (error instanceof PipelineError) return `smart-ids: ${error.code}: ${error.message}`;
  const { syscall, message } = error as NodeJS.ErrnoException; // only read, and only if it is one
  return syscall === undefined ? error : `smart-ids: ${message}`;
}

// Whoever reads the output may stop reading (`| head`): nothing more is wanted then, and exit handlers tidy up.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

let exitCode = 0;
const run = async (work: Promise<number>): Promise<void> => {
  exitCode = await work;
};

program
  .command('start')
  .description('bring up bucket, queues, index, functions, API and page over ./data until Ctrl-C')
  .action(async () => run((await import('./start.ts')).start()));

program
  .command('scan')
  .description('analyse captures with an embedded stack in a temporary folder; no server needed')
  .argument('<path...>', 'files or folders; folders are walked, links followed, files judged by content')
  .option('--json', 'one JSON object a line per file', false)
  .option('--flows <file>', 'write every flow as a line of JSON')
  .action(async (paths: string[], options: { json: boolean; flows?: string }) =>
    run((await import('./scan.ts')).scan(paths, options)),
  );

program
  .command('demo')
  .description(
    'generate a capture with benign traffic and attacks, drop it, and compare what was found with what was planted',
  )
  .option('--seed <number>', 'another seed, another capture', (text) => Number.parseInt(text, 10), 1)
  .action(async (options: { seed: number }) => run((await import('./demo.ts')).demo(options)));

program
  .command('rescore')
  .description('score a dump of the running server once more by another model or version, and say what that changed')
  .argument('<dump>', 'id of the dump, or its name where only one has it')
  .requiredOption('--model <name[:version]>', 'an installed model; without a version the highest')
  .option('--json', 'one JSON object', false)
  .action(async (dump: string, options: { model: string; json: boolean }) =>
    run((await import('./rescore.ts')).rescore(dump, options)),
  );

program
  .command('expire')
  .description("remove dumps past the running server's retention, as its schedule does every hour")
  .option('--dry-run', 'only say what would go', false)
  .option('--json', 'one JSON object', false)
  .action(async (options: { dryRun: boolean; json: boolean }) => run((await import('./expire.ts')).expire(options)));

program
  .command('generate')
  .description('write a generated capture to a file')
  .argument('<file>', 'where to; *.pcapng is written as pcapng')
  .option('--seed <number>', 'the same seed gives the same bytes', (text) => Number.parseInt(text, 10), 1)
  .option('--size <bytes>', 'bulk traffic of about this size (e.g. 200MiB, 2GiB) instead of the demo scenario')
  .action(async (file: string, options: { seed: number; size?: string }) =>
    run((await import('./generate.ts')).generate(file, options)),
  );

program
  .command('features')
  .description("write flow_net's training table (Apache Arrow IPC): one row per flow of the captures")
  .argument('<path...>', 'files or folders')
  .requiredOption('--out <file>', 'the table')
  .action(async (paths: string[], options: { out: string }) =>
    run((await import('./features.ts')).features(paths, options)),
  );

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) exitCode = error.exitCode;
  else {
    console.error(wordsOf(error));
    // As a shell counts an interrupt.
    exitCode = error instanceof PipelineError && error.code === 'aborted' ? 130 : 1;
  }
}
process.exitCode = exitCode;
