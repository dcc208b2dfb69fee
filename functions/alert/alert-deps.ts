// alert: what the stage needs of the rooms around it, as one plain object; main.ts fills it in.

import type { RiskWeights } from '../../lib/alert/risk.ts';
import type { DumpRegister } from '../../lib/dump/dump-register.ts';
import type { Log } from '../../lib/log/log.ts';
import type { AlertStore } from '../../lib/opensearch/alert-store.ts';
import type { SearchIndex } from '../../lib/opensearch/search-index.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';

export interface AlertDeps {
  readonly store: ObjectStore;
  readonly dumps: DumpRegister;
  readonly alerts: AlertStore;
  readonly index: Pick<SearchIndex, 'deleteOtherAttempts' | 'deleteEarlierRuns'>;
  readonly riskWeights?: RiskWeights;
  readonly log: Log;
  readonly clock: () => Date;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}
