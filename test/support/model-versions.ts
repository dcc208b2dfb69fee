// support: a model repository with a second version of flow_net: the same model, other thresholds.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Label } from '../../lib/detection/labels.ts';
import { parseFlowNetMetadata } from '../../lib/model/flow-net-metadata.ts';

const SHIPPED = join(import.meta.dirname, '../../triton/models');

export interface ModelVersions {
  readonly repository: string;
  remove(): void;
}

/** Version 2 raises nothing of the labels in `without`: they have no threshold. */
export function createModelVersions(without: readonly Label[]): ModelVersions {
  const repository = mkdtempSync(join(tmpdir(), 'smart-ids-models-'));
  cpSync(SHIPPED, repository, { recursive: true });
  cpSync(join(repository, 'flow_net/1'), join(repository, 'flow_net/2'), { recursive: true });
  const file = join(repository, 'flow_net/2/features.json');
  const metadata = parseFlowNetMetadata(JSON.parse(readFileSync(file, 'utf8')));
  const thresholds = Object.fromEntries(
    Object.entries(metadata.thresholds).filter(([label]) => !without.some((gone) => gone === label)),
  );
  writeFileSync(file, JSON.stringify({ ...metadata, version: '2', thresholds }));
  return { repository, remove: () => rmSync(repository, { recursive: true, force: true }) };
}
