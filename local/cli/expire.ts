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

function amount(count: number, noun: string): string {
  return `${thousands(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function renderReport(report: ExpireReport): string {
  const { dryRun, expired, left, kept, keptBytes, expiredHunts, swept, begunGeneration, droppedGenerations } = report;
  const rows = expired.map(({ name, createdAt, sizeBytes, reason }) => [
    ...[printable(name), createdAt, bytes(sizeBytes), reason],
  ]);
  const more = left > 0 ? `, ${thousands(left)} more at the next run` : '';
  const lines = [
    ...(rows.length === 0 ? [] : [table(['dump', 'since', 'size', 'for its'], rows)]),
    `${dryRun ? 'would go' : 'gone'}: ${amount(expired.length, 'dump')}${more}; ${thousands(kept)} stay, ${bytes(keptBytes)}`,
    ...(expiredHunts.length === 0 ? [] : [`with them: ${amount(expiredHunts.length, 'hunt')}`]),
    ...(swept === 0 ? [] : [`swept once more: ${amount(swept, 'dump')} deleted before`]),
    ...(begunGeneration === null ? [] : [`indexes for new dumps: generation ${begunGeneration}`]),
    ...droppedGenerations.map((name) => `dropped, since no dump is in it: generation ${name}`),
  ];
  return lines.join('\n');
}
