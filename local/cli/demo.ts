// cli: `smart-ids demo`: plants attacks in a generated capture, drops it, and holds what was found against what was planted.

import { mkdtempSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DumpView } from '../../functions/api/schema/dump-schema.ts';
import { demoScenario } from '../generate/demo.ts';
import type { PlantedAttack } from '../generate/truth.ts';
import { writeCapture } from '../generate/write-capture.ts';
import { loadCredentials } from '../stack/credentials.ts';
import { findOwner } from '../stack/data-folder.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { type ReportedAlert, readReport, renderReport } from './scan-report.ts';
import { readSettings } from './settings.ts';
import { withTemporaryStack } from './temporary-stack.ts';
import { bytes, createProgressLine, table, thousands } from './terminal.ts';

const FILE_NAME = 'demo.pcap';

/** Uses the stack that runs over the data folder, or a temporary one of its own. */
export async function demo(options: { readonly seed: number }): Promise<number> {
  const settings = readSettings();
  const owner = await findOwner(settings.SMARTIDS_DATA_DIR);
  if (owner === undefined) {
    process.stdout.write('No running stack over the data folder: the demo brings up one of its own.\n');
    return await withTemporaryStack((api, signal) => runDemo(api, options.seed, signal));
  }
  const { apiKey } = loadCredentials(settings.SMARTIDS_DATA_DIR);
  const api = createApiClient({ url: owner.apiUrl, apiKey });
  const code = await runDemo(api, options.seed, new AbortController().signal);
  process.stdout.write(`\nSee it on the page: ${owner.apiUrl}/#key=${apiKey}\n`);
  return code;
}

async function runDemo(api: ApiClient, seed: number, signal: AbortSignal): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'smart-ids-demo-'));
  try {
    const path = join(folder, FILE_NAME);
    const { truth } = await writeCapture(path, demoScenario(seed), { kind: 'pcap' });
    const { size } = await stat(path);
    process.stdout.write(
      `Generated ${bytes(size)}: ${thousands(truth.records)} packets, ${thousands(truth.benignFlows)} benign flows, ${truth.attacks.length} attacks (seed ${seed}).\n`,
    );
    const dumpId = await api.upload({ path, fileName: FILE_NAME, size });
    const dump = await follow(api, dumpId, signal);
    const report = await readReport(api, dump, FILE_NAME, '');
    process.stdout.write(`\n${renderReport(report)}\n\nPlanted and found:\n${compare(truth.attacks, report.alerts)}\n`);
    return report.state === 'ready' ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function follow(api: ApiClient, dumpId: string, signal: AbortSignal): Promise<DumpView> {
  const progress = createProgressLine();
  let state = '';
  const dump = await api.waitUntilDone(
    dumpId,
    (seen) => {
      progress.show(`${seen.state}: ${thousands(seen.ledger.records)} records`);
      if (seen.state !== state) process.stdout.write(`${seen.state}${seen.state === 'ready' ? '\n' : ' → '}`);
      state = seen.state;
    },
    signal,
  );
  progress.clear();
  return dump;
}

/** An attack counts as found by any alert between its hosts, whatever the alert's label: both are shown. */
function compare(planted: readonly PlantedAttack[], alerts: readonly ReportedAlert[]): string {
  const rows = planted.map((attack) => {
    const touching = alerts.filter(
      (alert) => matches(alert.source, attack.attackers) && matches(alert.destination, attack.victims),
    );
    const labels = [...new Set(touching.map((alert) => alert.label))];
    const from = attack.attackers.length === 0 ? 'spoofed' : attack.attackers.join(', ');
    return [
      attack.kind,
      attack.label,
      from,
      attack.victims.join(', '),
      attack.flows,
      labels.join(', ') || '— not found',
    ];
  });
  return table(['planted', 'its class', 'from', 'against', 'flows', 'alerts between them'], rows);
}

function matches(side: string | null, hosts: readonly string[]): boolean {
  return side === null || hosts.length === 0 || hosts.includes(side);
}
