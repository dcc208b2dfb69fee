// cli: `smart-ids features`: flow_net's training table from captures, by the very code that runs in production.

import { writeFeatureTable } from '../features/feature-table.ts';
import { findFiles, type Skipped } from './find-files.ts';
import { createProgressLine, printable, thousands } from './terminal.ts';

export async function features(paths: readonly string[], options: { readonly out: string }): Promise<number> {
  const files: string[] = [];
  const onSkip = ({ path, reason }: Skipped) => process.stderr.write(`${printable(path)}: ${reason}\n`);
  for await (const file of findFiles(paths, onSkip)) files.push(file);
  const progress = createProgressLine();
  const table = await writeFeatureTable(files, options.out, (file) => progress.show(file));
  progress.clear();
  for (const { file, message } of table.skipped) process.stderr.write(`${file}: ${message}\n`);
  process.stdout.write(
    `${options.out}: ${thousands(table.flows)} flows of ${thousands(files.length - table.skipped.length)} captures, ${table.skipped.length} files skipped\n`,
  );
  return 0;
}
