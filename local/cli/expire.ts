// cli: `smart-ids expire`: what retention removes of the running server's dumps, or would remove.

import type { ExpireReport } from '../../lib/retention/expire-dumps.ts';
import { runningStack } from './running-stack.ts';
import { bytes, printable, table, thousands } from './terminal.ts';

export async function expire(options: { readonly dryRun: boolean; readonly json: boolean }): Promise<number> {
  const api = await runningStack();
  const report = await api.retention(options);
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `${renderReport(report)}\n`);
  return 0;
}

export function renderReport(report: ExpireReport): string {
  const { dryRun, expired, left, kept, keptBytes, begunGeneration, droppedGenerations } = report;
  const rows = expired.map(({ name, createdAt, sizeBytes, reason }) => [
    ...[printable(name), createdAt, bytes(sizeBytes), reason],
  ]);
  const lines = [
    ...(rows.length === 0 ? [] : [table(['dump', 'since', 'size', 'for its'], rows)]),
    `${thousands(expired.length)} dumps ${dryRun ? 'would go' : 'are gone'}${left > 0 ? `, ${thousands(left)} more at the next run` : ''}; ${thousands(kept)} stay, ${bytes(keptBytes)}`,
    ...(report.swept === 0
      ? []
      : [`${thousands(report.swept)} deleted before ${dryRun ? 'would be' : 'were'} swept once more`]),
    ...(begunGeneration === null
      ? []
      : [`new dumps ${dryRun ? 'would be' : 'are'} indexed in generation ${begunGeneration}`]),
    ...droppedGenerations.map((name) => `generation ${name} ${dryRun ? 'would be' : 'is'} dropped: no dump is in it`),
  ];
  return lines.join('\n');
}
