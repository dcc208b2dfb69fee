// cli: what a rescore changed: as one JSON object, or as a table for people.

import type { DumpView } from '../../functions/api/schema/dump-schema.ts';
import { EMPTY_COMPARISON, type Rescored } from '../../lib/dump/rescoring.ts';
import { printable, table, thousands } from './terminal.ts';

export interface RescoreReport {
  readonly dump: string;
  readonly name: string;
  readonly run: number;
  /** `failed`: the documents are those of the run before. */
  readonly state: 'ready' | 'failed' | 'error';
  readonly reason?: string;
  readonly models: Rescored['models'];
  readonly fromRun?: number;
  readonly flows: { readonly compared: number; readonly changed: number; readonly missing: number };
  /** `<model>: <from> → <to>`: flows, most first. */
  readonly changes: Readonly<Record<string, number>>;
  readonly alerts?: { readonly before: number; readonly after: number };
  readonly gaps: number;
}

export function rescoreReport(dump: DumpView, run: number): RescoreReport {
  const { id, name, rescoring, rescored, error, ledger } = dump;
  const base = { dump: id, name, run, gaps: ledger.gaps.length };
  const nothing = { flows: { compared: 0, changed: 0, missing: 0 }, changes: {} };
  if (rescoring?.run === run) {
    const reason = rescoring.reason === undefined ? {} : { reason: rescoring.reason };
    return { ...base, state: 'failed', ...reason, models: rescoring.models, ...nothing };
  }
  if (error !== undefined || rescored?.run !== run) {
    const reason = error === undefined ? 'the run is not the dump’s' : `${error.code}: ${error.message}`;
    return { ...base, state: 'error', reason, models: rescored?.models ?? {}, ...nothing };
  }
  const { compared, changed, missing, changes } = rescored.comparison ?? EMPTY_COMPARISON;
  return {
    ...base,
    state: 'ready',
    models: rescored.models,
    fromRun: rescored.fromRun,
    flows: { compared, changed, missing },
    changes: Object.fromEntries(Object.entries(changes).sort(([, a], [, b]) => b - a)),
    alerts: { before: rescored.alertsBefore, after: rescored.alertsAfter ?? 0 },
  };
}

export function renderRescore(report: RescoreReport): string {
  const { run, state, models, flows, changes, alerts, reason } = report;
  const by = Object.values(models).join(', ');
  const title = `${printable(report.name)}: run ${run}${by === '' ? '' : ` by ${by}`}`;
  if (state === 'failed') {
    return `${title} failed: ${printable(reason ?? 'no reason given')}\nThe documents are those of the run before.`;
  }
  if (state === 'error') return `${title}: ${printable(reason ?? 'error')}`;
  const rows = Object.entries(changes).map(([change, count]) => [change, thousands(count)]);
  return [
    `${title}: ready`,
    rows.length === 0 ? 'no verdict changed' : table(['verdict, from → to', 'flows'], rows),
    `  flows    ${thousands(flows.changed)} of ${thousands(flows.compared)} changed${missingText(flows.missing)}`,
    `  alerts   ${thousands(alerts?.before ?? 0)} before, ${thousands(alerts?.after ?? 0)} now`,
    ...(report.gaps > 0 ? [`  gaps     ${thousands(report.gaps)}`] : []),
  ].join('\n');
}

function missingText(missing: number): string {
  return missing === 0 ? '' : `; ${thousands(missing)} that the run before has no results of`;
}
