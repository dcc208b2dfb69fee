// bench: the packet model of full size with random weights, made and exported once, kept outside the checkout.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../real/tools.ts';
import { exportPython, requireExportTools, runExportScript } from '../../support/export-tools.ts';

export interface InstalledModels {
  readonly vocabulary: string;
  /** As torch exports it, without our export: what the seed serves. */
  readonly plain: string;
  /** Model repositories with bert_packet of our export. */
  readonly repositories: Readonly<Record<'fp32' | 'int8', string>>;
}

const folder = join(cacheFolder, 'packet-bench');
const source = join(folder, 'source');

export function installModels(): InstalledModels {
  const plain = join(folder, 'plain', 'model.onnx');
  const repositories = { fp32: join(folder, 'fp32'), int8: join(folder, 'int8') };
  if (!existsSync(join(source, 'vocab.txt'))) make('random_model.py', source);
  if (!existsSync(plain)) {
    mkdirSync(join(folder, 'plain'), { recursive: true });
    requireExportTools();
    const script = join(import.meta.dirname, 'plain_export.py');
    const { status } = spawnSync(exportPython, [script, source, plain], { stdio: ['ignore', 'inherit', 'inherit'] });
    if (status !== 0) throw new Error(`${script} ended with ${status}`);
  }
  for (const [precision, repository] of Object.entries(repositories)) {
    const out = join(repository, 'bert_packet', '1');
    if (!existsSync(join(out, 'model.json'))) make('export.py', source, '--out', out, '--precision', precision);
  }
  return { vocabulary: join(source, 'vocab.txt'), plain, repositories };
}

function make(script: string, ...args: readonly string[]): void {
  requireExportTools();
  console.log(`bench: ${script} ${args.slice(2).join(' ')}, once`);
  const { status, stderr } = runExportScript(script, args);
  if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr}`);
}
